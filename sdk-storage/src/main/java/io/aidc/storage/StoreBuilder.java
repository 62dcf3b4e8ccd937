package io.aidc.storage;

import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.chunk.RelativeName;
import io.aidc.storage.internal.file.DirectorySync;
import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.metadata.CommandArchive;
import io.aidc.storage.metadata.LocalLogOptions;
import io.aidc.storage.metadata.LocalMetadataLog;
import io.aidc.storage.metadata.Member;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.object.ObjectStore;
import io.aidc.storage.ratis.NodeTls;
import io.aidc.storage.ratis.RatisGroup;
import io.aidc.storage.ratis.RatisMetadataLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Describes one node's store. Required: {@code node} and {@code directory}.
 *
 * <p>Each option may be set once. Confined: one thread at a time; the store it opens is thread-safe.
 */
public final class StoreBuilder {
    /** The bound of one operation unless {@link #timeout} says otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /** The memory for chunks unless {@link #cacheBytes} says otherwise, 64 MiB. */
    public static final long DEFAULT_CACHE_BYTES = 64L << 20;

    /** The disk for chunks of an object store unless {@link #diskCacheBytes} says otherwise, 16 GiB. */
    public static final long DEFAULT_DISK_CACHE_BYTES = 16L << 30;

    /** How fast this node reads what it keeps unless {@link #scrubbing} says otherwise, 8 MiB a second. */
    public static final long DEFAULT_SCRUBBING = 8L << 20;

    private static final String DEFAULT_CLUSTER = "aidc";
    private static final ChunkProfile DEFAULT_CHUNKING = ChunkProfile.WEIGHTS_1M;

    private final Set<String> set = new HashSet<>();
    private @Nullable Node node;
    private List<Node> peers = List.of();
    private @Nullable Path directory;
    private int copies;
    private Duration timeout = DEFAULT_TIMEOUT;
    private long cacheBytes = DEFAULT_CACHE_BYTES;
    private long diskCacheBytes = DEFAULT_DISK_CACHE_BYTES;
    private long scrubbing = DEFAULT_SCRUBBING;
    private ChunkProfile chunking = DEFAULT_CHUNKING;
    private String cluster = DEFAULT_CLUSTER;
    private Consumer<StoreEvent> listener = event -> {};
    private boolean trustedNetwork;
    private boolean requireDirectorySync;
    private boolean joining;
    private boolean archiveCommands;
    private @Nullable NodeTls tls;
    private @Nullable ObjectStore content;
    private Clock clock = Clock.systemUTC();

    StoreBuilder() {}

    /**
     * Says who this node is.
     *
     * @param node an id alone ({@code a}) for a single node, or id and address ({@code a@10.0.0.1:7001}): the port is Raft's
     *     and the next one is for data, unless {@code /port} names another ({@code a@10.0.0.1:7001/7100}). Without {@code id@}
     *     the host is the id.
     * @return this
     * @throws IllegalArgumentException if the text has another form
     * @throws IllegalStateException if set before
     */
    public StoreBuilder node(String node) {
        once("node", this.node);
        this.node = node.indexOf(':') >= 0 ? Node.parse(node) : Node.withoutAddress(node);
        return this;
    }

    /**
     * Names the other nodes. Without any, the store is a single node that opens no port.
     *
     * @param peers ids and addresses as in {@link #node}; an even number of peers makes a majority cheapest
     * @return this
     * @throws IllegalArgumentException if one has another form
     * @throws IllegalStateException if set before
     */
    public StoreBuilder peers(String... peers) {
        once("peers", this.peers);
        this.peers = Arrays.stream(peers).map(Node::parse).toList();
        return this;
    }

    /**
     * Says where this node keeps everything. Created if absent; locked while the store is open.
     *
     * @param directory this node's own, on a local file system
     * @return this
     * @throws IllegalStateException if set before
     */
    public StoreBuilder directory(Path directory) {
        once("directory", this.directory);
        this.directory = Objects.requireNonNull(directory, "directory");
        return this;
    }

    /**
     * Says how many nodes must have fsynced all bytes of a version before it becomes visible.
     *
     * @param copies 1 to the number of nodes; default: a majority of the nodes there are at the time, 2 of 3
     * @return this
     * @throws IllegalArgumentException if less than 1; {@code open()} checks the upper bound
     * @throws IllegalStateException if set before
     */
    public StoreBuilder copies(int copies) {
        once("copies", this.copies);
        if (copies < 1) {
            throw new IllegalArgumentException("copies must be >= 1, got " + copies);
        }
        this.copies = copies;
        return this;
    }

    /**
     * Bounds one operation: the wait for a majority, one request to a peer, one part of an upload.
     *
     * @param timeout 100 ms to 10 minutes; default {@link #DEFAULT_TIMEOUT}
     * @return this
     * @throws IllegalArgumentException if outside
     * @throws IllegalStateException if set before
     */
    public StoreBuilder timeout(Duration timeout) {
        once("timeout", this.timeout);
        if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("timeout must be 100 ms to 10 min, got " + timeout);
        }
        this.timeout = timeout;
        return this;
    }

    /**
     * Sets how many bytes of chunks stay in memory.
     *
     * @param bytes ≥ 0; 0 keeps none; default {@link #DEFAULT_CACHE_BYTES}
     * @return this
     * @throws IllegalArgumentException if negative
     * @throws IllegalStateException if set before
     */
    public StoreBuilder cacheBytes(long bytes) {
        once("cacheBytes", cacheBytes);
        if (bytes < 0) {
            throw new IllegalArgumentException("cacheBytes must be >= 0, got " + bytes);
        }
        cacheBytes = bytes;
        return this;
    }

    /**
     * Sets how many bytes of chunks that were read from an object store stay on this node's disk, under {@code cache} in its
     * directory; see {@link #contentIn}. Where content is on the nodes' own disks nothing is kept twice.
     *
     * @param bytes ≥ 0; 0 keeps none; default {@link #DEFAULT_DISK_CACHE_BYTES}
     * @return this
     * @throws IllegalArgumentException if negative
     * @throws IllegalStateException if set before
     */
    public StoreBuilder diskCacheBytes(long bytes) {
        once("diskCacheBytes", diskCacheBytes);
        if (bytes < 0) {
            throw new IllegalArgumentException("diskCacheBytes must be >= 0, got " + bytes);
        }
        diskCacheBytes = bytes;
        return this;
    }

    /**
     * Sets how fast this node reads its content in the background to find and replace what is damaged, in a pass that
     * begins at most once a day. Each minute it also fetches what it lacks, for instance after it was down, as fast as
     * the others give it.
     *
     * @param bytesPerSecond ≥ 0; 0 does neither; default {@link #DEFAULT_SCRUBBING}
     * @return this
     * @throws IllegalArgumentException if negative
     * @throws IllegalStateException if set before
     */
    public StoreBuilder scrubbing(long bytesPerSecond) {
        once("scrubbing", scrubbing);
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("scrubbing must be >= 0 bytes a second, got " + bytesPerSecond);
        }
        scrubbing = bytesPerSecond;
        return this;
    }

    /**
     * Chooses where this node cuts what it publishes; reading needs no choice.
     *
     * @param profile default {@link ChunkProfile#WEIGHTS_1M}; chunks are shared between versions cut alike
     * @return this
     * @throws IllegalStateException if set before
     */
    public StoreBuilder chunking(ChunkProfile profile) {
        once("chunking", chunking);
        chunking = Objects.requireNonNull(profile, "profile");
        return this;
    }

    /**
     * Names the cluster; nodes of another cluster are refused.
     *
     * @param name a plain name; default {@code aidc}
     * @return this
     * @throws IllegalArgumentException if the name is not plain
     * @throws IllegalStateException if set before
     */
    public StoreBuilder cluster(String name) {
        once("cluster", cluster);
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "cluster must be 1 to 64 letters, digits, '.', '_' or '-', got '%s'".formatted(name));
        }
        cluster = RelativeName.check("cluster", name);
        return this;
    }

    /**
     * Registers who is told of events.
     *
     * @param listener called on one thread of the store; what it throws is logged
     * @return this
     * @throws IllegalStateException if set before
     */
    public StoreBuilder listener(Consumer<StoreEvent> listener) {
        once("listener", this.listener);
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Allows addresses that are not loopback. The ports have no authentication and no encryption: whoever reaches them can
     * read and write everything.
     *
     * @return this
     */
    public StoreBuilder trustedNetwork() {
        trustedNetwork = true;
        return this;
    }

    /**
     * Encrypts all connections between nodes and lets only nodes with a certificate of a trusted authority take part (TLS with
     * client certificates, for Raft and for data).
     *
     * @param certificateChain PEM; the node's own certificate first; it names this node's host as the others reach it
     * @param privateKey PEM, PKCS #8, unencrypted; readable by this process alone
     * @param trusted PEM, one or more authorities
     * @return this
     * @throws IllegalArgumentException if a file is not what it should be
     * @throws StorageIoException if a file cannot be read
     * @throws IllegalStateException if set before
     */
    public StoreBuilder mutualTls(Path certificateChain, Path privateKey, Path trusted) {
        once("mutualTls", tls);
        tls = Pem.nodeTls(certificateChain, privateKey, trusted);
        return this;
    }

    /**
     * Encrypts all connections between nodes, like {@link #mutualTls(Path, Path, Path)}, with managers of the caller's.
     *
     * @param keys has the node's certificate, which names this node's host as the others reach it
     * @param trust knows the authorities
     * @return this
     * @throws IllegalStateException if set before
     */
    public StoreBuilder mutualTls(KeyManager keys, TrustManager trust) {
        once("mutualTls", tls);
        tls = new NodeTls(keys, trust);
        return this;
    }

    /**
     * Keeps content in an object store that all nodes share, instead of on each node's disk: when one machine's disk is too small,
     * or where S3 is at hand. The format is the same; to move, stop the nodes, copy the files {@code packs/*.pack} of one node
     * that has everything to {@code packs/} in the store, and open all nodes with this option.
     *
     * <p>A version is then visible when the object store has all its bytes; there is one copy, as durable as the object store.
     * Metadata stays on the nodes' disks, and so do copies of the chunks that were read lately: {@link #diskCacheBytes}.
     *
     * @param objects the same for all nodes; closed by the caller, after the store
     * @return this
     * @throws IllegalStateException if set before
     */
    public StoreBuilder contentIn(ObjectStore objects) {
        once("contentIn", content);
        content = Objects.requireNonNull(objects, "objects");
        return this;
    }

    /**
     * Opens this node to be added to a cluster that exists: {@link #peers} names the nodes it has, and one of them calls {@link
     * Cluster#add}. Only for the first start; later ones go by what the cluster has agreed on.
     *
     * <p>A node that lost its directory comes back like this, under an id that was never used before: under its old one it
     * could vote twice.
     *
     * @return this
     */
    public StoreBuilder joining() {
        joining = true;
        return this;
    }

    /**
     * Keeps every metadata command on disk, so that {@link StoreBackup} can restore the metadata of any second since the oldest
     * backup that is kept. Set it on every node, from the first start on: a node that began later, or was away for so long that
     * it fetched a snapshot, lacks the commands before, and so do the backups it makes.
     *
     * <p>About as large as all metadata written since that backup; each backup releases what is older, on all nodes, within a
     * minute. Reads are not kept. Without backups, or if none is ever forgotten, it grows without bound.
     *
     * @return this
     */
    public StoreBuilder archiveCommands() {
        archiveCommands = true;
        return this;
    }

    StoreBuilder clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /**
     * Refuses to open where the Raft directory cannot be made to flush its own entries.
     *
     * <p>Raft's files are renamed without a flush of their directory. The store sets the dirsync attribute and reads it back;
     * where that is impossible (other file systems than ext4, some containers) a power cut can take back this node's last
     * vote. By default that is reported as {@link StoreEvent.DirectorySyncMissing} and a warning.
     *
     * @return this
     */
    public StoreBuilder requireDirectorySync() {
        requireDirectorySync = true;
        return this;
    }

    /**
     * Opens the store. Returns soon, whether or not the peers are up; {@link ReplicatedStore#awaitReady} waits for them.
     *
     * @return to be closed by the caller
     * @throws IllegalStateException if node, directory, the node's address or a joining node's peers are missing
     * @throws IllegalArgumentException if ids or addresses repeat, copies exceed the nodes, or an address is not loopback and the network
     *     was not declared trusted
     * @throws StoreDirectoryException if the directory is in use or another store's
     * @throws CorruptBlockException if the metadata log is damaged
     * @throws DurabilityLostException if a flush failed, or directory flushing was required and is impossible
     * @throws StorageIoException if a port is taken or files cannot be written
     */
    public ReplicatedStore open() {
        StoreOptions options = options();
        Path home = options.directory();
        var events = new EventBus(options.self().id(), home, options.listener());
        var files = new DurableFiles(Disk.REAL, events::flushFailed);
        List<AutoCloseable> opened = new ArrayList<>(List.of(events));
        try {
            refuseUntrusted(options);
            boolean single = options.peers().isEmpty();
            StoreDirectory lock =
                    StoreDirectory.open(home, options.cluster(), options.self().id(), single, files);
            opened.add(0, lock);
            var data = new DataPlane(options, home, files, events);
            opened.add(0, data);
            events.membersTo(data::members);
            MetadataLog log = single ? localLog(options, files) : ratisLog(options, files, events);
            return new ReplicatedStore(options, lock, events, log, data);
        } catch (IOException e) {
            throw closing(opened, Failures.of("opening " + home, e));
        } catch (RuntimeException e) {
            throw closing(opened, e);
        }
    }

    private StoreOptions options() {
        if (node == null) {
            throw new IllegalStateException("node is required: call node(id) or node(id@host:port)");
        }
        if (directory == null) {
            throw new IllegalStateException("directory is required: call directory(path)");
        }
        if (joining && peers.isEmpty()) {
            throw new IllegalStateException("joining needs peers: call peers(...)");
        }
        if (!peers.isEmpty() && !node.hasAddress()) {
            throw new IllegalStateException(
                    "node %s needs an address to have peers: node(\"%s@host:port\")".formatted(node.id(), node.id()));
        }
        int nodes = 1 + peers.size();
        Set<String> ids = new HashSet<>(Set.of(node.id()));
        for (Node peer : peers) {
            if (!ids.add(peer.id())) {
                throw new IllegalArgumentException("node id '%s' occurs twice".formatted(peer.id()));
            }
        }
        refuseSharedAddresses();
        if (content != null && copies > 1) {
            throw new IllegalArgumentException("contentIn keeps one copy for all nodes, got copies " + copies);
        }
        if (copies > nodes) {
            throw new IllegalArgumentException("copies must be at most the %d nodes, got %d".formatted(nodes, copies));
        }
        return new StoreOptions(
                node,
                peers,
                directory,
                cluster,
                copies,
                timeout,
                cacheBytes,
                diskCacheBytes,
                scrubbing,
                chunking,
                requireDirectorySync,
                joining,
                archiveCommands,
                trustedNetwork,
                tls,
                content,
                clock,
                listener);
    }

    /** Two members at one address would be one node whose copy counts twice. */
    private void refuseSharedAddresses() {
        List<Node> all = new ArrayList<>(peers);
        if (node != null && node.hasAddress()) {
            all.add(node);
        }
        Set<String> addresses = new HashSet<>();
        for (Node member : all) {
            for (String address : List.of(member.raftAuthority(), member.dataAuthority())) {
                if (!addresses.add(address)) {
                    throw new IllegalArgumentException("address '%s' occurs twice".formatted(address));
                }
            }
        }
    }

    private static void refuseUntrusted(StoreOptions options) throws IOException {
        if (options.peers().isEmpty()) {
            return;
        }
        options.refuseUntrusted(options.self());
        for (Node peer : options.peers()) {
            options.refuseUntrusted(peer);
        }
    }

    private static MetadataLog localLog(StoreOptions options, DurableFiles files) throws IOException {
        Path metadata = options.directory().resolve("metadata");
        files.createDirectories(metadata.toAbsolutePath());
        return LocalMetadataLog.open(new LocalLogOptions(
                options.self().id(),
                metadata,
                files,
                options.timeout(),
                options.clock(),
                archive(options, files),
                LocalLogOptions.ENTRIES_PER_SEGMENT));
    }

    private static @Nullable CommandArchive archive(StoreOptions options, DurableFiles files) throws IOException {
        return options.archiveCommands()
                ? new CommandArchive(options.directory().resolve("archive"), files)
                : null;
    }

    private static MetadataLog ratisLog(StoreOptions options, DurableFiles files, EventBus events) throws IOException {
        Path raft = options.directory().resolve("raft").toAbsolutePath();
        files.createDirectories(raft);
        DirectorySync.apply(raft).ifPresent(reason -> {
            if (options.requireDirectorySync()) {
                throw new DurabilityLostException(
                        "%s cannot be made to flush its entries: %s".formatted(raft, reason), null);
            }
            events.directorySyncMissing(raft, reason);
        });
        List<Member> members = new ArrayList<>();
        if (!options.joining()) {
            members.add(options.self().member());
        }
        options.peers().forEach(peer -> members.add(peer.member()));
        return RatisMetadataLog.open(
                new RatisGroup(
                        options.cluster(),
                        options.self().member(),
                        members,
                        raft,
                        options.timeout(),
                        options.clock(),
                        archive(options, files),
                        options.tls()),
                events);
    }

    private static RuntimeException closing(List<AutoCloseable> opened, RuntimeException failure) {
        try {
            ReplicatedStore.closeAll(opened);
        } catch (StorageException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private void once(String option, @Nullable Object current) {
        if (!set.add(option)) {
            throw new IllegalStateException("%s was already set to %s".formatted(option, current));
        }
    }
}
