package io.aidc.storage.chunk;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The name of immutable content: an algorithm tag and the content's digest.
 *
 * <p>Binary form: one byte 1 for SHA-256, then 32 digest bytes. Text form: {@code sha256-} and 64 lower-case hex digits.
 * The tag leaves room for a second algorithm; ids of different algorithms are never equal.
 *
 * <p>Immutable.
 */
public final class ChunkId implements Comparable<ChunkId> {
    /** The length of the binary form in bytes. */
    public static final int ENCODED_BYTES = 33;

    private static final byte SHA_256 = 1;
    private static final int DIGEST_BYTES = 32;
    private static final String PREFIX = "sha256-";
    private static final HexFormat HEX = HexFormat.of();

    private final byte[] digest;

    private ChunkId(byte[] digest) {
        this.digest = digest;
    }

    /**
     * Names the given content. Cost: one SHA-256 over it.
     *
     * @param content the bytes; not modified
     * @return their id
     */
    public static ChunkId of(byte[] content) {
        return new ChunkId(newDigest().digest(content));
    }

    /**
     * Wraps a digest computed elsewhere.
     *
     * @param digest 32 bytes of SHA-256; copied
     * @return the id
     * @throws IllegalArgumentException if there are not 32 bytes
     */
    public static ChunkId ofDigest(byte[] digest) {
        if (digest.length != DIGEST_BYTES) {
            throw new IllegalArgumentException("digest must have 32 bytes, got " + digest.length);
        }
        return new ChunkId(digest.clone());
    }

    /**
     * Says whether a text is the text form of an id.
     *
     * @param text anything
     * @return whether {@link #parse} takes it
     */
    public static boolean isId(String text) {
        return text.length() == PREFIX.length() + 2 * DIGEST_BYTES
                && text.startsWith(PREFIX)
                && text.chars().skip(PREFIX.length()).allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    /**
     * Reads the text form.
     *
     * @param text {@code sha256-} and 64 lower-case hex digits
     * @return the id
     * @throws IllegalArgumentException if the text is anything else
     */
    public static ChunkId parse(String text) {
        if (!isId(text)) {
            throw new IllegalArgumentException(
                    "chunk id must be sha256- and 64 lower-case hex digits, got %s".formatted(text));
        }
        return new ChunkId(HEX.parseHex(text, PREFIX.length(), text.length()));
    }

    /**
     * Reads the binary form.
     *
     * @param source at least 33 bytes remaining; advanced by 33
     * @return the id
     * @throws IllegalArgumentException if the tag is unknown or bytes are missing
     */
    public static ChunkId readFrom(ByteBuffer source) {
        if (source.remaining() < ENCODED_BYTES) {
            throw new IllegalArgumentException("chunk id needs 33 bytes, got " + source.remaining());
        }
        byte tag = source.get();
        if (tag != SHA_256) {
            throw new IllegalArgumentException("chunk id tag must be 1 (SHA-256), got " + tag);
        }
        byte[] digest = new byte[DIGEST_BYTES];
        source.get(digest);
        return new ChunkId(digest);
    }

    /**
     * Writes the binary form.
     *
     * @param target at least 33 bytes remaining; advanced by 33
     */
    public void writeTo(ByteBuffer target) {
        target.put(SHA_256).put(digest);
    }

    /**
     * Says whether the content has this name. Cost: one SHA-256 over it.
     *
     * @param content the bytes; not modified
     * @return true if their digest is this id's
     */
    public boolean matches(byte[] content) {
        return Arrays.equals(digest, newDigest().digest(content));
    }

    /**
     * Returns the digest as hex.
     *
     * @return 64 lower-case hex digits, without the tag
     */
    public String hex() {
        return HEX.formatHex(digest);
    }

    /**
     * Returns a fresh SHA-256 of the JDK's own provider, whose implementation the JIT replaces by machine instructions.
     *
     * @return an empty digest
     */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256", "SUN");
        } catch (NoSuchAlgorithmException | java.security.NoSuchProviderException e) {
            return anyDigest();
        }
    }

    private static MessageDigest anyDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing from this Java runtime", e);
        }
    }

    @Override
    public int compareTo(ChunkId other) {
        return Arrays.compareUnsigned(digest, other.digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkId that && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return ByteBuffer.wrap(digest).getInt();
    }

    /** Returns the text form. */
    @Override
    public String toString() {
        return PREFIX + hex();
    }
}
