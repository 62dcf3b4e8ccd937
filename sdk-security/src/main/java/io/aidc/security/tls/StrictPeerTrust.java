package io.aidc.security.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts peers whose chain leads to one of our authorities, as the JDK finds it (PKIX, without asking for revocation), holds
 * nothing weak, and was shown in a TLS 1.3 handshake; servers must also carry the name that was called. Without authorities
 * it trusts nobody, where the JDK would fall back to the public ones.
 */
final class StrictPeerTrust extends X509ExtendedTrustManager {
    private final @Nullable X509ExtendedTrustManager pkix;
    private final TlsPolicy.ServerNames serverNames;

    StrictPeerTrust(List<X509Certificate> authorities, TlsPolicy.ServerNames serverNames)
            throws GeneralSecurityException {
        this.pkix = authorities.isEmpty() ? null : pkix(authorities);
        this.serverNames = serverNames;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        requireTls13(Handshake.of(engine));
        pkix().checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        requireTls13(Handshake.of(socket));
        pkix().checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        demandName(requireTls13(Handshake.of(engine)));
        pkix().checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        demandName(requireTls13(Handshake.of(socket)));
        pkix().checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("a certificate is checked as part of a handshake only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("a certificate is checked as part of a handshake only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return pkix == null ? new X509Certificate[0] : pkix.getAcceptedIssuers();
    }

    private X509ExtendedTrustManager pkix() throws CertificateException {
        if (pkix == null) {
            throw new CertificateException("no authorities were given to trust");
        }
        return pkix;
    }

    private void demandName(Handshake handshake) {
        if (serverNames == TlsPolicy.ServerNames.CHECKED) {
            handshake.checkName();
        }
    }

    private static Handshake requireTls13(Optional<Handshake> handshake) throws CertificateException {
        return handshake
                .filter(Handshake::isTls13)
                .orElseThrow(() -> new CertificateException("peers must speak TLS 1.3"));
    }

    private static X509ExtendedTrustManager pkix(List<X509Certificate> authorities) throws GeneralSecurityException {
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(
                authorities.stream()
                        .map(authority -> new TrustAnchor(authority, null))
                        .collect(Collectors.toSet()),
                new X509CertSelector());
        parameters.setRevocationEnabled(false);
        parameters.addCertPathChecker(new WeaknessChecker());
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("this JVM has no extended trust manager");
    }

    /** Holds every certificate below the authority to what our own are held to. */
    private static final class WeaknessChecker extends PKIXCertPathChecker {
        @Override
        public void init(boolean forward) {
            // it keeps no state
        }

        @Override
        public boolean isForwardCheckingSupported() {
            return true;
        }

        @Override
        public @Nullable Set<String> getSupportedExtensions() {
            return null;
        }

        @Override
        public void check(Certificate certificate, Collection<String> unresolvedCriticalExtensions)
                throws CertPathValidatorException {
            Optional<String> weakness;
            try {
                weakness = Certificates.weakness(certificate.getEncoded());
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                throw new CertPathValidatorException("a certificate cannot be parsed", e);
            }
            if (weakness.isPresent()) {
                throw new CertPathValidatorException(weakness.get());
            }
        }
    }
}
