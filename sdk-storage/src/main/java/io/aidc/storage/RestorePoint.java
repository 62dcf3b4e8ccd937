package io.aidc.storage;

import io.aidc.storage.OpenBackups.Opened;
import io.aidc.storage.backup.DamagedBackupException;
import io.aidc.storage.metadata.DamagedLogException;
import io.aidc.storage.metadata.MetadataState;
import io.aidc.storage.metadata.PointInTime;
import io.aidc.storage.metadata.Range;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the metadata of a moment in backups.
 *
 * <p>A store that is lost and restored begins its log anew: it is another incarnation, whose entries and states must not be mixed
 * with those of the one before. Of several incarnations that one counts whose latest write up to the moment is the latest; one
 * that has no version then, or was just being restored, counts only if none has.
 *
 * <p>Confined: one thread at a time.
 */
final class RestorePoint {
    private static final Comparator<Opened> BY_TIME =
            Comparator.comparing(Opened::at).thenComparingLong(Opened::index);

    /** From the states least wanted to the one most. */
    private static final Comparator<MetadataState> BY_CONTENT =
            Comparator.comparingInt(RestorePoint::content).thenComparingLong(MetadataState::millis);

    private final OpenBackups backups;
    private final Instant moment;

    RestorePoint(OpenBackups backups, Instant moment) {
        this.backups = backups;
        this.moment = moment;
    }

    /** Returns the state of the moment, with number -1 if no backup reaches back to it. */
    MetadataState find() throws IOException {
        var best = new MetadataState();
        for (List<Opened> life : incarnations()) {
            boolean mayBeLater = best.millis() < latestIn(life).toEpochMilli();
            if (content(best) < 2 || mayBeLater) {
                MetadataState state = stateOf(life);
                best = BY_CONTENT.compare(state, best) > 0 ? state : best;
            }
        }
        return best;
    }

    /** The backups of each incarnation by time, first those of the one that may have been written last. */
    private List<List<Opened>> incarnations() throws IOException {
        return backups.all().stream()
                .filter(backup -> backup.index() >= 0)
                .sorted(BY_TIME)
                .collect(Collectors.groupingBy(Opened::incarnation))
                .values()
                .stream()
                .sorted(Comparator.comparing(this::latestIn).reversed())
                .toList();
    }

    /** Up to when writes of an incarnation can be known. */
    private Instant latestIn(List<Opened> life) {
        Instant last = life.get(life.size() - 1).at();
        return last.isAfter(moment) ? moment : last;
    }

    /** 2 with versions, 1 with other keys, 0 if there is nothing to restore or only a part of it. */
    private static int content(MetadataState state) {
        if (state.get(StoreRestore.MARKER) != null) {
            return 0;
        }
        if (!state.scan(Range.of("v/", 1)).isEmpty()) {
            return 2;
        }
        return state.scan(Range.of("k/", 1)).isEmpty() ? 0 : 1;
    }

    private MetadataState stateOf(List<Opened> life) throws IOException {
        Path scratch = Files.createTempDirectory("aidc-restore-");
        try {
            return new Replay(life, scratch).state();
        } finally {
            delete(scratch);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Builds the state of one incarnation. */
    private final class Replay {
        private final List<Opened> before;
        private final Opened archive;
        private final Path scratch;

        /** The first backup after the moment has the commands up to it. */
        Replay(List<Opened> life, Path scratch) {
            before =
                    life.stream().filter(backup -> !backup.at().isAfter(moment)).toList();
            archive = life.get(Math.min(before.size(), life.size() - 1));
            this.scratch = scratch;
        }

        MetadataState state() throws IOException {
            for (int i = before.size() - 1; i >= 0; i--) {
                Opened base = before.get(i);
                try {
                    Path file = copy(base, StoreSource.state(base.index()));
                    MetadataState state = PointInTime.at(List.of(file), segments(base.index()), moment.toEpochMilli());
                    if (state.lastIndex() >= base.index()) {
                        return state;
                    }
                } catch (DamagedBackupException e) {
                    backups.passOver(base.snapshot(), e);
                }
            }
            return withoutBase();
        }

        private MetadataState withoutBase() throws IOException {
            try {
                return PointInTime.at(List.of(), segments(-1), moment.toEpochMilli());
            } catch (DamagedLogException e) {
                backups.passOver(archive.snapshot(), e); // its commands begin later
                return new MetadataState();
            }
        }

        /** Copies the segments with the entries after one, up to the first that is damaged. */
        private List<Path> segments(long after) throws IOException {
            List<Path> copies = new ArrayList<>();
            try {
                List<String> names = backups.files(archive.snapshot()).names().stream()
                        .filter(name -> name.startsWith(StoreSource.ARCHIVE))
                        .sorted()
                        .toList();
                for (int i = 0; i < names.size(); i++) {
                    boolean isNeeded = i + 1 == names.size() || firstIndex(names.get(i + 1)) > after + 1;
                    if (isNeeded) {
                        copies.add(copy(archive, names.get(i)));
                    }
                }
            } catch (DamagedBackupException e) {
                backups.passOver(archive.snapshot(), e);
            }
            return copies;
        }

        private Path copy(Opened backup, String name) throws IOException {
            Path target = scratch.resolve(name.substring(StoreSource.METADATA.length()));
            Files.deleteIfExists(target);
            try (InputStream in = backups.files(backup.snapshot()).open(name)) {
                Files.copy(in, target);
            }
            return target;
        }

        private static long firstIndex(String segment) {
            return Long.parseLong(segment.substring(StoreSource.ARCHIVE.length()));
        }
    }
}
