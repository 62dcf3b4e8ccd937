package io.aidc.storage;

import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.object.ObjectStore;
import io.aidc.storage.ratis.NodeTls;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a builder was told, checked and complete. */
record StoreOptions(
        Node self,
        List<Node> peers,
        Path directory,
        String cluster,
        int copies,
        Duration timeout,
        long cacheBytes,
        long diskCacheBytes,
        long scrubbing,
        ChunkProfile chunking,
        boolean requireDirectorySync,
        boolean joining,
        boolean archiveCommands,
        @Nullable NodeTls tls,
        @Nullable ObjectStore content,
        Clock clock,
        Consumer<StoreEvent> listener) {
    StoreOptions {
        peers = List.copyOf(peers);
    }
}
