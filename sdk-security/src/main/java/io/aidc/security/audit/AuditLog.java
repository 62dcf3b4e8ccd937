package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import io.aidc.security.UnwitnessedException;
import io.aidc.security.VaultException;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A log in a directory that cannot be edited unnoticed: an RFC 6962 Merkle tree with signed checkpoints, in files that every
 * C2SP tlog-tiles tool reads.
 *
 * {@snippet class="io.aidc.security.audit.AuditSnippetsTest" region="log"}
 *
 * <p>An event is recorded once a signed checkpoint that covers it is flushed to the disk. While that is under way, further
 * events collect and are committed together; with 65&nbsp;536 of them or 64 MiB waiting, whoever records waits for room too.
 * Waiting ignores interrupts, since whoever records must learn how it ended.
 *
 * <p>After a crash at any moment, opening the log again keeps every recorded event and drops what was not. When the disk
 * fails, everything that waits and comes later fails, until the log is opened again.
 *
 * <p>A log cannot show its own truncation, nor that its signer wrote another past. Hand out checkpoints
 * ({@link Builder#onCheckpoint}), give back the last one ({@link Builder#remembered}), or let {@linkplain Witness witnesses}
 * do both. {@link AuditCheck} checks a whole log without the signer's key.
 *
 * <p>The times of entries never go down. When the clock is behind the last entry by more than a second, the log holds on to
 * the last time and records that itself, once: principal is the log's origin, action {@code clock-back}.
 *
 * <p><em>Thread-safe: one program, and one instance in it, may write a log; others may read it meanwhile.</em>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6962">RFC 6962</a>
 * @see <a href="https://c2sp.org/tlog-tiles">C2SP tlog-tiles</a>
 */
public final class AuditLog implements AuditTrail, AutoCloseable {
    private final LogFiles files;
    private final LogDisk disk;
    private final LogLock lock;
    private final Publication publication;
    private final Committer committer;
    private final AtomicBoolean closed = new AtomicBoolean();

    private AuditLog(LogFiles files, LogDisk disk, LogLock lock, Publication publication, Committer committer) {
        this.files = files;
        this.disk = disk;
        this.lock = lock;
        this.publication = publication;
        this.committer = committer;
    }

    /**
     * Starts to say how to open a log.
     *
     * @param directory of the log; made if it is missing
     * @return options
     */
    public static Builder at(Path directory) {
        return new Builder(Objects.requireNonNull(directory, "directory"));
    }

    /**
     * Records an event, and waits until a signed checkpoint that covers it is durable.
     *
     * @param event what happened
     * @return its index
     * @throws UnwitnessedException if it is in the log, and too few witnesses cosigned
     * @throws VaultIoException if the log cannot be written, or could not be earlier
     * @throws IllegalArgumentException if the event takes more than 65&nbsp;535 bytes as JSON
     * @throws IllegalStateException if the log is closed, or this is a callback of the log
     */
    @Override
    public long record(AuditEvent event) {
        return await(recordLater(event));
    }

    /**
     * Records events under one checkpoint, with neighbouring indices and one time.
     *
     * @param events 1 to 65&nbsp;536
     * @return the index of the first
     * @throws UnwitnessedException if they are in the log, and too few witnesses cosigned
     * @throws VaultIoException if the log cannot be written, or could not be earlier
     * @throws IllegalArgumentException if there are none or too many, they take more than 64 MiB, or one takes more than
     *     65&nbsp;535 bytes as JSON
     * @throws IllegalStateException if the log is closed, or this is a callback of the log
     */
    public long recordAll(List<AuditEvent> events) {
        List<EventJson> all = events.stream().map(EventJson::of).toList();
        long bytes = all.stream().mapToLong(EventJson::length).sum();
        if (all.isEmpty() || all.size() > Committer.MAX_WAITING || bytes > Committer.MAX_WAITING_BYTES) {
            throw new IllegalArgumentException("events must be 1 to %d and at most %d bytes, got %d and %d"
                    .formatted(Committer.MAX_WAITING, Committer.MAX_WAITING_BYTES, all.size(), bytes));
        }
        return await(committer.submit(bytes, time -> {
            List<byte[]> entries = new ArrayList<>(all.size());
            all.forEach(event -> entries.add(event.at(time)));
            return entries;
        }));
    }

    /**
     * Records an event without waiting for the disk; it waits for room if too much is on its way already.
     *
     * @param event what happened
     * @return its index, once a signed checkpoint that covers it is durable; fails with what {@link #record} throws. What
     *     depends on it runs on the log's thread and holds up every event: it should be short, and must not record or close
     * @throws VaultIoException if the log could not be written earlier
     * @throws IllegalArgumentException if the event takes more than 65&nbsp;535 bytes as JSON
     * @throws IllegalStateException if the log is closed, or this is a callback of the log
     */
    public CompletableFuture<Long> recordLater(AuditEvent event) {
        EventJson json = EventJson.of(event);
        return committer.submit(json.length(), time -> List.of(json.at(time)));
    }

    /** Appends bytes that need not be an event, as other programs' logs hold them. */
    long append(byte[] entry) {
        if (entry.length > EventJson.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "entry must be at most %d bytes, got %d".formatted(EventJson.MAX_BYTES, entry.length));
        }
        byte[] copy = entry.clone();
        return await(committer.submit(copy.length, time -> List.of(copy)));
    }

    private static long await(CompletableFuture<Long> index) {
        try {
            return index.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof VaultException failure) {
                failure.addSuppressed(new IllegalStateException("whoever recorded waited here"));
                throw failure;
            }
            throw new IllegalStateException(String.valueOf(e.getCause()), e.getCause());
        }
    }

    /**
     * Returns the last durable checkpoint, also once the log is closed.
     *
     * @return signed by the log, and by the witnesses that cosigned
     */
    public Checkpoint checkpoint() {
        return publication.latest();
    }

    /**
     * Proves that the log holds an entry. Cost: a few files read. Whoever is to verify needs the proof, the entry
     * ({@link AuditEntry#bytes()}, perhaps as the proof's {@linkplain ProofFile#withExtra extra data}) and the log's public key.
     *
     * @param index of the entry, counted from 0
     * @return a proof against {@link #checkpoint()} that stands by itself
     * @throws IllegalArgumentException if there is no such entry
     * @throws AuditLogException if files are missing or cut
     * @throws VaultIoException if they cannot be read
     * @throws IllegalStateException if the log is closed
     */
    public ProofFile prove(long index) {
        requireOpen();
        Checkpoint checkpoint = publication.latest();
        if (index < 0 || index >= checkpoint.size()) {
            throw new IllegalArgumentException(
                    "index must be >= 0 and < %d, the size of the log, got %d".formatted(checkpoint.size(), index));
        }
        InclusionProof inclusion = new TileTree(files, checkpoint.size()).inclusion(index);
        return new ProofFile(inclusion, checkpoint, new byte[0]);
    }

    /**
     * Proves that the log as it is continues an earlier checkpoint.
     *
     * @param from the earlier checkpoint
     * @return a proof from there to {@link #checkpoint()}
     * @throws AuditLogException if the log is shorter than that, has another past, or files are missing or cut
     * @throws VaultIoException if files cannot be read
     * @throws IllegalStateException if the log is closed
     */
    public ConsistencyProof proveConsistency(Checkpoint from) {
        requireOpen();
        Checkpoint checkpoint = publication.latest();
        return new TileTree(files, checkpoint.size()).requireContinues(from, checkpoint);
    }

    /**
     * Starts a query over what is durable, also once the log is closed.
     *
     * @return a query without conditions
     */
    public AuditQuery query() {
        return AuditQuery.over(files.directory());
    }

    /**
     * Commits what waits, ends the thread and lets others write the log. Closing twice is harmless.
     *
     * @throws IllegalStateException if this is a callback of the log, which stays open
     */
    @Override
    public void close() {
        committer.close();
        if (closed.compareAndSet(false, true)) {
            try {
                disk.close();
            } finally {
                lock.close();
            }
        }
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this audit log is closed");
        }
    }

    /** Shows the directory and the size. */
    @Override
    public String toString() {
        return "AuditLog[%s, size=%d]".formatted(files.directory(), checkpoint().size());
    }

    /**
     * How to open a log. {@link #signer} is required.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        private final Path directory;
        private final Witnesses witnesses = new Witnesses();
        private @Nullable LogSigner signer;
        private @Nullable Checkpoint remembered;
        private @Nullable Consumer<Checkpoint> onCheckpoint;
        private @Nullable Clock clock;
        private @Nullable Integer requiredWitnesses;
        private @Nullable LogDisk disk;

        private Builder(Path directory) {
            this.directory = directory;
        }

        /**
         * Sets the key that signs checkpoints.
         *
         * @param signer its name is the log's origin; stays open as long as the log, and the caller's to close
         * @return this builder
         * @throws IllegalStateException if there is one already
         */
        public Builder signer(LogSigner signer) {
            requireFirst("signer", this.signer);
            this.signer = Objects.requireNonNull(signer, "signer");
            return this;
        }

        /**
         * Adds a witness, which is asked for each checkpoint of entries after that is durable, on the log's thread, one witness
         * after another: a slow one slows the log. One that fails is reported on WARN once. None is asked for the checkpoint of
         * size 0 that {@link #open} begins a log with.
         *
         * @param witness who cosigns
         * @param witnessKey its public key in note format, type 0x04
         * @return this builder
         * @throws IllegalArgumentException if the key is malformed or was given already
         */
        public Builder witness(Witness witness, String witnessKey) {
            witnesses.add(Objects.requireNonNull(witness, "witness"), NoteKey.parse(witnessKey, NoteKey.WITNESS));
            return this;
        }

        /**
         * Sets how many witnesses must cosign for an event to count as recorded; 0 by default. Where fewer do, recording
         * fails with {@link UnwitnessedException}, and the event stays in the log.
         *
         * @param count 0 to the number of witnesses
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         * @throws IllegalStateException if it is set already
         */
        public Builder requiredWitnesses(int count) {
            requireFirst("requiredWitnesses", requiredWitnesses);
            if (count < 0) {
                throw new IllegalArgumentException("requiredWitnesses must be >= 0, got " + count);
            }
            this.requiredWitnesses = count;
            return this;
        }

        /**
         * Sets what the log must continue: a checkpoint that was kept elsewhere.
         *
         * @param checkpoint of this log, earlier or last
         * @return this builder
         * @throws IllegalStateException if there is one already
         */
        public Builder remembered(Checkpoint checkpoint) {
            requireFirst("remembered", remembered);
            this.remembered = Objects.requireNonNull(checkpoint, "checkpoint");
            return this;
        }

        /**
         * Sets who takes each checkpoint, to keep it elsewhere.
         *
         * @param taker called on the log's thread when a checkpoint is durable, before whoever waits for it goes on; must not
         *     record or close; what it throws is logged on WARN
         * @return this builder
         * @throws IllegalStateException if there is one already
         */
        public Builder onCheckpoint(Consumer<Checkpoint> taker) {
            requireFirst("onCheckpoint", onCheckpoint);
            this.onCheckpoint = Objects.requireNonNull(taker, "taker");
            return this;
        }

        /**
         * Sets the clock; the system's by default.
         *
         * @param clock tells the time of entries
         * @return this builder
         * @throws IllegalStateException if there is one already
         */
        public Builder clock(Clock clock) {
            requireFirst("clock", this.clock);
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        Builder disk(LogDisk disk) {
            this.disk = disk;
            return this;
        }

        static void requireFirst(String what, @Nullable Object before) {
            if (before != null) {
                throw new IllegalStateException("%s is %s already".formatted(what, before));
            }
        }

        /**
         * Opens the log, or begins one in a directory without, and starts the thread {@code aidc-security-audit}; up to seven
         * {@code aidc-security-audit-write} threads help it to flush files. What a
         * crash left beyond the last checkpoint is deleted. The right edge of the tree and the last bundle are checked, the
         * rest is not: that is what {@link AuditCheck} is for.
         *
         * @return the open log
         * @throws AuditLogException if the checkpoint is not signed by the signer, the files at the edge are not what it
         *     signed, or the log does not continue what is remembered; an empty directory does not continue anything
         * @throws VaultIoException if files cannot be read or written, or another writer has the log open
         * @throws IllegalStateException if the signer is missing or closed, or more witnesses are required than there are
         */
        public AuditLog open() {
            if (signer == null) {
                throw new IllegalStateException("signer is missing");
            }
            int required = requiredWitnesses == null ? 0 : requiredWitnesses;
            if (required > witnesses.count()) {
                throw new IllegalStateException(
                        "requiredWitnesses is %d, and there are %d".formatted(required, witnesses.count()));
            }
            LogDisk opening = disk == null ? new LogDisk() : disk;
            LogLock lock = null;
            AuditLog log = null;
            try {
                LogOpening.makeDirectory(opening, directory);
                lock = LogLock.of(directory);
                log = opened(opening, lock, signer, required);
                return log;
            } catch (IOException e) {
                throw new VaultIoException("Cannot open audit log " + directory, e);
            } finally {
                if (log == null) {
                    opening.close();
                }
                if (log == null && lock != null) {
                    lock.close();
                }
            }
        }

        private AuditLog opened(LogDisk opening, LogLock lock, LogSigner key, int required) throws IOException {
            LogFiles files = new LogFiles(directory);
            LogOpening.Opened opened = new LogOpening(files, opening, key).open(remembered);
            Publication publication = new Publication(
                    files,
                    opened.writer(),
                    opened.checkpoint(),
                    witnesses.copy(),
                    required,
                    onCheckpoint == null ? checkpoint -> {} : onCheckpoint);
            LogTime time = new LogTime(clock == null ? Clock.systemUTC() : clock, opened.lastTime());
            Committer committer = new Committer(publication, time, (now, behind) -> clockBack(key, now, behind));
            committer.start();
            return new AuditLog(files, opening, lock, publication, committer);
        }

        private static byte[] clockBack(LogSigner key, Instant now, Duration behind) {
            Map<String, String> details = Map.of("behind", behind.toString());
            return EventJson.of(new AuditEvent(key.name(), "clock-back", "clock", AuditEvent.Outcome.DONE, details))
                    .at(now);
        }
    }
}
