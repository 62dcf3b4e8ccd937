package io.aidc.security.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets of the current snapshot, each narrowed to TLS 1.3 before it is handed out. */
final class Tls13SocketFactory extends SSLSocketFactory {
    private final Supplier<TlsSnapshot> current;

    /** How the JDK's factory is asked. */
    @FunctionalInterface
    private interface Making {
        Socket by(SSLSocketFactory factory) throws IOException;
    }

    Tls13SocketFactory(Supplier<TlsSnapshot> current) {
        this.current = current;
    }

    @Override
    public Socket createSocket() throws IOException {
        return narrowed(SSLSocketFactory::createSocket);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return narrowed(factory -> factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return narrowed(factory -> factory.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return narrowed(factory -> factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return narrowed(factory -> factory.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(Socket below, String host, int port, boolean autoClose) throws IOException {
        return narrowed(factory -> factory.createSocket(below, host, port, autoClose));
    }

    /** A server's side over a connection that was accepted already. */
    @Override
    public Socket createSocket(Socket below, @Nullable InputStream consumed, boolean autoClose) throws IOException {
        return narrowed(factory -> factory.createSocket(below, consumed, autoClose));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return current.get().parameters().getCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return current.get().supportedParameters().getCipherSuites();
    }

    private SSLSocket narrowed(Making making) throws IOException {
        TlsSnapshot snapshot = current.get();
        SSLSocket socket = (SSLSocket) making.by(snapshot.context().getSocketFactory());
        socket.setSSLParameters(snapshot.parameters());
        return socket;
    }
}
