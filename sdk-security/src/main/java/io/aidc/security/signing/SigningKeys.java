package io.aidc.security.signing;

import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import io.aidc.security.internal.KeyFiles;
import io.aidc.security.internal.PemBlock;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * Makes, reads and writes the elliptic-curve keys that sign models, and reads certificates for them, as PEM files.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="keys"}
 *
 * <p>Private keys lie in the heap and, when written, unencrypted in a file of their owner (0600): keep it where only the
 * signer runs. Keys in hardware need none of this; give their JDK handle to {@link ModelSigner#key}.
 *
 * <p><em>Thread-safe: it keeps no state.</em>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468, PEM</a>
 */
public final class SigningKeys {
    private static final int MAX_CERTIFICATES_BYTES = 1024 * 1024;
    private static final String PKCS8 = "PRIVATE KEY";
    private static final String SEC1 = "EC PRIVATE KEY";
    private static final String SPKI = "PUBLIC KEY";

    private static final String CERTIFICATE = "CERTIFICATE";

    private SigningKeys() {}

    /**
     * Makes a fresh key pair on the curve P-256.
     *
     * @return the pair
     */
    public static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(Curve.P256.standardName()));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("elliptic curves are missing in this JVM", e);
        }
    }

    /**
     * Reads a private key and computes the public one from it. Text outside the PEM block is skipped.
     *
     * @param pem a file with a {@code PRIVATE KEY} (PKCS#8) or {@code EC PRIVATE KEY} (SEC 1) block on P-256, P-384 or
     *     P-521, unencrypted
     * @return the pair
     * @throws IllegalArgumentException if it holds no such key
     * @throws VaultIoException if it cannot be read
     */
    public static KeyPair readPrivate(Path pem) {
        PemBlock block = Pem.key(pem, Set.of(PKCS8, SEC1));
        try {
            ECPrivateKey key;
            ASN1ObjectIdentifier curve;
            if (block.label().equals(PKCS8)) {
                PrivateKeyInfo info = PrivateKeyInfo.getInstance(block.content());
                key = ECPrivateKey.getInstance(info.parsePrivateKey());
                curve = ASN1ObjectIdentifier.getInstance(
                        info.getPrivateKeyAlgorithm().getParameters());
            } else {
                key = ECPrivateKey.getInstance(block.content());
                curve = ASN1ObjectIdentifier.getInstance(key.getParametersObject());
            }
            return pair(key.getKey(), curve);
        } catch (IOException | RuntimeException | GeneralSecurityException e) {
            throw new IllegalArgumentException(pem + " holds no EC private key on P-256, P-384 or P-521", e);
        } finally {
            block.wipe();
        }
    }

    /**
     * Reads a public key. Text outside the PEM block is skipped.
     *
     * @param pem a file with a {@code PUBLIC KEY} block on P-256, P-384 or P-521
     * @return the key
     * @throws IllegalArgumentException if it holds no such key
     * @throws VaultIoException if it cannot be read
     */
    public static PublicKey readPublic(Path pem) {
        PemBlock block = Pem.key(pem, Set.of(SPKI));
        try {
            PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(block.content()));
            if (Curve.of(key).isPresent()) {
                return key;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(pem + " holds no EC public key", e);
        }
        throw new IllegalArgumentException(pem + " holds no key on P-256, P-384 or P-521");
    }

    /**
     * Reads certificates: a chain for {@link ModelSigner#certificates}, or roots for {@link ModelVerifier#trustingRoots}.
     * They are read, not checked. Text outside the PEM blocks is skipped.
     *
     * @param pem a file with {@code CERTIFICATE} blocks, at most 1 MiB long
     * @return all of them, one at least, in the order of the file
     * @throws IllegalArgumentException if it holds none, or something else in such a block
     * @throws VaultIoException if it cannot be read
     */
    public static List<X509Certificate> readCertificates(Path pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (PemBlock block : Pem.all(pem, MAX_CERTIFICATES_BYTES, Set.of(CERTIFICATE))) {
                certificates.add(CertificateDer.parse(block.content()));
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException(pem + " holds an unreadable certificate", e);
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("%s has no PEM block %s".formatted(pem, CERTIFICATE));
        }
        return List.copyOf(certificates);
    }

    /**
     * Writes the private key of a pair as PKCS#8, for its owner alone (0600 where the file system knows owners).
     *
     * @param pair its private half must be exportable
     * @param pem must not exist
     * @throws IllegalArgumentException if the key is not exportable
     * @throws VaultIoException if the file exists or cannot be written
     */
    public static void writePrivate(KeyPair pair, Path pem) {
        byte[] der = pair.getPrivate().getEncoded();
        if (der == null) {
            throw new IllegalArgumentException("the private key is not exportable");
        }
        byte[] text = Pem.bytes(PKCS8, der);
        try {
            AtomicFile.create(pem, AtomicFile.Access.OWNER, out -> out.write(text));
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    /**
     * Writes a public key. A file that is there is replaced.
     *
     * @param key the key
     * @param pem where to
     * @throws VaultIoException if the file cannot be written
     * @throws IllegalArgumentException if the file holds a private key
     */
    public static void writePublic(PublicKey key, Path pem) {
        byte[] text = Pem.bytes(SPKI, key.getEncoded());
        KeyFiles.requireNone(pem);
        AtomicFile.replace(pem, AtomicFile.Access.UMASK, out -> out.write(text));
    }

    private static KeyPair pair(BigInteger d, ASN1ObjectIdentifier oid) throws GeneralSecurityException {
        String name = SECNamedCurves.getName(oid);
        Curve curve = null;
        for (Curve known : Curve.values()) {
            curve = known.standardName().equals(name) ? known : curve;
        }
        if (curve == null || d.signum() < 1 || d.compareTo(curve.domain().getN()) >= 0) {
            throw new GeneralSecurityException("unknown curve or key out of range");
        }
        var generator = CustomNamedCurves.getByName(name).getG();
        var point = new FixedPointCombMultiplier().multiply(generator, d).normalize();
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        ECParameterSpec spec = parameters.getParameterSpec(ECParameterSpec.class);
        ECPoint w = new ECPoint(
                point.getAffineXCoord().toBigInteger(), point.getAffineYCoord().toBigInteger());
        KeyFactory factory = KeyFactory.getInstance("EC");
        return new KeyPair(
                factory.generatePublic(new ECPublicKeySpec(w, spec)),
                factory.generatePrivate(new ECPrivateKeySpec(d, spec)));
    }
}
