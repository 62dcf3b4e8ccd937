package io.aidc.storage.ratis;

import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.apache.ratis.grpc.GrpcTlsConfig;

/**
 * Who a node is and whom it trusts; both sides of every connection must prove themselves.
 *
 * <p>Immutable.
 *
 * @param keys has the node's certificate, which names its host as the other nodes reach it
 * @param trust knows the authorities
 */
public record NodeTls(KeyManager keys, TrustManager trust) {
    /** Checks that nothing is null. */
    public NodeTls {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(trust, "trust");
    }

    GrpcTlsConfig grpc() {
        return new GrpcTlsConfig(keys, trust, true);
    }

    /**
     * Makes the context for connections that are not Raft's.
     *
     * @return TLS with these managers
     */
    public SSLContext sslContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }
}
