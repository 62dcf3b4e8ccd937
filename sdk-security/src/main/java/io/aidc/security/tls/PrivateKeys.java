package io.aidc.security.tls;

import io.aidc.security.TlsMaterialException;
import io.aidc.security.TlsMaterialException.Reason;
import io.aidc.security.internal.PemBlock;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Reads private keys: PKCS#8, and SEC 1 and PKCS#1, which the JDK cannot read, by wrapping them as PKCS#8. */
final class PrivateKeys {
    private static final String PKCS8 = "PRIVATE KEY";
    private static final String PKCS8_ENCRYPTED = "ENCRYPTED PRIVATE KEY";
    private static final String SEC1 = "EC PRIVATE KEY";
    private static final String PKCS1 = "RSA PRIVATE KEY";
    private static final String DSA = "DSA PRIVATE KEY";

    private PrivateKeys() {}

    /** The one private key of a file, which must be that of the certificate. */
    static PrivateKey of(PemFile file, X509Certificate certificate) {
        List<PemBlock> blocks = file.blocks();
        try {
            List<PemBlock> keys = blocks.stream()
                    .filter(block -> block.label().endsWith(PKCS8))
                    .toList();
            if (keys.size() != 1) {
                throw file.refused(Reason.UNREADABLE, "must hold one private key, got " + keys.size(), null);
            }
            return paired(file, parsed(file, keys.get(0)), certificate);
        } finally {
            blocks.forEach(PemBlock::wipe);
        }
    }

    private static PrivateKeyInfo parsed(PemFile file, PemBlock block) {
        if (block.sealing() == PemBlock.Sealing.ENCRYPTED || block.label().equals(PKCS8_ENCRYPTED)) {
            throw file.refused(Reason.ENCRYPTED_KEY, "the private key must not be encrypted", null);
        }
        if (block.label().equals(DSA)) {
            throw file.refused(Reason.WEAK, "key must be RSA, EC or Ed25519, got DSA", null);
        }
        try {
            PrivateKeyInfo info = info(block);
            Optional<String> weakness = Strength.keyWeakness(
                    info.getPrivateKeyAlgorithm(),
                    () -> RSAPrivateKey.getInstance(info.parsePrivateKey()).getModulus());
            if (weakness.isPresent()) {
                throw file.refused(Reason.WEAK, weakness.get(), null);
            }
            return info;
        } catch (TlsMaterialException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw unreadable(file);
        }
    }

    private static PrivateKeyInfo info(PemBlock block) throws IOException {
        return switch (block.label()) {
            case PKCS8 -> {
                // without the public key that version 2 (RFC 5958) may carry and not every JDK skips
                PrivateKeyInfo info = PrivateKeyInfo.getInstance(block.content());
                yield new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), info.parsePrivateKey());
            }
            case SEC1 -> {
                ECPrivateKey key = ECPrivateKey.getInstance(block.content());
                ASN1ObjectIdentifier curve = ASN1ObjectIdentifier.getInstance(key.getParametersObject());
                yield new PrivateKeyInfo(new AlgorithmIdentifier(KeyKind.EC.oid(), curve), key);
            }
            case PKCS1 ->
                new PrivateKeyInfo(
                        new AlgorithmIdentifier(KeyKind.RSA.oid(), DERNull.INSTANCE),
                        RSAPrivateKey.getInstance(block.content()));
            default -> throw new IOException("unknown label");
        };
    }

    private static PrivateKey paired(PemFile file, PrivateKeyInfo info, X509Certificate certificate) {
        KeyKind kind = KeyKind.of(info.getPrivateKeyAlgorithm().getAlgorithm()).orElseThrow();
        PrivateKey key = key(file, info, kind);
        SubjectPublicKeyInfo certified =
                SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded());
        if (!certified.getAlgorithm().getAlgorithm().equals(kind.oid())
                || !kind.pairs(key, certificate.getPublicKey())) {
            throw file.refused(
                    Reason.KEY_MISMATCH, "the private key must be that of the first certificate of the chain", null);
        }
        return key;
    }

    private static PrivateKey key(PemFile file, PrivateKeyInfo info, KeyKind kind) {
        byte[] pkcs8 = new byte[0];
        try {
            pkcs8 = info.getEncoded();
            return KeyFactory.getInstance(kind.factory()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (IOException | GeneralSecurityException e) {
            throw unreadable(file);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /** Without a cause, whose message might quote the key. */
    private static TlsMaterialException unreadable(PemFile file) {
        return file.refused(Reason.UNREADABLE, "the private key cannot be parsed", null);
    }
}
