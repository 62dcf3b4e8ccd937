package io.aidc.security.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A context of the JDK for the files as they were at one time. Sessions and tickets are bound to it, so that none outlives a
 * change of the files. <em>Immutable.</em>
 */
final class TlsSnapshot {
    private final SSLContext context;
    private final TlsPolicy policy;

    private TlsSnapshot(SSLContext context, TlsPolicy policy) {
        this.context = context;
        this.policy = policy;
    }

    static TlsSnapshot of(@Nullable Identity identity, List<X509Certificate> authorities, TlsPolicy policy) {
        try {
            SSLContext context = SSLContext.getInstance(Handshake.PROTOCOL);
            context.init(
                    new KeyManager[] {new PresentedIdentity(identity, policy.clients())},
                    new TrustManager[] {new StrictPeerTrust(authorities, policy.serverNames())},
                    null);
            return new TlsSnapshot(context, policy);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS 1.3 is missing in this JVM", e);
        }
    }

    /** The JDK's own, whose engines and sockets know nothing of our parameters yet. */
    SSLContext context() {
        return context;
    }

    /** A fresh copy of what every engine and socket starts with. */
    SSLParameters parameters() {
        return narrowed(context.getDefaultSSLParameters());
    }

    SSLParameters supportedParameters() {
        return narrowed(context.getSupportedSSLParameters());
    }

    private SSLParameters narrowed(SSLParameters parameters) {
        parameters.setProtocols(new String[] {Handshake.PROTOCOL});
        // suites of older protocols name the key exchange too: TLS_..._WITH_...
        parameters.setCipherSuites(Arrays.stream(parameters.getCipherSuites())
                .filter(suite -> suite.startsWith("TLS_") && !suite.contains("_WITH_"))
                .toArray(String[]::new));
        if (policy.clients() == TlsPolicy.Clients.CERTIFIED) {
            parameters.setNeedClientAuth(true);
        }
        return parameters;
    }
}
