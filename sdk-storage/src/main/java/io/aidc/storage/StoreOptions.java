package io.aidc.storage;

import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.object.ObjectStore;
import io.aidc.storage.ratis.NodeTls;
import java.io.IOException;
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
        boolean trustedNetwork,
        @Nullable NodeTls tls,
        @Nullable ObjectStore content,
        Clock clock,
        Consumer<StoreEvent> listener) {
    StoreOptions {
        peers = List.copyOf(peers);
    }

    /** Without authentication only this machine's processes may reach the ports. */
    void refuseUntrusted(Node member) throws IOException {
        if (!trustedNetwork && tls == null && !member.isLoopback()) {
            throw new IllegalArgumentException(
                    "%s is not a loopback address and the ports have no authentication: call mutualTls(...), or trustedNetwork() to allow it"
                            .formatted(member.host()));
        }
    }
}
