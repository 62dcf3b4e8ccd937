package io.aidc.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/**
 * Random access to one file, read-only; each chunk is checked before any of its bytes is handed out.
 *
 * <p>One read gives bytes of one chunk; the latest chunk is kept. Confined: one thread at a time.
 */
final class VersionChannel implements SeekableByteChannel {
    private final FileChunks chunks;
    private byte[] current = new byte[0];
    private int currentIndex = -1;
    private long position;
    private boolean open = true;

    VersionChannel(FileChunks chunks) {
        this.chunks = chunks;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        refuseIfClosed();
        if (position >= chunks.size()) {
            return -1;
        }
        if (!target.hasRemaining()) {
            return 0;
        }
        int index = chunks.indexOf(position);
        if (index != currentIndex) {
            current = chunks.load(index);
            currentIndex = index;
        }
        int from = (int) (position - chunks.start(index));
        int copied = Math.min(target.remaining(), current.length - from);
        target.put(current, from, copied);
        position += copied;
        return copied;
    }

    @Override
    public long position() throws IOException {
        refuseIfClosed();
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        refuseIfClosed();
        if (newPosition < 0) {
            throw new IllegalArgumentException("position must be >= 0, got " + newPosition);
        }
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        refuseIfClosed();
        return chunks.size();
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
        current = new byte[0];
        currentIndex = -1;
    }

    private void refuseIfClosed() throws ClosedChannelException {
        if (!open) {
            throw new ClosedChannelException();
        }
    }
}
