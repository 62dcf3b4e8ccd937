package io.aidc.security.audit;

import io.aidc.security.AuditLogException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens a log for writing: begins one in an empty directory, or goes back to its checkpoint, after checking that the edge of
 * the tree and the last bundle are what the checkpoint signed. The rest of the files is {@link AuditCheck}'s to check.
 */
final class LogOpening {
    private final LogFiles files;
    private final LogDisk disk;
    private final LogSigner signer;

    /**
     * A log that can be appended to.
     *
     * @param lastTime of its events, {@link Instant#MIN} if there is none
     */
    record Opened(LogWriter writer, Checkpoint checkpoint, Instant lastTime) {}

    LogOpening(LogFiles files, LogDisk disk, LogSigner signer) {
        this.files = files;
        this.disk = disk;
        this.signer = signer;
    }

    Opened open(@Nullable Checkpoint remembered) throws IOException {
        Optional<Checkpoint> found = files.checkpointIfAny();
        if (found.isEmpty()) {
            return begin(remembered);
        }
        Checkpoint checkpoint = found.get();
        LogVerifier.of(signer.verifierKey()).verify(checkpoint);
        files.requirePossible(checkpoint);
        requireContinues(remembered, checkpoint);
        TreeEdge edge = TreeEdge.of(files, checkpoint.size());
        if (!edge.root().equals(checkpoint.root())) {
            throw new AuditLogException(
                    AuditLogException.NO_ENTRY,
                    "the tiles of %s do not lead to the root of its checkpoint at size %d; check the whole log"
                            .formatted(files.directory(), checkpoint.size()));
        }
        if (checkpoint.size() > 0) {
            long last = (checkpoint.size() - 1) >>> 8;
            files.leaves(new TreeHasher(), last, LogFiles.width(0, last, checkpoint.size()));
        }
        LogWriter writer = new LogWriter(files, disk, signer, edge);
        writer.deleteLeftovers(Committer.MAX_COMMIT);
        disk.flush(Set.of(files.directory())); // a killed program may have renamed the checkpoint and no more
        return new Opened(writer, checkpoint, lastTime(checkpoint.size()));
    }

    private Opened begin(@Nullable Checkpoint remembered) throws IOException {
        if (Files.exists(files.directory().resolve("tile"))) {
            throw new AuditLogException(0, "%s holds entries but no checkpoint".formatted(files.directory()));
        }
        requireContinues(remembered, new Checkpoint(signer.name(), 0, TreeHash.ofNothing(), List.of(), List.of()));
        flushName();
        LogWriter writer = new LogWriter(files, disk, signer, new TreeEdge());
        return new Opened(writer, writer.append(List.of()), Instant.MIN);
    }

    /** Somebody else, or a killed program, may have made the directory and not flushed its name. */
    private void flushName() throws IOException {
        Path parent = files.directory().toAbsolutePath().getParent();
        if (parent == null) {
            return;
        }
        try {
            disk.flush(Set.of(parent));
        } catch (AccessDeniedException e) {
            // whoever made the directory in one that is closed to us saw to its name
        }
    }

    private void requireContinues(@Nullable Checkpoint remembered, Checkpoint checkpoint) {
        if (remembered != null) {
            new TileTree(files, checkpoint.size()).requireContinues(remembered, checkpoint);
        }
    }

    /** Entries of other programs' formats have no time, and are passed over. */
    private Instant lastTime(long size) {
        for (long n = (size - 1) >> 8; n >= 0; n--) {
            EntryBundle bundle = files.bundle(n, LogFiles.width(0, n, size));
            for (int i = bundle.count() - 1; i >= 0; i--) {
                Optional<AuditEntry> entry = EventJson.read((n << 8) + i, bundle.entry(i));
                if (entry.isPresent()) {
                    return entry.get().time();
                }
            }
        }
        return Instant.MIN;
    }

    /** Makes the directory of a log and flushes its name. */
    static void makeDirectory(LogDisk disk, Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            makeDirectory(disk, parent);
            disk.createDirectory(directory);
            disk.flush(Set.of(parent));
        }
    }
}
