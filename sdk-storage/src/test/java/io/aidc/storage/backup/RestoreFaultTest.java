package io.aidc.storage.backup;

import static io.aidc.storage.backup.TestRepositories.noise;
import static io.aidc.storage.backup.TestRepositories.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.backup.TestRepositories.TurnedClock;
import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.FaultyDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
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
                    repository.restore(snapshot, target, name -> true, progress -> {}, disk);
                    done = true;
                } catch (IOException e) {
                    assertThat(e).hasMessageContaining("injected");
                    failed++;
                }
                disk.failingAt(Long.MAX_VALUE);
                repository.restore(snapshot, target, name -> true, progress -> {}, disk);
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

    @Test
    void restore_manyFiles_keepsFewOpen() throws IOException {
        Path live = root.resolve("live");
        for (int i = 0; i < 300; i++) {
            write(live.resolve("d" + i % 7 + "/f" + i), noise(i, 20));
        }
        var disk = new CountingDisk();
        try (BackupRepository repository = TestRepositories.create(new MemoryObjects(), 1, new TurnedClock())) {
            Snapshot snapshot =
                    repository.backup(BackupSource.of("m", live)).run().snapshot();
            repository.restore(snapshot, root.resolve("restored"), name -> true, progress -> {}, disk);
        }
        assertThat(disk.opened).hasSize(300).noneMatch(FileChannel::isOpen);
        assertThat(disk.mostOpen.get()).isLessThanOrEqualTo(2L * Workers.defaultThreads());
    }

    /** Counts how many files are open at once. */
    private static final class CountingDisk implements Disk {
        private final Queue<FileChannel> opened = new ConcurrentLinkedQueue<>();
        private final AtomicLong mostOpen = new AtomicLong();

        @Override
        public FileChannel open(Path file, OpenOption... options) throws IOException {
            FileChannel channel = Disk.super.open(file, options);
            opened.add(channel);
            mostOpen.accumulateAndGet(
                    opened.stream().filter(FileChannel::isOpen).count(), Math::max);
            return channel;
        }
    }
}
