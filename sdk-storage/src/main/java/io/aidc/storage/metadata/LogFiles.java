package io.aidc.storage.metadata;

import io.aidc.storage.internal.file.FlushFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a single node's log: segments of entries, and snapshots of the state they build.
 *
 * <p>{@code log-<n>} holds the entries from number n on (20 digits, counted from zero), each as a checksummed frame;
 * {@code snapshot-<n>} the state after the first n entries. Every so many entries a snapshot is written and a segment begun; the
 * latest two snapshots stay, and what is needed to go on from the older one. A damaged latest snapshot is passed over.
 *
 * <p>Confined to the thread that commits; {@link #entries} may be read by any.
 */
final class LogFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);
    private static final String MAGIC = "AIDCLOG2";
    private static final String SEGMENT = "log-";
    private static final String SNAPSHOT = "snapshot-";
    private static final int SNAPSHOTS_KEPT = 2;

    private final LocalLogOptions options;
    private final MetadataState state;
    private Frames segment;
    private final AtomicLong entries = new AtomicLong();
    private long snapshotAt;

    private LogFiles(LocalLogOptions options, MetadataState state) throws IOException {
        this.options = options;
        this.state = state;
        loadSnapshot();
        segment = replay();
    }

    static LogFiles open(LocalLogOptions options, MetadataState state) throws IOException {
        return new LogFiles(options, state);
    }

    private void loadSnapshot() throws IOException {
        List<Path> snapshots = files(SNAPSHOT);
        for (int i = snapshots.size() - 1; i >= 0; i--) {
            Path file = snapshots.get(i);
            try {
                state.restore(SnapshotFile.read(file));
                entries.set(number(file, SNAPSHOT));
                snapshotAt = entries.get();
                return;
            } catch (DamagedLogException | IllegalArgumentException e) {
                LOG.warn("Passing over a damaged snapshot file={} reason={}", file, e.getMessage());
            }
        }
    }

    /** Applies the entries after the snapshot and returns the segment to go on in. */
    private Frames replay() throws IOException {
        List<Path> segments = files(SEGMENT);
        CommandArchive archive = options.archive();
        if (archive != null) {
            archive.resume(state.lastIndex());
        }
        for (int i = 0; i + 1 < segments.size(); i++) {
            if (number(segments.get(i + 1), SEGMENT) > entries.get()) {
                var replay = new Replay(segments.get(i));
                Frames.read(segments.get(i), MAGIC, replay);
                refuseGap(segments.get(i + 1));
            }
        }
        Path last = segments.isEmpty() ? segmentFrom(entries.get()) : segments.get(segments.size() - 1);
        return Frames.open(last, MAGIC, options.files(), new Replay(last));
    }

    private void refuseGap(Path next) throws DamagedLogException {
        if (number(next, SEGMENT) != entries.get()) {
            throw new DamagedLogException(
                    next, "entries %d to %s are missing".formatted(entries.get(), number(next, SEGMENT)), null);
        }
    }

    private final class Replay implements Frames.Visitor {
        private long number;

        Replay(Path file) throws DamagedLogException {
            number = number(file, SEGMENT);
            if (number > entries.get()) {
                throw new DamagedLogException(
                        file, "entries %d to %d are missing".formatted(entries.get(), number), null);
            }
        }

        @Override
        public boolean frame(byte[] entry) throws IOException {
            if (number++ == entries.get()) {
                apply(entry);
            }
            return true;
        }
    }

    private List<Outcome> apply(byte[] entry) throws IOException {
        LogEntry decoded = LogEntry.decode(entry);
        CommandArchive archive = options.archive();
        if (archive != null && !decoded.hasOnlyBarriers()) {
            archive.append(entries.get(), state.revision(), entry);
        }
        List<Outcome> outcomes = state.apply(entries.get(), decoded);
        entries.incrementAndGet();
        return outcomes;
    }

    /** Writes an entry, durably, and applies it. */
    List<Outcome> write(byte[] entry) throws IOException {
        segment.append(entry);
        segment.force();
        List<Outcome> outcomes = applyWritten(entry);
        if (entries.get() - snapshotAt >= options.entriesPerSegment()) {
            rotate();
        }
        return outcomes;
    }

    /** An entry that is in the log but not in the state would be a hole: a failure here is the last write. */
    private List<Outcome> applyWritten(byte[] entry) throws IOException {
        try {
            return apply(entry);
        } catch (FlushFailedException e) {
            throw e;
        } catch (IOException e) {
            throw options.files().fail(segment.file(), e);
        }
    }

    /** A failure leaves the log as it was: it is tried again after as many entries. */
    private void rotate() {
        snapshotAt = entries.get();
        try {
            CommandArchive archive = options.archive();
            if (archive != null) {
                archive.flush();
            }
            Path snapshot = options.directory().resolve(name(SNAPSHOT, entries.get()));
            SnapshotFile.write(snapshot, state.toSnapshot(), options.files());
            Frames full = segment;
            segment = begin(segmentFrom(entries.get()));
            full.close();
            deleteOld();
        } catch (IOException e) {
            LOG.warn("Starting another log segment failed directory={}", options.directory(), e);
        }
    }

    /** A segment that is there but not gone on in would hide what is written to the one before: the next start skips that. */
    private Frames begin(Path file) throws IOException {
        try {
            return Frames.open(file, MAGIC, options.files(), frame -> false);
        } catch (IOException e) {
            takeBack(file, e);
            throw e;
        }
    }

    private void takeBack(Path file, IOException reason) throws FlushFailedException {
        try {
            Files.deleteIfExists(file);
            options.files().forceDirectory(options.directory());
        } catch (FlushFailedException e) {
            throw e;
        } catch (IOException e) {
            e.addSuppressed(reason);
            throw options.files().fail(file, e);
        }
    }

    private void deleteOld() throws IOException {
        List<Path> snapshots = files(SNAPSHOT);
        if (snapshots.size() <= SNAPSHOTS_KEPT) {
            return;
        }
        long oldest = number(snapshots.get(snapshots.size() - SNAPSHOTS_KEPT), SNAPSHOT);
        for (Path snapshot : snapshots.subList(0, snapshots.size() - SNAPSHOTS_KEPT)) {
            Files.delete(snapshot);
        }
        List<Path> segments = files(SEGMENT);
        for (int i = 0; i + 1 < segments.size(); i++) {
            if (number(segments.get(i + 1), SEGMENT) <= oldest) {
                Files.delete(segments.get(i));
            }
        }
    }

    long entries() {
        return entries.get();
    }

    private Path segmentFrom(long number) {
        return options.directory().resolve(name(SEGMENT, number));
    }

    private static String name(String prefix, long number) {
        return String.format(Locale.ROOT, "%s%020d", prefix, number);
    }

    private static long number(Path file, String prefix) {
        return Long.parseLong(file.getFileName().toString().substring(prefix.length()));
    }

    private List<Path> files(String prefix) throws IOException {
        try (Stream<Path> list = Files.list(options.directory())) {
            return new ArrayList<>(
                    list.filter(file -> file.getFileName().toString().matches(prefix + "\\d{20}"))
                            .sorted()
                            .toList());
        }
    }

    @Override
    public void close() throws IOException {
        segment.close();
        CommandArchive archive = options.archive();
        if (archive != null) {
            archive.cut();
        }
    }
}
