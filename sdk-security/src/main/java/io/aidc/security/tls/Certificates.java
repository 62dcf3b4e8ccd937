package io.aidc.security.tls;

import io.aidc.security.TlsMaterialException;
import io.aidc.security.TlsMaterialException.Reason;
import io.aidc.security.internal.PemBlock;
import io.aidc.security.internal.Printable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Reads certificates from PEM files, each checked for strength before the JDK sees it. */
final class Certificates {
    private static final String LABEL = "CERTIFICATE";

    private Certificates() {}

    /** A chain, first the owner's certificate, each issued by the next, all of them valid. */
    static List<X509Certificate> chain(PemFile file, Instant now) {
        List<X509Certificate> chain = all(file);
        for (int i = 0; i < chain.size(); i++) {
            X509Certificate certificate = chain.get(i);
            if (!isValid(certificate, now)) {
                throw file.refused(Reason.NOT_VALID_NOW, notValid(certificate, i), null);
            }
            if (i > 0) {
                requireIssuer(file, chain, i);
            }
        }
        return chain;
    }

    /** Those to trust: authorities, of which at least one is valid. The others are left out. */
    static List<X509Certificate> authorities(PemFile file, Instant now) {
        List<X509Certificate> all = all(file);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).getBasicConstraints() < 0) {
                throw file.refused(
                        Reason.NOT_AN_AUTHORITY,
                        "certificate %d, %s, must be that of an authority (basicConstraints)"
                                .formatted(i + 1, name(all.get(i))),
                        null);
            }
        }
        List<X509Certificate> valid =
                all.stream().filter(authority -> isValid(authority, now)).toList();
        if (valid.isEmpty()) {
            throw file.refused(Reason.NOT_VALID_NOW, notValid(all.get(0), 0), null);
        }
        return valid;
    }

    /** What is too weak in a certificate: its key or how it was signed. */
    static Optional<String> weakness(byte[] der) throws IOException {
        Certificate certificate = Certificate.getInstance(der);
        SubjectPublicKeyInfo key = certificate.getSubjectPublicKeyInfo();
        Optional<String> weakness = Strength.keyWeakness(
                key.getAlgorithm(),
                () -> RSAPublicKey.getInstance(key.parsePublicKey()).getModulus());
        return weakness.isPresent() ? weakness : Strength.signatureWeakness(certificate.getSignatureAlgorithm());
    }

    private static List<X509Certificate> all(PemFile file) {
        List<PemBlock> blocks = file.blocks();
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            for (PemBlock block : blocks) {
                if (block.label().equals(LABEL)) {
                    certificates.add(certificate(file, block, certificates.size() + 1));
                }
            }
            if (certificates.isEmpty()) {
                throw file.refused(Reason.UNREADABLE, "must hold a PEM block CERTIFICATE", null);
            }
            return List.copyOf(certificates);
        } finally {
            blocks.forEach(PemBlock::wipe); // a key may stand beside the certificates
        }
    }

    private static X509Certificate certificate(PemFile file, PemBlock block, int number) {
        try {
            Optional<String> weakness = weakness(block.content());
            if (weakness.isPresent()) {
                throw file.refused(Reason.WEAK, "certificate %d: %s".formatted(number, weakness.get()), null);
            }
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.content()));
        } catch (TlsMaterialException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw file.refused(Reason.UNREADABLE, "certificate %d cannot be parsed".formatted(number), e);
        }
    }

    private static void requireIssuer(PemFile file, List<X509Certificate> chain, int issuerAt) {
        X509Certificate subject = chain.get(issuerAt - 1);
        X509Certificate issuer = chain.get(issuerAt);
        GeneralSecurityException cause = null;
        boolean issued = subject.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                && issuer.getBasicConstraints() >= 0;
        if (issued) {
            try {
                subject.verify(issuer.getPublicKey());
            } catch (GeneralSecurityException e) {
                issued = false;
                cause = e;
            }
        }
        if (!issued) {
            throw file.refused(
                    Reason.BROKEN_CHAIN,
                    "certificate %d, %s, must be issued by certificate %d, got %s"
                            .formatted(issuerAt, name(subject), issuerAt + 1, name(issuer)),
                    cause);
        }
    }

    private static boolean isValid(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && !now.isAfter(certificate.getNotAfter().toInstant());
    }

    private static String notValid(X509Certificate certificate, int at) {
        return "certificate %d, %s, must be valid now, and is from %s to %s"
                .formatted(
                        at + 1,
                        name(certificate),
                        certificate.getNotBefore().toInstant(),
                        certificate.getNotAfter().toInstant());
    }

    private static String name(X509Certificate certificate) {
        return Printable.of(certificate.getSubjectX500Principal().getName());
    }
}
