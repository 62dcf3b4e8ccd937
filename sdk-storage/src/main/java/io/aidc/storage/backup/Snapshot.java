package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.restic.SnapshotFile;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a source held at one moment. Complete by itself, whatever its kind.
 *
 * @param id 64 hex digits, as the restic program shows them
 * @param time when the backup began; with the offset it was written with
 * @param host where it was made
 * @param paths what was backed up: a slash and the name of the source; of snapshots of other programs, their paths
 * @param tags what it was tagged with, in the given order
 * @param kind how it was made; of other programs' snapshots, full if it names no parent
 * @param parent the snapshot from which unread files were taken over, or null
 * @param tree the root directory, 64 hex digits
 */
public record Snapshot(
        String id,
        OffsetDateTime time,
        String host,
        List<String> paths,
        List<String> tags,
        BackupKind kind,
        @Nullable String parent,
        String tree) {
    private static final String KIND_PREFIX = "aidc-";

    /** Copies the lists. */
    public Snapshot {
        paths = List.copyOf(paths);
        tags = List.copyOf(tags);
    }

    static Snapshot of(ChunkId id, SnapshotFile file) {
        ChunkId parent = file.parent();
        BackupKind kind = parent == null ? BackupKind.FULL : BackupKind.INCREMENTAL;
        for (BackupKind candidate : BackupKind.values()) {
            if (file.tags().contains(tag(candidate))) {
                kind = candidate;
            }
        }
        List<String> tags = file.tags().stream().filter(tag -> !isKind(tag)).toList();
        return new Snapshot(
                id.hex(),
                file.time(),
                file.host(),
                file.paths(),
                tags,
                kind,
                parent == null ? null : parent.hex(),
                file.tree().hex());
    }

    /** restic's format has no place for the kind but a tag. */
    static String tag(BackupKind kind) {
        return KIND_PREFIX + kind.name().toLowerCase(Locale.ROOT);
    }

    static boolean isKind(String tag) {
        for (BackupKind kind : BackupKind.values()) {
            if (tag(kind).equals(tag)) {
                return true;
            }
        }
        return false;
    }

    ChunkId treeId() {
        return ChunkId.parse("sha256-" + tree);
    }

    ChunkId chunkId() {
        return ChunkId.parse("sha256-" + id);
    }
}
