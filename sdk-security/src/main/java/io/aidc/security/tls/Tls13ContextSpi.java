package io.aidc.security.tls;

import java.security.Provider;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes engines and sockets of whichever snapshot is the current one, each narrowed to TLS 1.3 before it is handed out. */
final class Tls13ContextSpi extends SSLContextSpi {
    private final Supplier<TlsSnapshot> current;

    private Tls13ContextSpi(Supplier<TlsSnapshot> current) {
        this.current = current;
    }

    static SSLContext context(Supplier<TlsSnapshot> current) {
        return new Context(new Tls13ContextSpi(current), current.get().context().getProvider());
    }

    @Override
    protected void engineInit(
            KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random) {
        throw new IllegalStateException("this context was made from files and takes no other keys");
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        TlsSnapshot snapshot = current.get();
        return narrowed(snapshot.context().createSSLEngine(), snapshot);
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        TlsSnapshot snapshot = current.get();
        return narrowed(snapshot.context().createSSLEngine(host, port), snapshot);
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return new Tls13SocketFactory(current);
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return new Tls13ServerSocketFactory(current);
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return current.get().context().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return current.get().context().getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return current.get().parameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return current.get().supportedParameters();
    }

    private static SSLEngine narrowed(SSLEngine engine, TlsSnapshot snapshot) {
        engine.setSSLParameters(snapshot.parameters());
        return engine;
    }

    /** Opens the JDK's protected constructor. */
    private static final class Context extends SSLContext {
        Context(SSLContextSpi spi, Provider provider) {
            super(spi, provider, Handshake.PROTOCOL);
        }
    }
}
