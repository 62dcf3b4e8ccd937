package io.aidc.security.tls;

import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** What key and trust managers see of a handshake in progress, be it an engine's or a socket's. */
sealed interface Handshake {
    /** The one protocol there is. */
    String PROTOCOL = "TLSv1.3";

    /** The session being made, if the handshake got so far. */
    @Nullable
    SSLSession session();

    boolean demandsClientCertificate();

    /** Has the JDK compare the server's certificate with the name that was called, unless it does so already. */
    void checkName();

    default boolean isTls13() {
        SSLSession session = session();
        return session != null && session.getProtocol().equals(PROTOCOL);
    }

    static Optional<Handshake> of(@Nullable SSLEngine engine) {
        return engine == null ? Optional.empty() : Optional.of(new OfEngine(engine));
    }

    static Optional<Handshake> of(@Nullable Socket socket) {
        return socket instanceof SSLSocket tls ? Optional.of(new OfSocket(tls)) : Optional.empty();
    }

    /** An engine's. */
    record OfEngine(SSLEngine engine) implements Handshake {
        @Override
        public @Nullable SSLSession session() {
            return engine.getHandshakeSession();
        }

        @Override
        public boolean demandsClientCertificate() {
            return engine.getNeedClientAuth();
        }

        @Override
        public void checkName() {
            SSLParameters parameters = engine.getSSLParameters();
            if (addNameCheck(parameters)) {
                engine.setSSLParameters(parameters);
            }
        }
    }

    /** A socket's. */
    record OfSocket(SSLSocket socket) implements Handshake {
        @Override
        public @Nullable SSLSession session() {
            return socket.getHandshakeSession();
        }

        @Override
        public boolean demandsClientCertificate() {
            return socket.getNeedClientAuth();
        }

        @Override
        public void checkName() {
            SSLParameters parameters = socket.getSSLParameters();
            if (addNameCheck(parameters)) {
                socket.setSSLParameters(parameters);
            }
        }
    }

    private static boolean addNameCheck(SSLParameters parameters) {
        String algorithm = parameters.getEndpointIdentificationAlgorithm();
        if (algorithm != null && !algorithm.isEmpty()) {
            return false;
        }
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return true;
    }
}
