package io.aidc.security.signing;

import io.aidc.security.ModelRejectedException;
import io.aidc.security.ModelRejectedException.Reason;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXCertPathValidatorResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whose signatures count. */
sealed interface Trust {
    /** The key to verify with, or a refusal. The signature file says who claims to have signed, not whom to trust. */
    EcKey keyFor(Bundle.Signer signer);

    /** One key. */
    record Key(EcKey key) implements Trust {
        @Override
        public EcKey keyFor(Bundle.Signer signer) {
            requireClaim(signer, key);
            return key;
        }
    }

    /** One key, whether the signature says that it is bare or in a certificate: a signer's own. */
    record Own(EcKey key) implements Trust {
        @Override
        public EcKey keyFor(Bundle.Signer signer) {
            return key;
        }
    }

    /** Certificates that end in one of these, valid at an instant, or else when the signer's certificate began to be. */
    record Roots(Set<X509Certificate> roots, @Nullable Instant at) implements Trust {
        private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

        @Override
        public EcKey keyFor(Bundle.Signer signer) {
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
            if (Curve.of(leaf.getPublicKey()).isEmpty()) {
                throw new ModelRejectedException(
                        Reason.UNSUPPORTED, "The certificate's key must be on P-256, P-384 or P-521");
            }
            return EcKey.of(leaf.getPublicKey());
        }

        private void validate(List<X509Certificate> chain, X509Certificate leaf) throws GeneralSecurityException {
            List<X509Certificate> path = new ArrayList<>(chain);
            if (roots.contains(path.get(path.size() - 1))) {
                path.remove(path.size() - 1);
            }
            PKIXParameters parameters = new PKIXParameters(
                    roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            Date date = at == null ? leaf.getNotBefore() : Date.from(at);
            parameters.setDate(date);
            var certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
            var result = (PKIXCertPathValidatorResult)
                    CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
            // PKIX does not look at the dates of a root, nor at a path that is empty because the signer is a root
            X509Certificate end =
                    path.isEmpty() ? leaf : result.getTrustAnchor().getTrustedCert();
            end.checkValidity(date);
            if (!path.isEmpty() && end.getBasicConstraints() < 0) {
                throw new CertificateException(
                        "the trusted certificate is no authority's, and stands for itself alone");
            }
        }

        static boolean maySign(X509Certificate leaf) throws CertificateParsingException {
            boolean[] usage = leaf.getKeyUsage();
            List<String> extended = leaf.getExtendedKeyUsage();
            return (usage != null && usage[0]) || (extended != null && extended.contains(CODE_SIGNING));
        }
    }

    /** Refuses a bundle which says that it was made otherwise than with this key. */
    static void requireClaim(Bundle.Signer signer, VerifyingKey key) {
        if (!(signer instanceof Bundle.Signer.Key claimed)) {
            throw untrusted("was made with a certificate; a key is trusted here", null);
        }
        Optional<String> hint = claimed.hint();
        if (hint.isPresent() && !hint.get().equals(key.hint())) {
            throw untrusted("was made with another key than the trusted " + key.hint(), null);
        }
    }

    private static ModelRejectedException untrusted(String fault, @Nullable Throwable cause) {
        return new ModelRejectedException(Reason.UNTRUSTED_KEY, "The signature " + fault, cause);
    }
}
