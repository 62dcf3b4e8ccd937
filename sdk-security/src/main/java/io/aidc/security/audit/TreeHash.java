package io.aidc.security.audit;

import java.util.Arrays;
import java.util.Base64;

/**
 * A hash of a log's tree: of one entry, of a part of the tree, or of all of it (SHA-256).
 *
 * <p><em>Immutable.</em>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6962#section-2.1">RFC 6962, section 2.1</a>
 */
public final class TreeHash {
    static final int BYTES = 32;

    private final byte[] bytes;

    private TreeHash(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes a hash as it is.
     *
     * @param bytes 32 bytes, copied
     * @return the hash
     * @throws IllegalArgumentException if there are not 32
     */
    public static TreeHash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a hash must be %d bytes, got %d".formatted(BYTES, bytes.length));
        }
        return new TreeHash(bytes.clone());
    }

    /**
     * Hashes an entry.
     *
     * @param entry its bytes, as the log holds them
     * @return SHA-256 of a zero byte and the entry
     */
    public static TreeHash ofEntry(byte[] entry) {
        byte[] hash = new byte[BYTES];
        new TreeHasher().leaf(entry, 0, entry.length, hash, 0);
        return new TreeHash(hash);
    }

    /**
     * Returns the hash of a log without entries.
     *
     * @return SHA-256 of nothing
     */
    public static TreeHash ofNothing() {
        return new TreeHash(TreeHasher.ofNothing());
    }

    /**
     * Returns the hash.
     *
     * @return 32 bytes, a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TreeHash that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Returns the hash in base64, as checkpoints show it. */
    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
