package io.aidc.storage;

import io.aidc.storage.chunk.Manifest.ChunkEntry;
import io.aidc.storage.chunk.Manifest.FileEntry;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The chunks of one file and where they stand in it. Immutable. */
final class FileChunks {
    private final ChunkSource source;
    private final List<ChunkEntry> chunks;
    private final long[] starts;

    FileChunks(ChunkSource source, FileEntry file) {
        this.source = source;
        chunks = file.chunks();
        starts = new long[chunks.size() + 1];
        for (int i = 0; i < chunks.size(); i++) {
            starts[i + 1] = starts[i] + chunks.get(i).length();
        }
    }

    int count() {
        return chunks.size();
    }

    ChunkEntry entry(int index) {
        return chunks.get(index);
    }

    long start(int index) {
        return starts[index];
    }

    long size() {
        return starts[starts.length - 1];
    }

    /** Returns the chunk that holds the byte at {@code position}, which is less than the size. */
    int indexOf(long position) {
        int found = Arrays.binarySearch(starts, position);
        return found >= 0 ? found : -found - 2;
    }

    /** Returns a chunk's content, checked; the array is shared and must not be modified. */
    byte[] load(int index) {
        ChunkEntry chunk = chunks.get(index);
        byte[] content;
        try {
            content = source.read(chunk.id());
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
}
