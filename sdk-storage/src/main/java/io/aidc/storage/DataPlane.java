package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.ObjectChunks;
import io.aidc.storage.internal.pack.PackEvents;
import io.aidc.storage.internal.pack.PackedChunks;
import io.aidc.storage.internal.replica.AntiEntropy;
import io.aidc.storage.internal.replica.ChunkReader;
import io.aidc.storage.internal.replica.CondemnedChunks;
import io.aidc.storage.internal.replica.DiskTier;
import io.aidc.storage.internal.replica.NodeChunks;
import io.aidc.storage.internal.replica.PeerChunks;
import io.aidc.storage.internal.replica.PeerPort;
import io.aidc.storage.internal.replica.PeerServer;
import io.aidc.storage.internal.replica.Replica;
import io.aidc.storage.internal.replica.ReplicaEvents;
import io.aidc.storage.internal.replica.Scrubber;
import io.aidc.storage.internal.replica.Threads;
import io.aidc.storage.internal.replica.Upload;
import io.aidc.storage.metadata.Member;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** This node's chunks, the way to the other nodes' chunks, and the port that gives them ours. */
final class DataPlane implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration PROBE_TIMEOUT = Duration.ofMillis(800);

    private final StoreOptions options;
    private final ReplicaEvents events;
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private final ExecutorService httpThreads = Threads.pool("http", 4);
    private final ExecutorService compaction = Threads.pool("compact", 1);
    private final @Nullable PackedChunks local;
    private final @Nullable ObjectChunks shared;
    private final CondemnedChunks here;
    private final Replica self;
    private final ScrubCursor cursor;
    private final ChunkReader reader;
    private final @Nullable HttpClient client;
    private final @Nullable PeerServer server;

    private final List<Replica> removed = new ArrayList<>(); // under the lock of this
    private volatile List<Peer> peers = List.of(); // replaced as a whole, under the lock

    /** Another node and the way to its chunks. */
    private record Peer(Member member, PeerChunks chunks, Replica replica) {}

    <E extends ReplicaEvents & PackEvents> DataPlane(StoreOptions options, Path directory, DurableFiles files, E events)
            throws IOException {
        this.options = options;
        this.events = events;
        cursor = new ScrubCursor(directory, files);
        DiskTier tier = diskTier(directory);
        ObjectStore content = options.content();
        if (content == null) {
            shared = null;
            local = new PackedChunks(directory.resolve("packs"), files, events);
            here = new CondemnedChunks(local, compaction);
        } else {
            shared = new ObjectChunks(content, events, options.clock());
            local = null;
            here = new CondemnedChunks(shared, compaction);
        }
        self = Replica.of(options.self().id(), here);
        client = options.peers().isEmpty() ? null : newClient();
        members(options.peers().stream().map(Node::member).toList());
        reader = new ChunkReader(self, this::others, options.cacheBytes(), tier, events);
        try {
            server = client == null ? null : openPort();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private PeerServer openPort() throws IOException {
        var port = new PeerPort(
                options.self().id(), options.cluster(), options.self().dataAddress(), options.timeout(), tls(options));
        return new PeerServer(port, here, events);
    }

    private @Nullable DiskTier diskTier(Path directory) throws IOException {
        boolean wanted = options.content() != null && options.diskCacheBytes() > 0;
        return wanted ? new DiskTier(directory.resolve("cache"), options.diskCacheBytes()) : null;
    }

    /** Keeps up with who the nodes are; this one may be among them or not. Returns at once. */
    synchronized void members(List<Member> members) {
        if (client == null || closing.isDone()) {
            return;
        }
        List<Peer> next = new ArrayList<>();
        for (Member member : members) {
            if (!member.id().equals(options.self().id())) {
                next.add(known(member).orElseGet(() -> newPeer(member, client)));
            }
        }
        for (Peer peer : peers) {
            if (!next.contains(peer)) {
                peer.replica().writer().shutdown();
                removed.add(peer.replica());
            }
        }
        peers = List.copyOf(next);
    }

    private Optional<Peer> known(Member member) {
        return peers.stream().filter(peer -> peer.member().equals(member)).findFirst();
    }

    private Peer newPeer(Member member, HttpClient http) {
        URI base = URI.create((options.tls() == null ? "http://" : "https://") + member.dataAddress() + "/");
        var chunks = new PeerChunks(http, member.id(), base, options.cluster(), options.timeout(), closing);
        return new Peer(member, chunks, Replica.of(member.id(), chunks));
    }

    /** The other nodes' copies; none where all share one. */
    private List<Replica> others() {
        return options.content() != null
                ? List.of()
                : peers.stream().map(Peer::replica).toList();
    }

    private List<Replica> all() {
        List<Replica> all = new ArrayList<>(List.of(self));
        all.addAll(others());
        return all;
    }

    private static @Nullable SSLContext tls(StoreOptions options) {
        return options.tls() == null ? null : options.tls().sslContext();
    }

    private HttpClient newClient() {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(httpThreads);
        SSLContext tls = tls(options);
        return (tls == null ? builder : builder.sslContext(tls)).build();
    }

    ChunkReader reader() {
        return reader;
    }

    /** For whoever holds a lease, or has marked a restoration. */
    Upload newUpload(MetadataLog log) throws IOException {
        if (shared != null) {
            SharedSweep.prepareUpload(log, shared);
        }
        return new Upload(all(), copies(), options.timeout(), events, closing);
    }

    /** How many nodes must have a chunk: as the caller said, or a majority of the nodes there are now. */
    int copies() {
        if (options.content() != null) {
            return 1;
        }
        return options.copies() == 0 ? majority(peers.size() + 1) : options.copies();
    }

    /** How many copies there should be on so many nodes. */
    int copiesAmong(int nodes) {
        return options.copies() == 0 ? majority(nodes) : Math.min(options.copies(), nodes);
    }

    private static int majority(int nodes) {
        return nodes / 2 + 1;
    }

    List<Status.Peer> probe() {
        List<Peer> asked = peers;
        List<CompletableFuture<Boolean>> answers = asked.stream()
                .map(peer -> peer.chunks().isReachable(PROBE_TIMEOUT))
                .toList();
        List<Status.Peer> result = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            result.add(
                    new Status.Peer(asked.get(i).member().id(), answers.get(i).join()));
        }
        return result;
    }

    /** Prepares to look after this node's chunks. */
    Scrubbing scrubbing(Scrubbing.Live live, EventBus listener) {
        var antiEntropy = new AntiEntropy(here, this::others, events);
        return new Scrubbing(live, antiEntropy, new Scrubber(self.node(), here, antiEntropy, events), cursor, listener);
    }

    /** Prepares to delete garbage once. */
    Sweep sweep(MetadataLog log) {
        return shared == null ? new NodesSweep(nodes()) : new SharedSweep(log, shared);
    }

    /** All nodes' chunks, by the node's id. */
    Map<String, NodeChunks> nodes() {
        Map<String, NodeChunks> nodes = new HashMap<>();
        nodes.put(self.node(), here);
        peers.forEach(peer -> nodes.put(peer.member().id(), peer.chunks()));
        return nodes;
    }

    /** Says whether this node holds a chunk, undamaged. Reads it. */
    boolean holds(ChunkId id) throws IOException {
        return here.get(id) instanceof ChunkStore.Lookup.Found;
    }

    /** Stores a chunk on this node, on a thread of ours: an interrupt of the caller's would close the pack for all. */
    void storeHere(ChunkId id, byte[] content) throws IOException {
        try {
            CompletableFuture.runAsync(
                            () -> {
                                try {
                                    here.put(id, content);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            },
                            self.writer())
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException io) {
                throw io.getCause();
            }
            throw e;
        }
    }

    Set<String> holders(Collection<ChunkId> ids) {
        Set<String> holders = new TreeSet<>();
        for (Replica replica : all()) {
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

    /** Ends every wait for another node. */
    void stopWaiting() {
        closing.complete(null);
    }

    @Override
    public void close() {
        stopWaiting();
        if (server != null) {
            server.close();
        }
        writing().forEach(replica -> Threads.finish(replica.writer()));
        closeClient();
        Threads.finish(httpThreads);
        Threads.finish(compaction);
        closeLocal();
    }

    private void closeLocal() {
        try {
            if (local != null) {
                local.close();
            }
        } catch (IOException e) {
            throw new StorageIoException("closing the packs: " + e.getMessage(), e);
        }
    }

    private synchronized List<Replica> writing() {
        List<Replica> writing = all();
        writing.addAll(removed);
        return writing;
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
