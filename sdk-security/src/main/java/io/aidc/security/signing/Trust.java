package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whose signatures count. */
sealed interface Trust {
    /** The key to verify with, or a refusal. The signature file says who claims to have signed, not whom to trust. */
    ECPublicKey keyFor(Bundle.Signer signer);

    /** One key. */
    record Key(ECPublicKey key) implements Trust {
        static Key of(PublicKey key) {
            if (key instanceof ECPublicKey ec && Curve.of(ec).isPresent()) {
                return new Key(ec);
            }
            throw new IllegalArgumentException("key must be on P-256, P-384 or P-521, got " + key.getAlgorithm());
        }

        /** Hex SHA-256 of the key's PEM text, by which signature files name it. */
        String hint() {
            return Sha256.hex(Pem.encode("PUBLIC KEY", key.getEncoded()).getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public ECPublicKey keyFor(Bundle.Signer signer) {
            if (!(signer instanceof Bundle.Signer.Key claimed)) {
                throw untrusted("was made with a certificate; a key is trusted here", null);
            }
            Optional<String> hint = claimed.hint();
            if (hint.isPresent() && !hint.get().equals(hint())) {
                throw untrusted("was made with another key than the trusted " + hint(), null);
            }
            return key;
        }
    }

    /** Certificates that end in one of these, valid when the signer's certificate began to be. */
    record Roots(Set<X509Certificate> roots) implements Trust {
        @Override
        public ECPublicKey keyFor(Bundle.Signer signer) {
            if (!(signer instanceof Bundle.Signer.Chain chain)) {
                throw untrusted("was not made with a certificate chain; certificates are trusted here", null);
            }
            X509Certificate leaf = chain.certificates().get(0);
            try {
                validate(chain.certificates(), leaf);
                if (!maySign(leaf)) {
                    throw untrusted("was made with a certificate that is not for signing", null);
                }
            } catch (GeneralSecurityException e) {
                throw untrusted("was made with a certificate that leads to no trusted root", e);
            }
            if (leaf.getPublicKey() instanceof ECPublicKey key && Curve.of(key).isPresent()) {
                return key;
            }
            throw new ModelRejectedException(
                    Reason.UNSUPPORTED, "The certificate's key must be on P-256, P-384 or P-521");
        }

        private void validate(List<X509Certificate> chain, X509Certificate leaf) throws GeneralSecurityException {
            List<X509Certificate> path = new ArrayList<>(chain);
            if (roots.contains(path.get(path.size() - 1))) {
                path.remove(path.size() - 1);
            }
            PKIXParameters parameters = new PKIXParameters(
                    roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(leaf.getNotBefore());
            var certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
            CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
        }

        private static boolean maySign(X509Certificate leaf) throws GeneralSecurityException {
            boolean[] usage = leaf.getKeyUsage();
            List<String> extended = leaf.getExtendedKeyUsage();
            return (usage != null && usage[0]) || (extended != null && extended.contains("1.3.6.1.5.5.7.3.3"));
        }
    }

    private static ModelRejectedException untrusted(String fault, @Nullable Throwable cause) {
        return new ModelRejectedException(Reason.UNTRUSTED_KEY, "The signature " + fault, cause);
    }
}
