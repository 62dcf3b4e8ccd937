package io.aidc.storage.backup;

import static io.aidc.storage.backup.TestRepositories.noise;
import static io.aidc.storage.backup.TestRepositories.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.backup.TestRepositories.TurnedClock;
import io.aidc.storage.internal.file.FaultyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails at any step of a restore. */
class RestoreFaultTest {
    @TempDir
    Path root;

    @Test
    void restore_diskFailsAtAnyStep_failsAndIsResumed() throws IOException {
        Path live = root.resolve("live");
        write(live.resolve("a/one"), noise(1, 200_000));
        write(live.resolve("two"), noise(2, 10));
        var disk = new FaultyDisk();
        int failed = 0;
        try (BackupRepository repository = TestRepositories.create(new MemoryObjects(), 1, new TurnedClock())) {
            Snapshot snapshot =
                    repository.backup(BackupSource.of("m", live)).run().snapshot();
            for (boolean done = false; !done; ) {
                Path target = root.resolve("restored" + failed);
                disk.failingAt(failed);
                try {
                    repository.restore(snapshot, target, name -> true, disk);
                    done = true;
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("injected");
                    failed++;
                }
                disk.failingAt(Long.MAX_VALUE);
                repository.restore(snapshot, target, name -> true, disk);
                assertThat(Files.mismatch(live.resolve("a/one"), target.resolve("a/one")))
                        .isEqualTo(-1);
                assertThat(Files.mismatch(live.resolve("two"), target.resolve("two")))
                        .isEqualTo(-1);
                assertThat(disk.flushedDirectories).contains(target, target.resolve("a"), root);
            }
        }
        // parent and its parent flushed; two files opened and flushed; two directories flushed
        assertThat(failed).isEqualTo(8);
    }
}
