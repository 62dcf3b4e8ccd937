package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.internal.replica.ChunkUnavailableException;
import io.aidc.storage.metadata.MetadataLog;
import java.io.IOException;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the versions need that exist at a moment: manifests, and chunks with their lengths.
 *
 * @param bytes length by id; a manifest counts as 0
 */
record LiveChunks(NavigableMap<ChunkId, Integer> bytes) {
    /** Looks; manifests that cannot be read are among the result, what they name is not. */
    static LiveChunks look(MetadataLog log, VersionReader versions) throws IOException {
        var bytes = new TreeMap<ChunkId, Integer>();
        for (Catalog.Located version : Catalog.versionsIn(log::scan)) {
            if (bytes.putIfAbsent(version.manifest(), 0) == null) {
                try {
                    add(versions.manifest(version.manifest()), bytes);
                } catch (ChunkUnavailableException e) {
                    // whoever goes through the result finds that the manifest is missing
                }
            }
        }
        return new LiveChunks(bytes);
    }

    private static void add(Manifest manifest, NavigableMap<ChunkId, Integer> bytes) {
        for (Manifest.FileEntry file : manifest.files()) {
            file.chunks().forEach(chunk -> bytes.put(chunk.id(), chunk.length()));
        }
    }

    long totalBytes() {
        return sum(bytes);
    }

    /** Sums up what comes behind {@code after} up to {@code last}; null is the beginning, or nothing more. */
    long bytesBetween(@Nullable ChunkId after, @Nullable ChunkId last) {
        if (last == null) {
            return 0;
        }
        return sum(after == null ? bytes.headMap(last, true) : bytes.subMap(after, false, last, true));
    }

    private static long sum(NavigableMap<ChunkId, Integer> part) {
        return part.values().stream().mapToLong(Integer::longValue).sum();
    }
}
