package io.aidc.storage;

import io.aidc.storage.chunk.ChunkProfile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** What a builder was told, checked and complete. */
record StoreOptions(
        Node self,
        List<Node> peers,
        Path directory,
        String cluster,
        int copies,
        Duration timeout,
        long cacheBytes,
        ChunkProfile chunking,
        boolean requireDirectorySync,
        Consumer<StoreEvent> listener) {
    StoreOptions {
        peers = List.copyOf(peers);
    }
}
