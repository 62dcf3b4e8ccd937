package io.aidc.storage.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.file.LossyDisk;
import io.aidc.storage.internal.file.LossyDisk.Fault;
import io.aidc.storage.internal.file.LossyDisk.Mode;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.PackedChunks;
import io.aidc.storage.internal.pack.RecordedDamage;
import io.aidc.storage.metadata.Command;
import io.aidc.storage.metadata.LocalLogOptions;
import io.aidc.storage.metadata.LocalMetadataLog;
import io.aidc.storage.metadata.Outcome;
import io.aidc.storage.metadata.RequestId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Simulated power cuts: what the log and the chunks of a node acknowledged is there after each of them. */
class LossyStorageTest {
    private static final int ENTRIES = 8;
    private static final int CUTS_EACH = 7;

    @TempDir
    Path temporary;

    private Path root;
    private LossyDisk disk;
    private DurableFiles files;
    private int laidOut;

    @BeforeEach
    void create() throws IOException {
        root = Files.createDirectory(temporary.resolve("live"));
        disk = new LossyDisk(root);
        files = new DurableFiles(disk, failure -> {});
    }

    @ParameterizedTest
    @EnumSource
    void metadataLog_keepsWhatItAcknowledged(Mode mode) throws IOException {
        files.createDirectories(root.resolve("metadata"));
        try (LocalMetadataLog log = open(root, files)) {
            for (int entry = 0; entry < ENTRIES; entry++) {
                put(log, entry);
                for (int seed = 0; seed < CUTS_EACH; seed++) {
                    assertHolds(cut(mode, 100L * entry + seed), entry + 1);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void metadataLog_failedFlush_acknowledgesNothingMore(Mode mode) throws IOException {
        files.createDirectories(root.resolve("metadata"));
        try (LocalMetadataLog log = open(root, files)) {
            put(log, 0);
            disk.fail(Fault.FLUSH_FAILS);
            for (int entry = 1; entry < 4; entry++) {
                assertThat(isAcknowledged(log, entry)).isFalse();
            }
            for (int seed = 0; seed < CUTS_EACH; seed++) {
                assertHolds(cut(mode, seed), 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void metadataLog_shortWrite_isCarriedOn(Mode mode) throws IOException {
        files.createDirectories(root.resolve("metadata"));
        try (LocalMetadataLog log = open(root, files)) {
            disk.fail(Fault.SHORT_WRITE);
            put(log, 0);
            for (int seed = 0; seed < CUTS_EACH; seed++) {
                assertHolds(cut(mode, seed), 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void chunks_areThereOnceAcknowledged_andNeverDamaged(Mode mode) throws IOException {
        var chunks = new PackedChunks(root.resolve("packs"), files, new RecordedDamage());
        var random = new Random(5);
        List<ChunkId> acknowledged = new ArrayList<>();
        for (int i = 0; i < ENTRIES; i++) {
            byte[] content = new byte[3000];
            random.nextBytes(content);
            ChunkId id = ChunkId.of(content);
            chunks.put(id, content);
            acknowledged.add(id);
            for (int seed = 0; seed < CUTS_EACH; seed++) {
                Path directory = cut(mode, 100L * i + seed).resolve("packs");
                try (var after =
                        new PackedChunks(directory, new DurableFiles(Disk.REAL, failure -> {}), new RecordedDamage())) {
                    for (ChunkId expected : acknowledged) {
                        assertThat(after.get(expected)).isInstanceOf(ChunkStore.Lookup.Found.class);
                    }
                }
            }
        }
    }

    @Test
    void withoutFlushes_somethingIsLost() throws IOException {
        files = new DurableFiles(new NoFlush(disk), failure -> {});
        files.createDirectories(root.resolve("metadata"));
        boolean lost = false;
        try (LocalMetadataLog log = open(root, files)) {
            put(log, 0);
            for (int seed = 0; seed < CUTS_EACH; seed++) {
                lost |= !Files.exists(cut(Mode.ORDERED, seed).resolve("metadata/log-00000000000000000000"));
            }
        }
        assertThat(lost).isTrue();
    }

    /** Names reach this disk, flushes do not. */
    private record NoFlush(LossyDisk disk) implements Disk {
        @Override
        public java.nio.channels.FileChannel open(Path file, java.nio.file.OpenOption... options) throws IOException {
            return disk.open(file, options);
        }

        @Override
        public void force(java.nio.channels.FileChannel channel, Path file) {}

        @Override
        public void move(Path from, Path to) throws IOException {
            disk.move(from, to);
        }

        @Override
        public void forceDirectory(Path directory) {}
    }

    private static LocalMetadataLog open(Path root, DurableFiles files) throws IOException {
        return LocalMetadataLog.open(new LocalLogOptions(
                "a", root.resolve("metadata"), files, Duration.ofSeconds(20), Clock.systemUTC(), null, 50_000));
    }

    private static void put(LocalMetadataLog log, int entry) {
        assertThat(isAcknowledged(log, entry)).isTrue();
    }

    private static boolean isAcknowledged(LocalMetadataLog log, int entry) {
        try {
            return log.submit(Command.Transaction.of(RequestId.next(log.revisionSeen()))
                                    .put("k/" + entry, value(entry)))
                            .join()
                    instanceof Outcome.Applied;
        } catch (CompletionException e) {
            return false;
        }
    }

    /** Longer than a sector every other time. */
    private static String value(int entry) {
        return entry + "-".repeat(entry % 2 * 1500);
    }

    private void assertHolds(Path after, int entries) throws IOException {
        try (LocalMetadataLog log = open(after, new DurableFiles(Disk.REAL, failure -> {}))) {
            for (int entry = 0; entry < entries; entry++) {
                assertThat(log.read(List.of("k/" + entry)))
                        .as("entry %d of %d", entry, entries)
                        .singleElement()
                        .satisfies(found -> assertThat(new String(found.value(), UTF_8))
                                .startsWith(found.key().substring(2)));
            }
        }
    }

    private Path cut(Mode mode, long seed) throws IOException {
        Path target = Files.createDirectory(temporary.resolve("cut" + laidOut++));
        disk.afterPowerCut(target, mode, seed);
        return target;
    }
}
