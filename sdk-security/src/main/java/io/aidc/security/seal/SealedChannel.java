package io.aidc.security.seal;

import io.aidc.security.UnsealException;
import io.aidc.security.internal.Workers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;

/**
 * Reads the plaintext of a sealed file at any place, such as one tensor of many. Nothing but the chunks of 16 KiB that hold
 * the asked bytes is read and decrypted, each authenticated before a byte of it is handed out. The size is authenticated when
 * the channel is opened.
 *
 * {@snippet class="io.aidc.security.seal.SealSnippetsTest" region="channel"}
 *
 * <p>A read that meets bytes which are not authentic throws {@link UnsealException}, and so does every later one; what it put
 * into the buffer before is authentic. Chunks that nobody reads are not checked. Writing is not possible.
 *
 * <p><em>Thread-safe: one read at a time; a long one may use further threads inside.</em>
 */
public final class SealedChannel implements SeekableByteChannel {
    private static final long NONE = -1;

    private final SeekableByteChannel source;
    private final Region body;
    private final long bodyBytes;
    private final ChunkKeys keys;
    private final Workers workers;
    private final long size;
    private final byte[] chunk = new byte[ChunkCrypter.PLAIN_BYTES];
    private long chunkIndex = NONE;
    private long position;
    private boolean refused;
    private boolean closed;

    SealedChannel(SeekableByteChannel source, long offset, long bodyBytes, ChunkKeys keys, Workers workers)
            throws IOException {
        this.source = source;
        this.body = new Region.OfChannel(source, offset);
        this.bodyBytes = bodyBytes;
        this.keys = keys;
        this.workers = workers;
        this.size = ChunkedCipher.plaintextSize(bodyBytes + ChunkedCipher.HEADER_BYTES);
        load(size / ChunkCrypter.PLAIN_BYTES);
    }

    /**
     * Reads from the position on, and moves it.
     *
     * @param target filled as far as there is plaintext
     * @return bytes read, or -1 at the end
     * @throws UnsealException if the bytes are not what was sealed
     * @throws IOException if the source fails; the position is then where it was
     */
    @Override
    public synchronized int read(ByteBuffer target) throws IOException {
        int read = read(target, position);
        position += Math.max(0, read);
        return read;
    }

    /**
     * Reads from a place, without moving the position.
     *
     * @param target filled as far as there is plaintext
     * @param from index of the first byte, &gt;= 0
     * @return bytes read, or -1 at or behind the end
     * @throws UnsealException if the bytes are not what was sealed
     * @throws IOException if the source fails
     * @throws IllegalArgumentException if the index is negative
     */
    public synchronized int read(ByteBuffer target, long from) throws IOException {
        requireUsable();
        if (from < 0) {
            throw new IllegalArgumentException("from must be >= 0, got " + from);
        }
        if (from >= size) {
            return -1;
        }
        int wanted = (int) Math.min(target.remaining(), size - from);
        long end = from + wanted;
        long at = from;
        while (at < end) {
            long whole = (end - at) / ChunkCrypter.PLAIN_BYTES;
            if (at % ChunkCrypter.PLAIN_BYTES == 0 && whole > 0) {
                at += wholeChunks(target, at / ChunkCrypter.PLAIN_BYTES, whole);
            } else {
                at += partOfChunk(target, at, end);
            }
        }
        return wanted;
    }

    @Override
    public synchronized long position() throws IOException {
        requireUsable();
        return position;
    }

    /**
     * Moves the position, perhaps behind the end.
     *
     * @param newPosition &gt;= 0
     * @return this
     */
    @Override
    public synchronized SealedChannel position(long newPosition) throws IOException {
        requireUsable();
        if (newPosition < 0) {
            throw new IllegalArgumentException("newPosition must be >= 0, got " + newPosition);
        }
        position = newPosition;
        return this;
    }

    /**
     * Returns how much plaintext there is.
     *
     * @return bytes, authenticated when the channel was opened
     */
    @Override
    public synchronized long size() throws IOException {
        requireUsable();
        return size;
    }

    /** Throws {@link NonWritableChannelException}. */
    @Override
    public int write(ByteBuffer bytes) {
        throw new NonWritableChannelException();
    }

    /** Throws {@link NonWritableChannelException}. */
    @Override
    public SeekableByteChannel truncate(long newSize) {
        throw new NonWritableChannelException();
    }

    @Override
    public synchronized boolean isOpen() {
        return !closed;
    }

    /** Wipes the chunk it holds and closes the source. Closing twice is harmless. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            Arrays.fill(chunk, (byte) 0);
            source.close();
        }
    }

    private int wholeChunks(ByteBuffer target, long first, long count) throws IOException {
        int bytes = (int) count * ChunkCrypter.PLAIN_BYTES;
        Region into = Region.of(target.slice(target.position(), bytes));
        try {
            long sealedBytes = count * ChunkCrypter.SEALED_BYTES;
            ChunkPass.decrypt(keys, workers, body.from(first * ChunkCrypter.SEALED_BYTES), sealedBytes, into, first);
        } catch (UnsealException e) {
            refused = true;
            throw e;
        }
        target.position(target.position() + bytes);
        return bytes;
    }

    private int partOfChunk(ByteBuffer target, long at, long end) throws IOException {
        long index = at / ChunkCrypter.PLAIN_BYTES;
        if (index != chunkIndex) {
            load(index);
        }
        int offset = (int) (at % ChunkCrypter.PLAIN_BYTES);
        int length = (int) Math.min(end - at, ChunkCrypter.PLAIN_BYTES - offset);
        target.put(chunk, offset, length);
        return length;
    }

    private void load(long index) throws IOException {
        long from = index * ChunkCrypter.SEALED_BYTES;
        long length = Math.min(ChunkCrypter.SEALED_BYTES, bodyBytes - from);
        chunkIndex = NONE;
        try {
            ChunkPass.decrypt(keys, Workers.none(), body.from(from), length, new Region.OfArray(chunk, 0), index);
        } catch (UnsealException e) {
            refused = true;
            throw e;
        }
        chunkIndex = index;
    }

    private void requireUsable() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (refused) {
            throw new UnsealException();
        }
    }
}
