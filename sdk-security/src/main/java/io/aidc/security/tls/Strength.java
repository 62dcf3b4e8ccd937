package io.aidc.security.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * Which keys and signatures are strong enough; a list of what is, so that the unknown is refused. A method returns what is
 * wrong and what would be right, or nothing. What is malformed fails in whatever way the parser fails.
 */
final class Strength {
    /** The smallest RSA modulus: 112 bits of strength (NIST SP 800-57 part 1, table 2). */
    static final int MIN_RSA_BITS = 2048;

    private static final Set<ASN1ObjectIdentifier> CURVES =
            Set.of(SECObjectIdentifiers.secp256r1, SECObjectIdentifiers.secp384r1, SECObjectIdentifiers.secp521r1);

    private static final Set<ASN1ObjectIdentifier> HASHES =
            Set.of(NISTObjectIdentifiers.id_sha256, NISTObjectIdentifiers.id_sha384, NISTObjectIdentifiers.id_sha512);

    private static final Set<ASN1ObjectIdentifier> SIGNATURES = Set.of(
            PKCSObjectIdentifiers.sha256WithRSAEncryption,
            PKCSObjectIdentifiers.sha384WithRSAEncryption,
            PKCSObjectIdentifiers.sha512WithRSAEncryption,
            X9ObjectIdentifiers.ecdsa_with_SHA256,
            X9ObjectIdentifiers.ecdsa_with_SHA384,
            X9ObjectIdentifiers.ecdsa_with_SHA512,
            KeyKind.ED25519.oid());

    private Strength() {}

    /** Reads the modulus of a key that says it is RSA. */
    @FunctionalInterface
    interface Modulus {
        BigInteger read() throws IOException;
    }

    static Optional<String> keyWeakness(AlgorithmIdentifier key, Modulus modulus) throws IOException {
        KeyKind kind = KeyKind.of(key.getAlgorithm()).orElse(null);
        if (kind == null) {
            return Optional.of("key must be RSA, EC or Ed25519, got algorithm " + key.getAlgorithm());
        }
        return switch (kind) {
            case RSA -> rsaWeakness(modulus.read());
            case RSA_PSS -> {
                Optional<String> weakness = rsaWeakness(modulus.read());
                // a key for RSASSA-PSS may be bound to a hash
                yield weakness.isPresent() || key.getParameters() == null ? weakness : pssWeakness(key);
            }
            case EC -> curveWeakness(key.getParameters());
            case ED25519 -> Optional.empty();
        };
    }

    static Optional<String> signatureWeakness(AlgorithmIdentifier signature) {
        ASN1ObjectIdentifier algorithm = signature.getAlgorithm();
        if (algorithm.equals(KeyKind.RSA_PSS.oid())) {
            return pssWeakness(signature);
        }
        return SIGNATURES.contains(algorithm)
                ? Optional.empty()
                : Optional.of(
                        "signature must be RSA, ECDSA or Ed25519 with SHA-256, SHA-384 or SHA-512, got " + algorithm);
    }

    private static Optional<String> rsaWeakness(BigInteger modulus) {
        int bits = modulus.bitLength();
        return bits >= MIN_RSA_BITS
                ? Optional.empty()
                : Optional.of("RSA key must have >= %d bits, got %d".formatted(MIN_RSA_BITS, bits));
    }

    private static Optional<String> curveWeakness(@Nullable ASN1Encodable curve) {
        return curve instanceof ASN1ObjectIdentifier oid && CURVES.contains(oid)
                ? Optional.empty()
                : Optional.of("EC key must be on P-256, P-384 or P-521, got "
                        + (curve instanceof ASN1ObjectIdentifier oid ? "curve " + oid : "a curve without a name"));
    }

    private static Optional<String> pssWeakness(AlgorithmIdentifier algorithm) {
        ASN1ObjectIdentifier hash = RSASSAPSSparams.getInstance(algorithm.getParameters())
                .getHashAlgorithm()
                .getAlgorithm();
        return HASHES.contains(hash)
                ? Optional.empty()
                : Optional.of("RSASSA-PSS must use SHA-256, SHA-384 or SHA-512, got " + hash);
    }
}
