package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.restic.BlobType;
import io.aidc.storage.internal.restic.DamagedObjectException;
import io.aidc.storage.internal.restic.Index;
import io.aidc.storage.internal.restic.Repository;
import io.aidc.storage.internal.restic.RepositoryLock;
import io.aidc.storage.internal.restic.TreeNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One restore. A file is cut into runs of blobs that lie side by side in one pack; a run is compared with what is on disk, and
 * what differs is read and written.
 *
 * <p>Confined: the leading thread; runs are restored by all.
 */
final class RestoreRun {
    private static final int MAX_RUN_BYTES = 16 << 20;

    private final Repository repository;
    private final Index index;
    private final RepositoryLock lock;
    private final DurableFiles files;
    private final RestoredFile.Opener opener;
    private final Path target;
    private final AtomicLong bytesWritten = new AtomicLong();
    private final Set<Path> directories = new TreeSet<>();

    RestoreRun(
            Repository repository,
            Index index,
            RepositoryLock lock,
            DurableFiles files,
            RestoredFile.Opener opener,
            Path target) {
        this.repository = repository;
        this.index = index;
        this.lock = lock;
        this.files = files;
        this.opener = opener;
        this.target = target.toAbsolutePath().normalize();
    }

    /** Blobs of a file that lie side by side in it and in a pack. */
    private record Run(RestoredFile file, long at, List<Index.Place> places) {
        long plainLength() {
            return places.stream()
                    .mapToLong(place -> place.blob().plainLength())
                    .sum();
        }
    }

    /** Restores the files whose names are chosen; returns how many bytes were written. */
    long restore(
            Map<String, TreeNode> nodes, Predicate<String> chosen, Consumer<BackupProgress> progress, Workers workers)
            throws IOException {
        List<RestoredFile> restored = new ArrayList<>();
        List<Run> runs = new ArrayList<>();
        files.createDirectories(target);
        directories.add(target);
        for (Map.Entry<String, TreeNode> entry : nodes.entrySet()) {
            if (chosen.test(entry.getKey())) {
                var file = new RestoredFile(
                        resolve(entry.getKey()), entry.getValue().modified());
                plan(file, entry, runs);
                restored.add(file);
            }
        }
        var tally = new Tally(
                progress,
                restored.size(),
                runs.stream().mapToLong(Run::plainLength).sum());
        try {
            workers.forEach(runs, run -> restore(run, tally));
            List<RestoredFile> empty =
                    restored.stream().filter(file -> !file.isFinished()).toList();
            workers.forEach(empty, file -> {
                file.finish(files, opener);
                tally.add(1, 0);
            });
        } finally {
            restored.forEach(RestoredFile::close);
        }
        for (Path directory : directories) {
            files.forceDirectory(directory);
        }
        return bytesWritten.get();
    }

    private void plan(RestoredFile file, Map.Entry<String, TreeNode> entry, List<Run> runs) throws IOException {
        int runsBefore = runs.size();
        List<Index.Place> places = new ArrayList<>();
        long start = 0;
        long at = 0;
        for (ChunkId id : entry.getValue().content()) {
            Index.Place place = index.find(BlobType.DATA, id)
                    .orElseThrow(() -> new DamagedObjectException(
                            "blob " + id.hex(), "'%s' needs it and no index names it".formatted(entry.getKey())));
            if (!places.isEmpty() && !continues(places, place)) {
                runs.add(new Run(file, start, places));
                places = new ArrayList<>();
                start = at;
            }
            places.add(place);
            at += place.blob().plainLength();
        }
        if (!places.isEmpty()) {
            runs.add(new Run(file, start, places));
        }
        file.expect(at, runs.size() - runsBefore);
    }

    private static boolean continues(List<Index.Place> places, Index.Place next) {
        Index.Place last = places.get(places.size() - 1);
        int from = places.get(0).blob().offset();
        return last.pack().equals(next.pack())
                && last.blob().offset() + last.blob().length() == next.blob().offset()
                && next.blob().offset() + next.blob().length() - from <= MAX_RUN_BYTES;
    }

    private void restore(Run run, Tally tally) throws IOException {
        lock.keep();
        run.file.open(opener);
        List<Index.Place> wrong = new ArrayList<>();
        long at = run.at;
        for (Index.Place place : run.places) {
            if (!run.file.holds(at, place.blob())) {
                wrong.add(place);
            }
            at += place.blob().plainLength();
        }
        if (wrong.size() == run.places.size()) {
            write(run, run.places.get(0).blob().offset(), sealedLength(run.places));
        } else {
            writeSingly(run, wrong);
        }
        boolean last = run.file.isLastRun();
        if (last) {
            run.file.finish(files, opener);
        }
        tally.add(last ? 1 : 0, run.plainLength());
    }

    private static int sealedLength(List<Index.Place> places) {
        return places.stream().mapToInt(place -> place.blob().length()).sum();
    }

    private void write(Run run, int offset, int length) throws IOException {
        byte[] sealed = repository.readSealed(run.places.get(0).pack(), offset, length);
        long at = run.at;
        for (Index.Place place : run.places) {
            write(
                    run.file,
                    at,
                    repository.decode(
                            place.pack(), place.blob(), sealed, place.blob().offset() - offset));
            at += place.blob().plainLength();
        }
    }

    private void writeSingly(Run run, List<Index.Place> wrong) throws IOException {
        long at = run.at;
        for (Index.Place place : run.places) {
            if (wrong.contains(place)) {
                write(
                        run.file,
                        at,
                        repository.blob(index, BlobType.DATA, place.blob().id()));
            }
            at += place.blob().plainLength();
        }
    }

    private void write(RestoredFile file, long at, byte[] plain) throws IOException {
        file.write(files, at, plain);
        bytesWritten.addAndGet(plain.length);
    }

    /** The file's path; directories are made, and links in the way are refused. */
    private Path resolve(String name) throws IOException {
        Path path = target.resolve(name).normalize();
        if (!path.startsWith(target) || path.equals(target)) {
            throw new IOException("'%s' would be restored outside of %s".formatted(name, target));
        }
        Path directory = target;
        for (Path part : target.relativize(path)) {
            Path next = directory.resolve(part);
            if (Files.isSymbolicLink(next)) {
                throw new IOException("%s is a link; nothing is restored through links".formatted(next));
            }
            if (!next.equals(path) && directories.add(next) && !Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(next);
            }
            directory = next;
        }
        return path;
    }
}
