package io.aidc.storage.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the state of a moment from snapshots and archived commands.
 *
 * <p>It begins with the latest snapshot that is not later than the moment and applies the archived entries up to it. Moments are
 * those of the log's own time, which never goes back: of entries with the same millisecond all are applied.
 *
 * <p>Confined: one thread at a time.
 */
public final class PointInTime {
    private final MetadataState state = new MetadataState();
    private final long millis;
    private boolean reached;

    private PointInTime(long millis) {
        this.millis = millis;
    }

    /**
     * Builds the state.
     *
     * @param snapshots files of {@link SnapshotFile}, of the log whose commands were archived, in any order; those that are later or
     *     damaged are passed over
     * @param segments files of one {@link CommandArchive}, in the order of their names
     * @param millis the moment, since 1970
     * @return the state after all entries that are not later; {@link MetadataState#millis} says how close it comes
     * @throws DamagedLogException if an archived entry is damaged, or entries between snapshot and moment are missing
     * @throws IOException if a file cannot be read
     */
    public static MetadataState at(List<Path> snapshots, List<Path> segments, long millis) throws IOException {
        var target = new PointInTime(millis);
        target.beginWith(snapshots);
        target.replay(segments.stream()
                .sorted(Comparator.comparing(file -> file.getFileName().toString()))
                .toList());
        return target.state;
    }

    private void beginWith(List<Path> snapshots) throws IOException {
        long best = -1;
        for (Path file : snapshots) {
            MetadataState candidate = load(file);
            if (candidate != null && candidate.millis() <= millis && candidate.lastIndex() > best) {
                best = candidate.lastIndex();
                state.restore(candidate.toSnapshot());
            }
        }
    }

    private static @Nullable MetadataState load(Path file) throws IOException {
        try {
            var candidate = new MetadataState();
            candidate.restore(SnapshotFile.read(file));
            return candidate;
        } catch (DamagedLogException | IllegalArgumentException e) {
            return null;
        }
    }

    private void replay(List<Path> segments) throws IOException {
        ArchiveChain chain = ArchiveChain.START;
        for (Path segment : segments) {
            if (reached) {
                return;
            }
            var reader = new ArchiveChain.Reader(chain);
            var visitor = new Visitor(segment, reader);
            Frames.read(segment, CommandArchive.MAGIC, visitor);
            chain = reader.chain();
        }
    }

    private final class Visitor implements Frames.Visitor {
        private final Path segment;
        private final ArchiveChain.Reader chain;
        private boolean started;

        Visitor(Path segment, ArchiveChain.Reader chain) {
            this.segment = segment;
            this.chain = chain;
        }

        @Override
        public boolean frame(byte[] frame) throws IOException {
            chain.acceptUpTo(Long.MAX_VALUE, frame);
            if (!started) {
                started = true;
                return true;
            }
            long index = ByteBuffer.wrap(frame).getLong();
            if (index <= state.lastIndex()) {
                return true;
            }
            LogEntry entry = LogEntry.decode(Arrays.copyOfRange(frame, 2 * Long.BYTES, frame.length));
            if (Math.max(entry.millis(), state.millis()) > millis) {
                reached = true;
                return false;
            }
            if (chain.before() > state.lastIndex()) {
                throw new DamagedLogException(
                        segment, "entries %d to %d are missing".formatted(state.lastIndex() + 1, chain.before()), null);
            }
            state.countUpTo(ByteBuffer.wrap(frame).getLong(Long.BYTES));
            state.apply(index, entry);
            return true;
        }
    }
}
