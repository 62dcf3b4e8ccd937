package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Objects;

/** A file of a snapshot, blob by blob; each is checked before its first byte is handed out. */
final class BlobStream extends InputStream {
    /** Reads a blob. */
    interface Source {
        byte[] read(ChunkId id) throws IOException;
    }

    private final Iterator<ChunkId> blobs;
    private final Source source;
    private byte[] current = {};
    private int at;

    BlobStream(Iterable<ChunkId> blobs, Source source) {
        this.blobs = blobs.iterator();
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        return advance() ? current[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!advance()) {
            return -1;
        }
        int count = Math.min(length, current.length - at);
        System.arraycopy(current, at, target, offset, count);
        at += count;
        return count;
    }

    private boolean advance() throws IOException {
        while (at == current.length) {
            if (!blobs.hasNext()) {
                return false;
            }
            current = source.read(blobs.next());
            at = 0;
        }
        return true;
    }
}
