package io.aidc.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one file, chunk after chunk, each checked before any of its bytes is handed out.
 *
 * <p>After a failure every read fails alike: the bytes after a chunk that could not be read are not mistaken for its own.
 */
final class VersionStream extends InputStream {
    private final ReadAhead chunks;
    private byte[] current = new byte[0];
    private int position;
    private boolean closed;
    private @Nullable StorageException failure;

    VersionStream(ReadAhead chunks) {
        this.chunks = chunks;
    }

    @Override
    public int read() throws IOException {
        return hasMore() ? current[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!hasMore()) {
            return -1;
        }
        int copied = Math.min(length, current.length - position);
        System.arraycopy(current, position, target, offset, copied);
        position += copied;
        return copied;
    }

    private boolean hasMore() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        if (failure != null) {
            throw failure;
        }
        while (position == current.length && chunks.hasNext()) {
            try {
                current = chunks.next();
            } catch (StorageException e) {
                failure = e;
                throw e;
            }
            position = 0;
        }
        return position < current.length;
    }

    @Override
    public void close() {
        closed = true;
        chunks.close();
        current = new byte[0];
        position = 0;
    }
}
