package io.aidc.security.keys;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
    private static final int WIPED_AT_ONCE = 8 * 1024;

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
     * Copies bytes. The array stays as it is, and is the caller's to wipe; {@link #take} wipes it.
     *
     * @param bytes what to copy
     * @return the copy
     */
    public static SecretBytes copyOf(byte[] bytes) {
        SecretBytes copy = allocate(bytes.length);
        copy.bytes.duplicate().put(bytes);
        return copy;
    }

    /**
     * Moves bytes out of an array, which is overwritten with zeros.
     *
     * @param bytes what to move
     * @return the bytes that were in the array
     */
    public static SecretBytes take(byte[] bytes) {
        try {
            return copyOf(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * Encodes characters, such as a password, in UTF-8, without a copy in the heap.
     *
     * @param text stays as it is, and is the caller's to wipe
     * @return the encoded text
     * @throws IllegalArgumentException if the text is not well-formed UTF-16
     */
    public static SecretBytes ofUtf8(char[] text) {
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        try (SecretBytes room = allocate((int) (encoder.maxBytesPerChar() * text.length))) {
            ByteBuffer encoded = room.buffer();
            CoderResult result = encoder.encode(CharBuffer.wrap(text), encoded, true);
            if (!result.isUnderflow()) {
                throw new IllegalArgumentException("text must be well-formed UTF-16");
            }
            encoded.flip();
            SecretBytes exact = allocate(encoded.remaining());
            exact.bytes.duplicate().put(encoded);
            return exact;
        }
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

    /**
     * Compares with other bytes, in a time that depends on the two lengths and not on where they begin to differ.
     *
     * @param other from position to limit; neither moves
     * @return whether the bytes are the same
     * @throws IllegalStateException if closed
     */
    public boolean contentEquals(ByteBuffer other) {
        ByteBuffer mine = buffer();
        if (mine.remaining() != other.remaining()) {
            return false;
        }
        int difference = 0;
        for (int i = 0; i < mine.limit(); i++) {
            difference |= mine.get(i) ^ other.get(other.position() + i);
        }
        return difference == 0;
    }

    /** Overwrites the bytes with zeros. Closing twice is harmless. */
    @Override
    public void close() {
        closed = true;
        byte[] zeros = new byte[Math.min(WIPED_AT_ONCE, bytes.capacity())];
        for (ByteBuffer rest = bytes.duplicate().clear(); rest.hasRemaining(); ) {
            rest.put(zeros, 0, Math.min(zeros.length, rest.remaining()));
        }
    }

    /** Shows the size only. */
    @Override
    public String toString() {
        return "SecretBytes[size=%d]".formatted(size());
    }
}
