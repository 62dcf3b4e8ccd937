package io.aidc.security.keys;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A data key encrypted under one version of a key ring's key. Safe to store anywhere.
 *
 * <p><em>Immutable.</em>
 *
 * @param ring the {@linkplain KeyRing#id() id} of the ring, 32 lower-case hex digits
 * @param version the version of its key, &gt;= 1
 * @param bytes nonce (24), encrypted key and tag (16); 41 to 1064 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // copied both ways, compared by content
public record WrappedKey(String ring, int version, byte[] bytes) {
    static final int MAX_DATA_KEY = 1024;

    /** Checks the shapes and copies the bytes. */
    public WrappedKey {
        Objects.requireNonNull(ring, "ring");
        if (!ring.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("ring must be 32 lower-case hex digits, got " + ring);
        }
        if (version < 1) {
            throw new IllegalArgumentException("version must be >= 1, got " + version);
        }
        if (bytes.length < 41 || bytes.length > 40 + MAX_DATA_KEY) {
            throw new IllegalArgumentException("bytes must be 41 to 1064 long, got " + bytes.length);
        }
        bytes = bytes.clone();
    }

    /**
     * Returns a copy of the wrapped bytes.
     *
     * @return nonce, encrypted key and tag
     */
    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WrappedKey that
                && ring.equals(that.ring)
                && version == that.version
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(ring, version, Arrays.hashCode(bytes));
    }

    @Override
    public String toString() {
        return "WrappedKey[ring=%s, version=%d, bytes=%s]"
                .formatted(ring, version, HexFormat.of().formatHex(bytes));
    }
}
