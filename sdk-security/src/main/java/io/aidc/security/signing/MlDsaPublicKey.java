package io.aidc.security.signing;

import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import io.aidc.security.internal.KeyFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.crypto.signers.MLDSASigner;

/**
 * A public key of ML-DSA, the lattice signature that holds against quantum computers.
 *
 * {@snippet class="io.aidc.security.signing.MlDsaSnippetsTest" region="keys"}
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://doi.org/10.6028/NIST.FIPS.204">FIPS 204, ML-DSA</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9881">RFC 9881, ML-DSA keys in X.509</a>
 */
public final class MlDsaPublicKey {
    private static final String LABEL = "PUBLIC KEY";

    private final MlDsaLevel level;
    private final byte[] bytes;

    private MlDsaPublicKey(MlDsaLevel level, byte[] bytes) {
        this.level = level;
        this.bytes = bytes;
    }

    /**
     * Takes a key as FIPS 204 encodes it.
     *
     * @param level its parameter set
     * @param bytes 1312, 1952 or 2592 bytes, by level; copied
     * @return the key
     * @throws IllegalArgumentException if the length is another
     */
    public static MlDsaPublicKey of(MlDsaLevel level, byte[] bytes) {
        Objects.requireNonNull(level, "level");
        if (bytes.length != level.publicKeyBytes()) {
            throw new IllegalArgumentException("bytes must be %d for %s, got %d"
                    .formatted(level.publicKeyBytes(), level.standardName(), bytes.length));
        }
        return new MlDsaPublicKey(level, bytes.clone());
    }

    /**
     * Reads a public key. Text outside the PEM block is skipped.
     *
     * @param pem a file with a {@code PUBLIC KEY} block of ML-DSA
     * @return the key
     * @throws IllegalArgumentException if it holds no such key
     * @throws VaultIoException if it cannot be read
     */
    public static MlDsaPublicKey read(Path pem) {
        byte[] der = Pem.key(pem, Set.of(LABEL)).content();
        try {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(der);
            AlgorithmIdentifier algorithm = info.getAlgorithm();
            MlDsaLevel level = MlDsaLevel.of(algorithm.getAlgorithm())
                    .filter(known -> algorithm.getParameters() == null)
                    .orElseThrow(() -> new IllegalArgumentException("another algorithm"));
            return of(level, info.getPublicKeyData().getOctets());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IllegalArgumentException(pem + " holds no ML-DSA public key", e);
        }
    }

    /**
     * Writes this key as PEM. A file that is there is replaced.
     *
     * @param pem where to
     * @throws VaultIoException if the file cannot be written
     * @throws IllegalArgumentException if the file holds a private key
     */
    public void write(Path pem) {
        KeyFiles.requireNone(pem);
        AtomicFile.replace(pem, AtomicFile.Access.UMASK, out -> out.write(pemText()));
    }

    /**
     * Returns the parameter set.
     *
     * @return the level
     */
    public MlDsaLevel level() {
        return level;
    }

    /**
     * Returns the key as FIPS 204 encodes it.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Hex SHA-256 of the key's PEM text, by which signature files name it. */
    String hint() {
        return Sha256.hex(pemText());
    }

    /** Subject public key info, DER. */
    byte[] spki() {
        try {
            return new SubjectPublicKeyInfo(new AlgorithmIdentifier(level.oid()), bytes).getEncoded("DER");
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
    }

    boolean verifies(byte[] message, byte[] signature) {
        return verifies(message, new byte[0], signature);
    }

    /** Whether the signature is this key's over the message and a context of at most 255 bytes. */
    boolean verifies(byte[] message, byte[] context, byte[] signature) {
        if (signature.length != level.signatureBytes() || context.length > 255) {
            return false;
        }
        MLDSASigner verifier = new MLDSASigner();
        verifier.init(
                false, new ParametersWithContext(new MLDSAPublicKeyParameters(level.parameters(), bytes), context));
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MlDsaPublicKey that && level == that.level && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Shows the level and the hint. */
    @Override
    public String toString() {
        return "MlDsaPublicKey[level=%s, hint=%s]".formatted(level.standardName(), hint());
    }

    private byte[] pemText() {
        return Pem.encode(LABEL, spki()).getBytes(StandardCharsets.US_ASCII);
    }
}
