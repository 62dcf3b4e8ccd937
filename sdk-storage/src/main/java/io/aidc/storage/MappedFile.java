package io.aidc.storage;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A file of a version, mapped into memory from a verified copy on this node's disk.
 *
 * <p>The whole file was checked against its SHA-256 when it was mapped; bytes that the disk loses later are not noticed. While
 * this is open the copy stays on disk. Nothing but the store may write to it: a file that shrinks under a mapping ends the
 * process.
 *
 * <p>Closing lets the store delete the copy; memory is unmapped when the last buffer is garbage collected, so buffers that are
 * still held stay readable.
 *
 * <p>Thread-safe: immutable but for being closed; each call gives buffers of the caller's own.
 */
public final class MappedFile implements AutoCloseable {
    private final List<ByteBuffer> buffers;
    private final long size;
    private final Runnable unpin;
    private final AtomicBoolean closed = new AtomicBoolean();

    MappedFile(List<ByteBuffer> buffers, Runnable unpin) {
        this.buffers = buffers;
        this.unpin = unpin;
        size = buffers.stream().mapToLong(ByteBuffer::capacity).sum();
    }

    /**
     * Returns the file's length.
     *
     * @return bytes
     */
    public long size() {
        return size;
    }

    /**
     * Returns the whole file as one buffer.
     *
     * @return read-only, big-endian, from 0 to its size
     * @throws IllegalStateException if the file has more than 1 GiB, so that it needs several, or after {@code close()}
     */
    public ByteBuffer buffer() {
        List<ByteBuffer> all = buffers();
        if (all.size() != 1) {
            throw new IllegalStateException(
                    "%d bytes need %d buffers, not one: use buffers()".formatted(size, all.size()));
        }
        return all.get(0);
    }

    /**
     * Returns the file in order.
     *
     * @return read-only big-endian buffers of 1 GiB each, the last one with the rest; one empty buffer for an empty file
     * @throws IllegalStateException after {@code close()}
     */
    public List<ByteBuffer> buffers() {
        if (closed.get()) {
            throw new IllegalStateException("the mapped file is closed");
        }
        return buffers.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
    }

    /** Lets the store delete the copy when it needs room. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            unpin.run();
        }
    }
}
