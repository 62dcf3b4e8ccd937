package io.aidc.security.keys;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A public key to seal for. Its text is one line that can be mailed, printed or kept in a configuration file.
 *
 * {@snippet class="io.aidc.security.keys.HpkeSnippetsTest" region="pair"}
 *
 * <p>That it is whose it claims to be, its text cannot show: compare {@link #id()} over another way.
 *
 * <p><em>Immutable.</em>
 */
public final class HpkePublicKey {
    private static final int CHECKSUM_BYTES = 4;
    private static final int ID_BYTES = 16;

    private final HpkeSuite suite;
    private final byte[] bytes;

    private HpkePublicKey(HpkeSuite suite, byte[] bytes) {
        this.suite = suite;
        this.bytes = bytes;
    }

    /**
     * Takes a key as HPKE encodes it.
     *
     * @param suite its kind
     * @param bytes 1216 for X-Wing (ML-KEM-768, then X25519), 32 for X25519; copied
     * @return the key
     * @throws IllegalArgumentException if the length is another, or it is none that can be encrypted to: a coefficient out
     *     of range, or a point of low order
     */
    public static HpkePublicKey of(HpkeSuite suite, byte[] bytes) {
        Objects.requireNonNull(suite, "suite");
        if (bytes.length != suite.publicKeyBytes()) {
            throw new IllegalArgumentException(
                    "bytes must be %d for %s, got %d".formatted(suite.publicKeyBytes(), suite, bytes.length));
        }
        if (!HpkeKem.isUsable(suite, bytes)) {
            throw new IllegalArgumentException("bytes are no usable public key of " + suite);
        }
        return new HpkePublicKey(suite, bytes.clone());
    }

    /** A key that was made here, and is known to be usable. */
    static HpkePublicKey made(HpkeSuite suite, byte[] bytes) {
        return new HpkePublicKey(suite, bytes);
    }

    /**
     * Reads the text of a key.
     *
     * @param text what {@link #text()} gave; white space around it is skipped
     * @return the key
     * @throws IllegalArgumentException if it is something else, has a slip of the pen, or is no usable key
     */
    public static HpkePublicKey parse(String text) {
        String line = text.strip();
        for (HpkeSuite suite : HpkeSuite.values()) {
            if (line.startsWith(suite.label() + ":")) {
                return parse(suite, line.substring(suite.label().length() + 1));
            }
        }
        // what was given may be a private key, pasted in its place
        throw new IllegalArgumentException(
                "text must be one line that begins with %s: or %s:, got %d characters of something else"
                        .formatted(HpkeSuite.X_WING.label(), HpkeSuite.X25519.label(), line.length()));
    }

    private static HpkePublicKey parse(HpkeSuite suite, String base64) {
        byte[] decoded;
        try {
            decoded = Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("text is no base64url", e);
        }
        byte[] key = Arrays.copyOf(decoded, suite.publicKeyBytes());
        byte[] whole = Arrays.copyOf(key, key.length + CHECKSUM_BYTES);
        System.arraycopy(hash(suite, key), 0, whole, key.length, CHECKSUM_BYTES);
        if (!Arrays.equals(decoded, whole)
                || !Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(whole)
                        .equals(base64)) {
            throw new IllegalArgumentException("text is cut, or its checksum does not match");
        }
        return of(suite, key);
    }

    /**
     * Returns the kind of key.
     *
     * @return its suite
     */
    public HpkeSuite suite() {
        return suite;
    }

    /**
     * Returns the key as HPKE encodes it.
     *
     * @return a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * Returns a short name, by which sealed files say who can open them: the first 16 bytes of SHA-256 over the number of
     * the key encapsulation (u16) and the key.
     *
     * @return 32 lower-case hex digits
     */
    public String id() {
        return HexFormat.of().formatHex(hash(suite, bytes), 0, ID_BYTES);
    }

    /**
     * Returns the key as one line: its kind, a colon, and base64url of the key and four bytes of checksum.
     *
     * @return ASCII without spaces, 1638 characters for X-Wing and 60 for X25519
     */
    public String text() {
        byte[] whole = Arrays.copyOf(bytes, bytes.length + CHECKSUM_BYTES);
        System.arraycopy(hash(suite, bytes), 0, whole, bytes.length, CHECKSUM_BYTES);
        return suite.label() + ":" + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HpkePublicKey that && suite == that.suite && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Shows the kind and the id. */
    @Override
    public String toString() {
        return "HpkePublicKey[suite=%s, id=%s]".formatted(suite, id());
    }

    private static byte[] hash(HpkeSuite suite, byte[] key) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update((byte) (suite.kem() >>> 8));
            sha256.update((byte) suite.kem());
            return sha256.digest(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is missing in this JVM", e);
        }
    }
}
