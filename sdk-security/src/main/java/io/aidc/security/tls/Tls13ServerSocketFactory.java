package io.aidc.security.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.Supplier;
import javax.net.ssl.SSLServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes server sockets that accept TLS 1.3, and show the certificate that is current when they accept. */
final class Tls13ServerSocketFactory extends SSLServerSocketFactory {
    /** As the JDK's server sockets. */
    private static final int DEFAULT_BACKLOG = 50;

    private final Supplier<TlsSnapshot> current;

    Tls13ServerSocketFactory(Supplier<TlsSnapshot> current) {
        this.current = current;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new Tls13ServerSocket(current);
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, DEFAULT_BACKLOG, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress address) throws IOException {
        Tls13ServerSocket socket = new Tls13ServerSocket(current);
        boolean bound = false;
        try {
            socket.bind(new InetSocketAddress(address, port), backlog);
            bound = true;
            return socket;
        } finally {
            if (!bound) {
                socket.close();
            }
        }
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return current.get().parameters().getCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return current.get().supportedParameters().getCipherSuites();
    }
}
