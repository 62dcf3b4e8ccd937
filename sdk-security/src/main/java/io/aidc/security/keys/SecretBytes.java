package io.aidc.security.keys;

import java.nio.ByteBuffer;

/**
 * Secret bytes outside the Java heap, overwritten with zeros on close.
 *
 * <p>The garbage collector does not copy them about, so that closing leaves no second copy behind. Copies which others made
 * of {@link #buffer()} are theirs to wipe. If close is forgotten, the bytes stay until the garbage collector has freed every
 * buffer that shows them, and are not overwritten then. They are not locked into memory: the operating system may swap
 * them out.
 *
 * {@snippet class="io.aidc.security.SnippetsTest" region="unseal"}
 *
 * <p><em>Confined: one thread at a time.</em>
 */
public final class SecretBytes implements AutoCloseable {
    private final ByteBuffer bytes;
    private boolean closed;

    private SecretBytes(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * Allocates zeros, to be filled through {@link #buffer()}.
     *
     * @param size bytes, &gt;= 0
     * @return the bytes
     * @throws IllegalArgumentException if the size is negative
     */
    public static SecretBytes allocate(int size) {
        return new SecretBytes(ByteBuffer.allocateDirect(size));
    }

    /**
     * Returns how many bytes there are.
     *
     * @return bytes, &gt;= 0
     */
    public int size() {
        return bytes.capacity();
    }

    /**
     * Returns the bytes themselves, not a copy: a direct, writable, big-endian buffer from the first byte to the last. It
     * shows zeros after {@link #close()}.
     *
     * @return another view of the same memory on each call
     * @throws IllegalStateException if closed
     */
    public ByteBuffer buffer() {
        if (closed) {
            throw new IllegalStateException("these secret bytes are closed");
        }
        return bytes.duplicate().clear();
    }

    /** Overwrites the bytes with zeros. Closing twice is harmless. */
    @Override
    public void close() {
        closed = true;
        ByteBuffer rest = bytes.duplicate().clear();
        while (rest.remaining() >= Long.BYTES) {
            rest.putLong(0);
        }
        while (rest.hasRemaining()) {
            rest.put((byte) 0);
        }
    }

    /** Shows the size only. */
    @Override
    public String toString() {
        return "SecretBytes[size=%d]".formatted(size());
    }
}
