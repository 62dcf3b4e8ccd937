package io.aidc.storage;

import io.aidc.storage.chunk.Manifest.ChunkEntry;
import io.aidc.storage.internal.replica.ChunkReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** The bytes of one file, chunk after chunk, each checked before any of its bytes is handed out. */
final class VersionStream extends InputStream {
    private final ChunkReader reader;
    private final Iterator<ChunkEntry> chunks;
    private byte[] current = new byte[0];
    private int position;
    private boolean closed;

    VersionStream(ChunkReader reader, List<ChunkEntry> chunks) {
        this.reader = reader;
        this.chunks = chunks.iterator();
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
        while (position == current.length && chunks.hasNext()) {
            ChunkEntry next = chunks.next();
            current = load(next);
            position = 0;
        }
        return position < current.length;
    }

    private byte[] load(ChunkEntry chunk) throws IOException {
        byte[] content;
        try {
            content = reader.read(chunk.id());
        } catch (IOException e) {
            throw Failures.of("reading " + chunk.id(), e);
        }
        if (content.length != chunk.length()) {
            throw new CorruptBlockException(
                    "chunk %s has %d bytes, its manifest says %d".formatted(chunk.id(), content.length, chunk.length()),
                    null);
        }
        return content;
    }

    @Override
    public void close() {
        closed = true;
        current = new byte[0];
        position = 0;
    }
}
