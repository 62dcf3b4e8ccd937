package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.chunk.Layout;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.chunk.Splitter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A version whose chunks are in memory; some can be made unreadable. */
final class MemoryVersion implements ChunkSource {
    final Map<ChunkId, byte[]> chunks = new ConcurrentHashMap<>();
    final Set<ChunkId> broken = ConcurrentHashMap.newKeySet();
    final List<ChunkId> reads = new CopyOnWriteArrayList<>();
    final Manifest manifest;
    final Version version;

    MemoryVersion(Map<String, byte[]> files) throws IOException {
        List<Manifest.FileEntry> entries = new ArrayList<>();
        var splitter = new Splitter(ChunkProfile.XET_64K);
        for (var file : new TreeMap<>(files).entrySet()) {
            entries.add(splitter.split(
                    file.getKey(), new ByteArrayInputStream(file.getValue()), Layout.none(), chunks::put));
        }
        manifest = new Manifest(entries, Map.of());
        ChunkId id = ChunkId.of(manifest.encode());
        chunks.put(id, manifest.encode());
        version = new Version("m", "1", id.toString(), manifest.size(), List.of(), Map.of(), Provenance.NONE);
    }

    /** The ids of a file's chunks, in order. */
    List<ChunkId> ids(String file) {
        return entry(file).chunks().stream().map(Manifest.ChunkEntry::id).toList();
    }

    Manifest.FileEntry entry(String file) {
        return manifest.files().stream()
                .filter(entry -> entry.name().equals(file))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public byte[] read(ChunkId id) throws IOException {
        byte[] content = chunks.get(id);
        if (content == null || broken.contains(id)) {
            throw new IOException("broken " + id);
        }
        reads.add(id);
        return content;
    }
}
