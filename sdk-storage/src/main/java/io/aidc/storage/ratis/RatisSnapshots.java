package io.aidc.storage.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;

/** Snapshot files; Ratis' own clean-up deletes none that lacks an MD5 file, and ours carry their checksum inside. */
final class RatisSnapshots extends SimpleStateMachineStorage {
    @Override
    public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
        Path directory = getSnapshotFile(0, 0).toPath().toAbsolutePath().getParent();
        if (directory == null) {
            return;
        }
        try (Stream<Path> list = Files.list(directory)) {
            List<Path> oldestFirst = list.filter(RatisSnapshots::isSnapshot)
                    .sorted(Comparator.comparingLong(
                            file -> getTermIndexFromSnapshotFile(file.toFile()).getIndex()))
                    .toList();
            int tooMany = oldestFirst.size() - policy.getNumSnapshotsRetained();
            for (Path file : oldestFirst.subList(0, Math.max(tooMany, 0))) {
                Files.delete(file);
            }
        }
    }

    private static boolean isSnapshot(Path file) {
        return file.getFileName().toString().matches("snapshot\\.\\d+_\\d+");
    }
}
