package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Content;
import io.aidc.storage.chunk.Layout;
import io.aidc.storage.chunk.Layouts;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.chunk.Splitter;
import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.replica.Threads;
import io.aidc.storage.internal.replica.Upload;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.metadata.NoMajorityException;
import io.aidc.storage.metadata.Standing;
import io.aidc.storage.metadata.Watch;
import io.aidc.storage.ratis.RatisMetadataLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps named versions of models and data sets, and small keys, on one node or on several.
 *
 * {@snippet class="io.aidc.storage.SnippetsTest" region="single"}
 *
 * <p>On several nodes, each node opens its own store with the same members:
 *
 * {@snippet class="io.aidc.storage.SnippetsTest" region="cluster"}
 *
 * <p>Names and aliases are linearizable: a read sees every write that was answered before it began, on whichever node. A
 * version becomes visible with all its bytes on {@code copies} disks, or not at all, and never changes. Each byte read was
 * checked against its SHA-256; a damaged or missing copy is replaced by a good one. Reads and writes go on while a majority
 * of the nodes lives.
 *
 * <p>It does not protect against nodes that lie, and does not encrypt what it keeps. Without {@link
 * StoreBuilder#mutualTls(Path, Path, Path)} it does not authenticate peers either: keep its ports to machines you
 * trust.
 *
 * <p>A single node has daemon threads only: while it is open the JVM may end, as if its power failed. A node with peers keeps the
 * JVM running until it is closed.
 *
 * <p>Thread-safe: any number of threads. Futures complete on threads of the store, which callbacks must not block.
 */
public final class ReplicatedStore implements AutoCloseable {
    /** The largest value of a small key, 64 KiB. */
    public static final int MAX_VALUE_BYTES = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedStore.class);
    private static final int WORKERS = 8;
    private static final Duration COMPARISON = Duration.ofMinutes(1);
    private static final long ARTIFACT_BYTES = 16L << 30;
    private static final Duration POLL = Duration.ofMillis(50);

    private final StoreOptions options;
    private final StoreDirectory directory;
    private final EventBus events;
    private final MetadataLog log;
    private final DataPlane data;
    private final Catalog catalog;
    private final Leases leases;
    private final Cluster cluster;
    private final ScheduledExecutorService timer = Threads.timer("timer");
    private final VersionReader versions;
    private final Scrubbing scrubbing;
    private final ExecutorService workers = Threads.pool("work", WORKERS);
    private final ExecutorService collecting = Threads.pool("collect", 1);
    private volatile boolean closed;

    ReplicatedStore(StoreOptions options, StoreDirectory directory, EventBus events, MetadataLog log, DataPlane data) {
        this.options = options;
        this.directory = directory;
        this.events = events;
        this.log = log;
        this.data = data;
        catalog = new Catalog(log, options.clock());
        leases = new Leases(log, options.clock());
        var artifacts = new MappedArtifacts(directory.path().resolve("artifacts"), ARTIFACT_BYTES, Disk.REAL);
        versions = new VersionReader(data.reader()::read, artifacts, Disk.REAL, workers);
        cluster = new Cluster(
                options,
                log instanceof RatisMetadataLog several ? several.membership() : null,
                new ReplicationCheck(log, versions, data),
                events);
        every(COMPARISON, cluster::divergence);
        every(COMPARISON, archiveTrim()::run);
        scrubbing = data.scrubbing(this::live, events);
        scrubbing.start(options.scrubbing());
        LOG.info(
                "Store open node={} peers={} directory={}",
                self(),
                options.peers().size(),
                directory.path());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the task reports its own failures
    private void every(Duration period, Runnable task) {
        timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.debug("Background work failed and is tried again node={}", self(), e);
                    }
                },
                period.toMillis(),
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /**
     * Starts describing a store.
     *
     * @return a builder without node and directory
     */
    public static StoreBuilder builder() {
        return new StoreBuilder();
    }

    /**
     * Waits until the cluster can serve this node: a leader answers, and as many nodes as {@code copies} take data.
     *
     * @param patience how long to wait; the last attempt may take one operation's timeout longer
     * @throws QuorumLostException if that did not happen in time
     * @throws IllegalStateException after {@code close()}
     */
    public void awaitReady(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        for (String lacking = lacking(); lacking != null; lacking = lacking()) {
            if (System.nanoTime() - deadline > 0) {
                throw new QuorumLostException(
                        "node %s was not ready within %s: %s".formatted(self(), patience, lacking), null);
            }
            pause();
        }
    }

    /** What keeps the cluster from serving this node, or null. */
    private @Nullable String lacking() {
        refuseIfClosed();
        if (log.standing().leader() == null) {
            return "no node leads, or those that do no longer count this one: " + status();
        }
        long reachable =
                1 + data.probe().stream().filter(Status.Peer::reachable).count();
        if (reachable < data.copies()) {
            return "%d of %d nodes take data: %s".formatted(reachable, data.copies(), status());
        }
        try {
            log.read(List.of());
            return null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QuorumLostException("interrupted while waiting for the cluster", e);
        }
    }

    /**
     * Writes a small key, replacing its value. {@link Write.Committed} means fsynced on a majority of the nodes.
     *
     * @param name relative, such as {@code config/threshold}
     * @param value at most 64 KiB; copied
     * @return how it ended, within the store's timeout
     * @throws IllegalArgumentException if the name is not allowed or the value too large; publish larger content
     * @throws IllegalStateException after {@code close()}
     */
    public CompletableFuture<Write> put(String name, byte[] value) {
        refuseIfClosed();
        Catalog.checkName(name);
        if (value.length > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "value of '%s' must have at most %d bytes, got %d; publish larger content"
                            .formatted(name, MAX_VALUE_BYTES, value.length));
        }
        return catalog.put(name, value);
    }

    /**
     * Writes a small key, replacing its value; see {@link #put(String, byte[])}.
     *
     * @param name relative, such as {@code config/threshold}
     * @param value the remaining bytes, at most 64 KiB; position and limit stay as they are
     * @return how it ended, within the store's timeout
     * @throws IllegalArgumentException if the name is not allowed or the value too large; publish larger content
     * @throws IllegalStateException after {@code close()}
     */
    public CompletableFuture<Write> put(String name, ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return put(name, bytes);
    }

    /**
     * Removes a small key; {@link Write.Committed} also if there was none.
     *
     * @param name relative
     * @return how it ended, within the store's timeout
     * @throws IllegalArgumentException if the name is not allowed
     * @throws IllegalStateException after {@code close()}
     */
    public CompletableFuture<Write> remove(String name) {
        refuseIfClosed();
        return catalog.remove(Catalog.checkName(name));
    }

    /**
     * Reads a small key. Blocks until a majority confirmed the answer.
     *
     * @param name relative
     * @return the value, or empty if there is none
     * @throws IllegalArgumentException if the name is not allowed
     * @throws QuorumLostException if no majority answered in time
     * @throws IllegalStateException after {@code close()}
     */
    public Optional<byte[]> get(String name) {
        return get(name, ReadMode.LINEARIZABLE);
    }

    /**
     * Reads a small key, perhaps a little old.
     *
     * @param name relative
     * @param mode how current the answer must be
     * @return the value, or empty if there is none
     * @throws IllegalArgumentException if the name is not allowed
     * @throws QuorumLostException if a majority had to be asked and none answered in time
     * @throws IllegalStateException after {@code close()}
     */
    public Optional<byte[]> get(String name, ReadMode mode) {
        refuseIfClosed();
        Catalog.checkName(name);
        return reading("reading " + name, () -> catalog.get(name, mode));
    }

    /**
     * Prepares to publish a file, or all regular files below a directory.
     *
     * @param name what the versions belong to, relative, such as {@code models/fraud}
     * @param fileOrDirectory is read when the publication starts; links below a directory are refused
     * @return to be completed with a version label
     * @throws IllegalArgumentException if the name is not allowed, or there is neither file nor directory
     * @throws IllegalStateException after {@code close()}
     */
    public Publication publish(String name, Path fileOrDirectory) {
        return publication(name, Source.of(Objects.requireNonNull(fileOrDirectory, "fileOrDirectory")));
    }

    /**
     * Prepares to publish bytes as one file named {@code content}.
     *
     * @param name what the versions belong to, relative, such as {@code models/fraud}
     * @param content copied
     * @return to be completed with a version label
     * @throws IllegalArgumentException if the name is not allowed
     * @throws IllegalStateException after {@code close()}
     */
    public Publication publish(String name, byte[] content) {
        return publish(name, Map.of("content", Objects.requireNonNull(content, "content")));
    }

    /**
     * Prepares to publish several files held in memory.
     *
     * @param name what the versions belong to, relative, such as {@code models/fraud}
     * @param files content by relative name; copied
     * @return to be completed with a version label
     * @throws IllegalArgumentException if a name is not allowed, two differ only by case, or there is no file
     * @throws IllegalStateException after {@code close()}
     */
    public Publication publish(String name, Map<String, byte[]> files) {
        return publication(name, Source.of(files));
    }

    private Publication publication(String name, Source source) {
        refuseIfClosed();
        return new Publication(Catalog.checkName(name), source, this::start);
    }

    private CompletableFuture<Write> start(Publication.Request request) {
        refuseIfClosed();
        return CompletableFuture.supplyAsync(() -> publish(request), workers).exceptionally(failure -> {
            throw closed ? closed(failure) : Failures.ofFuture("publishing " + request.name(), failure);
        });
    }

    /**
     * Prepares to move an alias to a version that exists, for instance to roll back.
     *
     * {@snippet class="io.aidc.storage.SnippetsTest" region="rollback"}
     *
     * @param name what the versions belong to, as published
     * @param alias not a version of this name; created if it does not exist
     * @return to be completed with a version
     * @throws IllegalArgumentException if the name or alias is not allowed
     * @throws IllegalStateException after {@code close()}
     */
    public AliasMove move(String name, String alias) {
        refuseIfClosed();
        return new AliasMove(Catalog.checkName(name), Catalog.checkLabel("alias", alias), this::move);
    }

    private CompletableFuture<Write> move(AliasMove.Request request) {
        refuseIfClosed();
        return catalog.move(request);
    }

    private Write publish(Publication.Request request) {
        return reading("publishing %s@%s".formatted(request.name(), request.label()), () -> {
            try (Leases.Lease lease = leases.open()) {
                Write write =
                        catalog.publish(request, upload(request), lease.key()).join();
                if (write instanceof Write.Rejected rejected && lease.key().endsWith(rejected.target())) {
                    throw new IOException("the upload was interrupted for longer than %s: nothing became visible"
                            .formatted(Leases.TERM));
                }
                return write;
            }
        });
    }

    private ChunkId upload(Publication.Request request) throws IOException {
        Upload upload = newUpload();
        var splitter = new Splitter(options.chunking(), workers);
        Map<String, Content> contents = request.source().files();
        Map<String, Layout> layouts = Layouts.of(contents);
        var progress = new UploadProgress(upload, request.progress(), contents.values());
        List<Manifest.FileEntry> files = new ArrayList<>();
        for (var file : contents.entrySet()) {
            try (InputStream in = file.getValue().open()) {
                Layout layout = layouts.getOrDefault(file.getKey(), Layout.none());
                files.add(splitter.split(file.getKey(), in, layout, progress));
            }
        }
        upload.flush();
        progress.end();
        byte[] manifest = new Manifest(files, VersionText.write(request.metadata(), request.provenance())).encode();
        ChunkId id = ChunkId.of(manifest);
        upload.add(id, manifest);
        upload.flush();
        return id;
    }

    /**
     * Finds a version by its label or by an alias. Blocks until a majority confirmed the answer.
     *
     * @param reference {@code name@label}, such as {@code models/fraud@prod}
     * @return what the version consists of
     * @throws IllegalArgumentException if the reference is not of that form
     * @throws VersionNotFoundException if there is no such version or alias
     * @throws QuorumLostException if no majority answered in time, or no living node has the manifest
     * @throws CorruptBlockException if all copies of the manifest are damaged
     * @throws IllegalStateException after {@code close()}
     */
    public Version resolve(String reference) {
        return resolve(reference, ReadMode.LINEARIZABLE);
    }

    /**
     * Finds a version by its label or by an alias, perhaps where the alias pointed a little while ago.
     *
     * @param reference {@code name@label}, such as {@code models/fraud@prod}
     * @param mode how current the answer must be
     * @return what the version consists of
     * @throws IllegalArgumentException if the reference is not of that form
     * @throws VersionNotFoundException if there is no such version or alias
     * @throws QuorumLostException if a majority had to be asked and none answered in time, or no living node has the manifest
     * @throws CorruptBlockException if all copies of the manifest are damaged
     * @throws IllegalStateException after {@code close()}
     */
    public Version resolve(String reference, ReadMode mode) {
        refuseIfClosed();
        int at = reference.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException(
                    "reference must look like models/fraud@prod, got '%s'".formatted(reference));
        }
        String name = Catalog.checkName(reference.substring(0, at));
        String label = Catalog.checkLabel("label", reference.substring(at + 1));
        return reading(
                "resolving " + reference,
                () -> versions.describe(catalog.locate(name, label, mode)
                        .orElseThrow(() -> new VersionNotFoundException(
                                "no version or alias '%s' of '%s'; versions: %s, aliases: %s"
                                        .formatted(label, name, listed(name), aliases(name)),
                                null))));
    }

    private String listed(String name) {
        List<String> labels = versions(name);
        return labels.size() <= 10 ? labels.toString() : labels.size() + " others";
    }

    /**
     * Lists the versions of a name. Blocks until a majority confirmed the answer.
     *
     * @param name as published
     * @return labels sorted as text, not by age; empty if the name is unknown
     * @throws IllegalArgumentException if the name is not allowed
     * @throws QuorumLostException if no majority answered in time
     * @throws IllegalStateException after {@code close()}
     */
    public List<String> versions(String name) {
        refuseIfClosed();
        Catalog.checkName(name);
        return reading("listing " + name, () -> catalog.versions(name, ReadMode.LINEARIZABLE));
    }

    /**
     * Lists the aliases of a name. Blocks until a majority confirmed the answer.
     *
     * @param name as published
     * @return version labels by alias, sorted; empty if the name is unknown
     * @throws IllegalArgumentException if the name is not allowed
     * @throws QuorumLostException if no majority answered in time
     * @throws IllegalStateException after {@code close()}
     */
    public Map<String, String> aliases(String name) {
        refuseIfClosed();
        Catalog.checkName(name);
        return reading("listing " + name, () -> catalog.aliases(name, ReadMode.LINEARIZABLE));
    }

    /**
     * Lists the names that have versions. Blocks until a majority confirmed the answer; one read of the log per name.
     *
     * @return sorted
     * @throws QuorumLostException if no majority answered in time
     * @throws IllegalStateException after {@code close()}
     */
    public List<String> names() {
        refuseIfClosed();
        return reading("listing names", () -> catalog.names(ReadMode.LINEARIZABLE));
    }

    /**
     * Marks a version.
     *
     * @param name as published
     * @param version its label; if there is none, the write is {@link Write.Rejected}
     * @param tag without {@code /} and {@code @}
     * @return how it ended, within the store's timeout
     * @throws IllegalArgumentException if one of them is not allowed
     * @throws IllegalStateException after {@code close()}
     */
    public CompletableFuture<Write> tag(String name, String version, String tag) {
        refuseIfClosed();
        return catalog.tag(
                Catalog.checkName(name), Catalog.checkLabel("version", version), Catalog.checkLabel("tag", tag));
    }

    /**
     * Takes a mark from a version; {@link Write.Committed} also if it had none.
     *
     * @param name as published
     * @param version its label
     * @param tag which
     * @return how it ended, within the store's timeout
     * @throws IllegalArgumentException if one of them is not allowed
     * @throws IllegalStateException after {@code close()}
     */
    public CompletableFuture<Write> untag(String name, String version, String tag) {
        refuseIfClosed();
        return catalog.untag(
                Catalog.checkName(name), Catalog.checkLabel("version", version), Catalog.checkLabel("tag", tag));
    }

    /**
     * Lists the tags of a name's versions. Blocks until a majority confirmed the answer.
     *
     * @param name as published
     * @return sorted tags by version label; versions without tags are left out
     * @throws IllegalArgumentException if the name is not allowed
     * @throws QuorumLostException if no majority answered in time
     * @throws IllegalStateException after {@code close()}
     */
    public Map<String, List<String>> tags(String name) {
        refuseIfClosed();
        Catalog.checkName(name);
        return reading("listing " + name, () -> catalog.tags(name, ReadMode.LINEARIZABLE));
    }

    /**
     * Lists what was done to the versions and aliases of a name, each entry written in the transaction that did it. Blocks until a
     * majority confirmed the answer.
     *
     * @param name as published
     * @return oldest first, by the clocks of the nodes that did it
     * @throws IllegalArgumentException if the name is not allowed
     * @throws QuorumLostException if no majority answered in time
     * @throws IllegalStateException after {@code close()}
     */
    public List<HistoryEntry> history(String name) {
        refuseIfClosed();
        Catalog.checkName(name);
        return reading("reading the history of " + name, () -> catalog.history(name, ReadMode.LINEARIZABLE));
    }

    /**
     * Deletes a version, unless an alias points at it: then the write is {@link Write.Rejected} and names the alias. Its bytes
     * stay until {@link #collectGarbage}; its history stays.
     *
     * @param name as published
     * @param version its label; if there is none, the write is {@link Write.Rejected}
     * @param by who deletes it, for the history; may be empty
     * @return how it ended, within the store's timeout
     * @throws IllegalArgumentException if one of them is not allowed
     * @throws QuorumLostException if no majority answered in time
     * @throws IllegalStateException after {@code close()}
     */
    public CompletableFuture<Write> delete(String name, String version, String by) {
        refuseIfClosed();
        Catalog.checkName(name);
        Catalog.checkLabel("version", version);
        Publication.checkBy(by);
        return reading("deleting %s@%s".formatted(name, version), () -> catalog.delete(name, version, by));
    }

    /**
     * Removes an alias if it points at a certain version.
     *
     * @param name as published
     * @param alias which
     * @param version where it must point; otherwise the write is {@link Write.Rejected}
     * @param by who removes it, for the history; may be empty
     * @return how it ended, within the store's timeout
     * @throws IllegalArgumentException if one of them is not allowed
     * @throws IllegalStateException after {@code close()}
     */
    public CompletableFuture<Write> unalias(String name, String alias, String version, String by) {
        refuseIfClosed();
        return catalog.unalias(
                Catalog.checkName(name),
                Catalog.checkLabel("alias", alias),
                Catalog.checkLabel("version", version),
                Publication.checkBy(by));
    }

    /**
     * Tells a listener of each change of a name's versions and aliases, or of the small key of that name, in order and once, as
     * this node learns of it. Changes made from now on.
     *
     * {@snippet class="io.aidc.storage.SnippetsTest" region="watch"}
     *
     * @param name of versions or of a small key
     * @param listener called on one thread for all watches, which it must not hold up; what it throws ends its watch
     * @return ends the watch when closed
     * @throws IllegalArgumentException if the name is not allowed
     * @throws IllegalStateException after {@code close()}
     */
    public Watch watch(String name, Consumer<StoreChange> listener) {
        refuseIfClosed();
        Catalog.checkName(name);
        return catalog.watch(name, log.revisionSeen(), Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Gives access to the nodes of the cluster: who they are, adding and removing them, who leads, whether they agree.
     *
     * @return for this store, until it is closed
     * @throws IllegalStateException after {@code close()}
     */
    public Cluster cluster() {
        refuseIfClosed();
        return cluster;
    }

    /**
     * Reads the only file of a version; see {@link #read(Version, String)}.
     *
     * @param version has one file
     * @return its bytes, verified; the caller's own
     * @throws IllegalArgumentException if the version has several files
     */
    public byte[] read(Version version) {
        if (version.files().size() != 1) {
            throw new IllegalArgumentException("%s@%s has %d files; name one"
                    .formatted(
                            version.name(), version.version(), version.files().size()));
        }
        return read(version, version.files().get(0).name());
    }

    /**
     * Reads a file of a version. Blocks; asks other nodes for what this one lacks.
     *
     * @param version from {@link #resolve}
     * @param file one of its files, less than 2 GiB
     * @return its bytes, verified; the caller's own
     * @throws IllegalArgumentException if the version has no such file, or it is too large
     * @throws CorruptBlockException if all copies of a chunk are damaged
     * @throws QuorumLostException if no living node has a good copy of a chunk
     * @throws IllegalStateException after {@code close()}
     */
    public byte[] read(Version version, String file) {
        refuseIfClosed();
        return reading("reading " + file, () -> versions.read(version, file));
    }

    /**
     * Opens a file of a version. Each chunk is verified before any of its bytes is handed out.
     *
     * @param version from {@link #resolve}
     * @param file one of its files
     * @return for one thread at a time; throws {@link CorruptBlockException} and {@link QuorumLostException} like {@link
     *     #read(Version, String)}; not usable after this store is closed
     * @throws IllegalArgumentException if the version has no such file
     * @throws IllegalStateException after {@code close()}
     */
    public InputStream stream(Version version, String file) {
        refuseIfClosed();
        return reading("reading " + file, () -> versions.stream(version, file));
    }

    /**
     * Opens a file of a version for random access. Each chunk is verified before any of its bytes is handed out.
     *
     * @param version from {@link #resolve}
     * @param file one of its files
     * @return read-only, for one thread at a time; throws {@link CorruptBlockException} and {@link QuorumLostException} like {@link
     *     #read(Version, String)}
     * @throws IllegalArgumentException if the version has no such file
     * @throws IllegalStateException after {@code close()}
     */
    public SeekableByteChannel open(Version version, String file) {
        refuseIfClosed();
        return reading("reading " + file, () -> versions.open(version, file));
    }

    /**
     * Maps a file of a version into memory, for instance to serve it without a copy on the heap. It is first written, whole and
     * verified, to a file on this node's disk; if it is there already it is read through and verified.
     *
     * @param version from {@link #resolve}
     * @param file one of its files
     * @return to be closed; up to 16 GiB of copies that are not open are kept
     * @throws IllegalArgumentException if the version has no such file
     * @throws StorageIoException if the copy could not be written
     * @throws CorruptBlockException if all copies of a chunk are damaged
     * @throws QuorumLostException if no living node has a good copy of a chunk
     * @throws IllegalStateException after {@code close()}
     */
    public MappedFile map(Version version, String file) {
        refuseIfClosed();
        return reading("mapping " + file, () -> versions.map(version, file));
    }

    /**
     * Writes all files of a version into a directory, which appears complete and fsynced or not at all. A failed attempt leaves
     * {@code .<name>.<digest>.part} beside it, where the next one goes on.
     *
     * @param version from {@link #resolve}
     * @param directory must not exist; its parents are created
     * @throws StorageIoException if the directory exists or cannot be written
     * @throws CorruptBlockException if all copies of a chunk are damaged
     * @throws QuorumLostException if no living node has a good copy of a chunk
     * @throws IllegalStateException after {@code close()}
     */
    public void readTo(Version version, Path directory) {
        readTo(version, directory, Progress.NONE);
    }

    /**
     * Writes all files of a version into a directory; see {@link #readTo(Version, Path)}. If it breaks off, what was written stays
     * beside the directory, and the next call for the same version and directory goes on from there.
     *
     * @param version from {@link #resolve}
     * @param directory must not exist; its parents are created
     * @param progress is told how far it is
     * @throws StorageIoException if the directory exists or cannot be written
     * @throws CorruptBlockException if all copies of a chunk are damaged
     * @throws QuorumLostException if no living node has a good copy of a chunk
     * @throws IllegalStateException after {@code close()}
     */
    public void readTo(Version version, Path directory, Progress progress) {
        refuseIfClosed();
        reading("writing %s@%s to %s".formatted(version.name(), version.version(), directory), () -> {
            versions.readTo(version, directory, progress);
            return directory;
        });
    }

    /**
     * Asks every node whether it has all of a version. Looks at names of chunks, not at their content.
     *
     * @param version from {@link #resolve}
     * @return the ids of the nodes that answered and lack nothing
     * @throws QuorumLostException if no living node has the manifest
     * @throws IllegalStateException after {@code close()}
     */
    public Set<String> holders(Version version) {
        refuseIfClosed();
        return reading("looking for %s@%s".formatted(version.name(), version.version()), () -> {
            Set<ChunkId> ids = new LinkedHashSet<>(versions.manifest(version).chunkIds());
            ids.add(ChunkId.parse(version.digest()));
            return data.holders(ids);
        });
    }

    /**
     * Fetches what this node lacks, then reads all it has and replaces what is damaged, on the scrubbing thread as
     * fast as it goes. Blocks. What no node has is told as {@link StoreEvent.ChunkLost}. The store does this by
     * itself; see {@link StoreBuilder#scrubbing}.
     *
     * @param progress is told how many bytes were looked at
     * @return what was found
     * @throws QuorumLostException if no majority answered in time
     * @throws DurabilityLostException if a flush failed
     * @throws IllegalStateException after {@code close()}, or if the store is closed meanwhile
     */
    public ScrubReport scrub(Progress progress) {
        refuseIfClosed();
        Objects.requireNonNull(progress, "progress");
        return reading("scrubbing", () -> scrubbing.runNow(progress).join());
    }

    private LiveChunks live() throws IOException {
        if (log.standing().leader() == null) {
            throw new NoMajorityException("no node leads", null); // known without waiting
        }
        return LiveChunks.look(log, versions);
    }

    /**
     * Deletes, on all nodes that answer or in the object store, what no version needs: content of deleted versions and of
     * publications that failed. A pack of which half is needed keeps its room. Others may publish and read meanwhile; who still
     * reads a version that was deleted may find its content gone. Blocks; reads all manifests, lists all chunks, and waits until
     * the publications are over that went on when it began. A publication that was interrupted for more than ten minutes fails
     * then. Calls on one store run one after the other.
     *
     * @param patience how long to wait for publications
     * @return what was done
     * @throws QuorumLostException if no majority answered in time, or no living node has a version's manifest; nothing
     *     was deleted
     * @throws CorruptBlockException if all copies of a version's manifest are damaged; nothing was deleted
     * @throws IllegalStateException after {@code close()}
     */
    public GarbageReport collectGarbage(Duration patience) {
        refuseIfClosed();
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            return CompletableFuture.supplyAsync(() -> collectGarbage(deadline), collecting)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        } catch (RejectedExecutionException e) {
            throw closed(e);
        }
    }

    /** On a thread that nobody interrupts: that would close a pack in the middle. */
    private GarbageReport collectGarbage(long deadline) {
        return reading(
                "collecting garbage",
                () -> new GarbageCollector(log, versions, data.sweep(log)).run(() -> {
                    boolean more = System.nanoTime() - deadline < 0;
                    if (more) {
                        pause();
                    }
                    return more;
                }));
    }

    /**
     * Settles a write that ended as {@link Write.Unknown}: says how it ended, and if it had not taken effect, makes sure that
     * it never will.
     *
     * @param requestId from the unknown write
     * @return {@link Write.Committed} or {@link Write.Rejected} for good; {@link Write.Unknown} if no majority answered, or
     *     more than 65,536 writes came after it
     * @throws IllegalStateException after {@code close()}
     */
    public CompletableFuture<Write> outcomeOf(UUID requestId) {
        refuseIfClosed();
        return catalog.settle(Objects.requireNonNull(requestId, "requestId"));
    }

    /**
     * Describes the cluster as this node sees it. Blocks less than a second.
     *
     * @return may be behind
     * @throws IllegalStateException after {@code close()}
     */
    public Status status() {
        refuseIfClosed();
        Standing standing = log.standing();
        return new Status(
                self(), standing.role(), standing.leader(), standing.term(), standing.commitIndex(), data.probe());
    }

    /**
     * Stops this node: its threads end, its ports close, its directory is unlocked. Writes without answer end as {@link
     * Write.Unknown}; publications still uploading fail. Idempotent; blocks until chunks being written are finished.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        closeAll(List.of(
                () -> Threads.finish(timer),
                data::stopWaiting,
                leases,
                log, // ends reads of the log that scrubbing waits for
                () -> Threads.finish(collecting),
                scrubbing,
                data,
                () -> Threads.finish(workers),
                events,
                directory));
        LOG.info("Store closed node={}", self());
    }

    /** Closes all parts even if one fails; throws the first failure with the others suppressed. */
    static void closeAll(List<? extends AutoCloseable> parts) {
        StorageException failure = null;
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = new StorageIoException("closing failed: " + e.getMessage(), e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** This store's content and metadata, for a backup. */
    StoreSource source() {
        refuseIfClosed();
        return new StoreSource(options.cluster(), log, versions);
    }

    MetadataLog log() {
        refuseIfClosed();
        return log;
    }

    ArchiveTrim archiveTrim() {
        return new ArchiveTrim(log, catalog);
    }

    Catalog catalog() {
        refuseIfClosed();
        return catalog;
    }

    DataPlane data() {
        refuseIfClosed();
        return data;
    }

    VersionReader versions() {
        refuseIfClosed();
        return versions;
    }

    EventBus events() {
        return events;
    }

    /** For whoever holds a lease, or has marked a restoration. */
    Upload newUpload() throws IOException {
        refuseIfClosed();
        return data.newUpload(log);
    }

    private String self() {
        return options.self().id();
    }

    private void refuseIfClosed() {
        if (closed) {
            throw closed(null);
        }
    }

    private IllegalStateException closed(@Nullable Throwable cause) {
        return new IllegalStateException("store %s is closed".formatted(self()), cause);
    }

    private interface Reading<T> {
        T get() throws IOException;
    }

    private static <T> T reading(String what, Reading<T> reading) {
        try {
            return reading.get();
        } catch (IOException e) {
            throw Failures.of(what, e);
        } catch (CompletionException e) {
            throw Failures.ofFuture(what, e);
        }
    }
}
