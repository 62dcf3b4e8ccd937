package io.aidc.security.signing;

import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import io.aidc.security.internal.PemBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.MLDSASigner;

/**
 * A pair of ML-DSA keys, the lattice signature that holds against quantum computers. The private key is its seed of 32 bytes,
 * in memory as in files.
 *
 * {@snippet class="io.aidc.security.signing.MlDsaSnippetsTest" region="keys"}
 *
 * <p>Signing is hedged: fresh randomness goes into each signature, and a bad random source costs no security. Written files
 * are not encrypted: keep them where only the signer runs. Close wipes the seed; copies that Bouncy Castle made while it
 * signed stay until they are collected.
 *
 * <p><em>Thread-safe.</em>
 *
 * @see <a href="https://doi.org/10.6028/NIST.FIPS.204">FIPS 204, ML-DSA</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9881">RFC 9881, ML-DSA keys in X.509 and PKCS#8</a>
 */
public final class MlDsaKeyPair implements AutoCloseable {
    private static final String LABEL = "PRIVATE KEY";
    private static final int SEED_BYTES = 32;

    private final MlDsaLevel level;
    private final byte[] seed;
    private final MlDsaPublicKey publicKey;
    private boolean closed;

    private MlDsaKeyPair(MlDsaLevel level, byte[] seed) {
        this.level = level;
        this.seed = seed;
        this.publicKey = MlDsaPublicKey.of(
                level,
                new MLDSAPrivateKeyParameters(level.parameters(), seed)
                        .getPublicKeyParameters()
                        .getEncoded());
    }

    /**
     * Makes a fresh pair.
     *
     * @param level the parameter set; {@link MlDsaLevel#ML_DSA_65} is what signed models use
     * @return the pair
     */
    public static MlDsaKeyPair generate(MlDsaLevel level) {
        Objects.requireNonNull(level, "level");
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        return new MlDsaKeyPair(level, seed);
    }

    /** Takes the 32 bytes, which are then this pair's to wipe. */
    static MlDsaKeyPair ofSeed(MlDsaLevel level, byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("seed must be 32 bytes, got " + seed.length);
        }
        return new MlDsaKeyPair(level, seed);
    }

    /**
     * Reads a private key. Text outside the PEM block is skipped.
     *
     * @param pem a file with an unencrypted {@code PRIVATE KEY} block (PKCS#8) that holds the seed; an expanded key beside
     *     it must be that of the seed, and one without a seed is refused
     * @return the pair
     * @throws IllegalArgumentException if it holds no such key
     * @throws VaultIoException if it cannot be read
     */
    public static MlDsaKeyPair read(Path pem) {
        PemBlock block = Pem.key(pem, Set.of(LABEL));
        try {
            return decode(block.content());
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new IllegalArgumentException(pem + " holds no ML-DSA private key with its seed", e);
        } finally {
            block.wipe();
        }
    }

    /** Reads PKCS#8. */
    static MlDsaKeyPair decode(byte[] der) throws IOException {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(der);
        AlgorithmIdentifier algorithm = info.getPrivateKeyAlgorithm();
        MlDsaLevel level = MlDsaLevel.of(algorithm.getAlgorithm())
                .filter(known -> algorithm.getParameters() == null)
                .orElseThrow(() -> new IllegalArgumentException("another algorithm"));
        ASN1Encodable key = info.parsePrivateKey();
        if (key instanceof ASN1TaggedObject tagged && tagged.hasContextTag(0)) {
            return ofSeed(level, ASN1OctetString.getInstance(tagged, false).getOctets());
        }
        if (key instanceof ASN1Sequence both && both.size() == 2) {
            MlDsaKeyPair pair = ofSeed(
                    level, ASN1OctetString.getInstance(both.getObjectAt(0)).getOctets());
            byte[] expanded = ASN1OctetString.getInstance(both.getObjectAt(1)).getOctets();
            byte[] derived = pair.privateKey()
                    .getParametersWithFormat(MLDSAPrivateKeyParameters.EXPANDED_KEY)
                    .getEncoded();
            if (MessageDigest.isEqual(expanded, derived)) {
                return pair;
            }
            pair.close();
            throw new IllegalArgumentException("seed and expanded key do not belong together");
        }
        throw new IllegalArgumentException("no seed");
    }

    /**
     * Writes the private key as PKCS#8 with its seed, for its owner alone (0600 where the file system knows owners).
     *
     * @param pem must not exist
     * @throws VaultIoException if the file exists or cannot be written
     * @throws IllegalStateException if closed
     */
    public synchronized void write(Path pem) {
        requireOpen();
        byte[] der = encode();
        byte[] text = Pem.bytes(LABEL, der);
        try {
            AtomicFile.create(pem, AtomicFile.Access.OWNER, out -> out.write(text));
        } finally {
            Arrays.fill(der, (byte) 0);
            Arrays.fill(text, (byte) 0);
        }
    }

    private byte[] encode() {
        try {
            return new PrivateKeyInfo(
                            new AlgorithmIdentifier(level.oid()),
                            new DERTaggedObject(false, 0, new DEROctetString(seed)))
                    .getEncoded("DER");
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
    }

    /**
     * Returns the key that verifies.
     *
     * @return the public key; it outlives this pair
     */
    public MlDsaPublicKey publicKey() {
        return publicKey;
    }

    byte[] sign(byte[] message) {
        return sign(message, new byte[0], new SecureRandom());
    }

    /** The hedged variant of FIPS 204, with a context of at most 255 bytes; draws 32 bytes of randomness. */
    byte[] sign(byte[] message, byte[] context, SecureRandom random) {
        return sign(message, new ParametersWithContext(new ParametersWithRandom(privateKey(), random), context));
    }

    /** The variant of FIPS 204 in which the same message gives the same signature. */
    byte[] signDeterministically(byte[] message, byte[] context) {
        return sign(message, new ParametersWithContext(privateKey(), context));
    }

    private static byte[] sign(byte[] message, CipherParameters parameters) {
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, parameters);
        signer.update(message, 0, message.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalStateException("ML-DSA failed to sign", e);
        }
    }

    /** Copies the seed under the lock, so that nothing is signed with one that is being wiped. */
    private synchronized MLDSAPrivateKeyParameters privateKey() {
        requireOpen();
        return new MLDSAPrivateKeyParameters(level.parameters(), seed);
    }

    /** Wipes the seed; signing then throws {@link IllegalStateException}. Closing twice is harmless. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(seed, (byte) 0);
    }

    /** Shows no private key. */
    @Override
    public String toString() {
        return "MlDsaKeyPair[%s]".formatted(publicKey);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this key pair is closed");
        }
    }
}
