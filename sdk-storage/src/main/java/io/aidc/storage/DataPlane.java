package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.PackEvents;
import io.aidc.storage.internal.pack.PackedChunks;
import io.aidc.storage.internal.replica.ChunkReader;
import io.aidc.storage.internal.replica.PeerChunks;
import io.aidc.storage.internal.replica.PeerServer;
import io.aidc.storage.internal.replica.Replica;
import io.aidc.storage.internal.replica.ReplicaEvents;
import io.aidc.storage.internal.replica.Threads;
import io.aidc.storage.internal.replica.Upload;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** This node's chunks, the way to the other nodes' chunks, and the port that gives them ours. */
final class DataPlane implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration PROBE_TIMEOUT = Duration.ofMillis(800);

    private final StoreOptions options;
    private final ReplicaEvents events;
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private final ExecutorService httpThreads = Threads.pool("http", 4);
    private final List<Replica> replicas = new ArrayList<>();
    private final PackedChunks local;
    private final List<PeerChunks> peers = new ArrayList<>();
    private final ChunkReader reader;
    private final @Nullable HttpClient client;
    private final @Nullable PeerServer server;

    <E extends ReplicaEvents & PackEvents> DataPlane(StoreOptions options, Path directory, DurableFiles files, E events)
            throws IOException {
        this.options = options;
        this.events = events;
        local = new PackedChunks(directory.resolve("packs"), files, events);
        replicas.add(Replica.of(options.self().id(), local));
        client = options.peers().isEmpty() ? null : newClient();
        if (client != null) {
            options.peers().forEach(peer -> addPeer(peer, client));
        }
        reader = new ChunkReader(replicas.get(0), replicas.subList(1, replicas.size()), options.cacheBytes(), events);
        server = client == null
                ? null
                : new PeerServer(
                        options.self().id(),
                        options.cluster(),
                        options.self().dataAddress(),
                        local,
                        events,
                        options.timeout());
    }

    private HttpClient newClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(httpThreads)
                .build();
    }

    private void addPeer(Node peer, HttpClient http) {
        var chunks =
                new PeerChunks(http, peer.id(), peer.dataAuthority(), options.cluster(), options.timeout(), closing);
        peers.add(chunks);
        replicas.add(Replica.of(peer.id(), chunks));
    }

    ChunkReader reader() {
        return reader;
    }

    Upload newUpload() {
        return new Upload(replicas, options.copies(), options.timeout(), events, closing);
    }

    List<Status.Peer> probe() {
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        for (PeerChunks peer : peers) {
            answers.add(peer.isReachable(PROBE_TIMEOUT));
        }
        List<Status.Peer> result = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            result.add(
                    new Status.Peer(replicas.get(i + 1).node(), answers.get(i).join()));
        }
        return result;
    }

    /** Says whether this node holds a chunk, undamaged. Reads it. */
    boolean holds(ChunkId id) throws IOException {
        return replicas.get(0).chunks().get(id) instanceof ChunkStore.Lookup.Found;
    }

    /** Stores a chunk on this node. */
    void storeHere(ChunkId id, byte[] content) throws IOException {
        replicas.get(0).chunks().put(id, content);
    }

    Set<String> holders(Collection<ChunkId> ids) {
        Set<String> holders = new TreeSet<>();
        for (Replica replica : replicas) {
            try {
                if (replica.chunks().missing(ids).isEmpty()) {
                    holders.add(replica.node());
                }
            } catch (IOException e) {
                events.unreachable(replica.node(), String.valueOf(e.getMessage()));
            }
        }
        return holders;
    }

    @Override
    public void close() {
        closing.complete(null);
        if (server != null) {
            server.close();
        }
        replicas.forEach(replica -> Threads.finish(replica.writer()));
        closeClient();
        Threads.finish(httpThreads);
        closeLocal();
    }

    private void closeLocal() {
        try {
            local.close();
        } catch (IOException e) {
            throw new StorageIoException("closing the packs: " + e.getMessage(), e);
        }
    }

    /**
     * From Java 21 on a client can be closed, which waits for every exchange unless told otherwise; before, its one thread
     * ends when it is garbage collected.
     */
    private void closeClient() {
        if (client instanceof AutoCloseable closeable) {
            try {
                HttpClient.class.getMethod("shutdownNow").invoke(client);
                closeable.close();
            } catch (Exception e) {
                throw new IllegalStateException("closing the HTTP client", e);
            }
        }
    }
}
