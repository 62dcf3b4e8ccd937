package io.aidc.storage.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.metadata.Command.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 40 entries, entry i written at second i, two segments of 20, snapshots after 10 and 30. */
class PointInTimeTest {
    private static final int ENTRIES = 40;

    @TempDir
    Path directory;

    private final DurableFiles files = new DurableFiles(Disk.REAL, failed -> {});
    private final List<String> digests = new ArrayList<>();
    private List<Path> segments = List.of();
    private final List<Path> snapshots = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        var state = new MetadataState();
        try (var archive = new CommandArchive(directory.resolve("archive"), files)) {
            archive.resume(-1);
            for (int i = 0; i < ENTRIES; i++) {
                byte[] entry = LogEntry.encode(
                        1_000L * i,
                        Batch.encode(List.of(Transaction.of(new UUID(1, i)).put("k" + i % 7, "v" + i))));
                long index = 2L * i; // the log has entries of its own in between
                archive.append(index, state.revision(), entry);
                state.apply(index, LogEntry.decode(entry));
                digests.add(state.digest());
                if (i == 19) {
                    archive.cut();
                }
                if (i == 9 || i == 29) {
                    Path snapshot = directory.resolve("snapshot-" + i);
                    SnapshotFile.write(snapshot, state.toSnapshot(), files);
                    snapshots.add(snapshot);
                }
            }
            segments = archive.cut();
        }
    }

    @Test
    void at_everySecond_isTheStateOfThatSecond() throws IOException {
        for (int i = 0; i < ENTRIES; i++) {
            assertThat(PointInTime.at(snapshots, segments, 1_000L * i + 999).digest())
                    .isEqualTo(digests.get(i));
            assertThat(PointInTime.at(List.of(), segments, 1_000L * i).digest()).isEqualTo(digests.get(i));
        }
    }

    @Test
    void at_barriersThatTheArchiveLeftOut_countAsRevisions() throws IOException {
        byte[] barriers = LogEntry.encode(500, Batch.encode(List.of(new Command.Barrier(), new Command.Barrier())));
        byte[] put = LogEntry.encode(
                1_000, Batch.encode(List.of(Transaction.of(new UUID(2, 1)).put("k", "v"))));
        var state = new MetadataState();
        state.apply(0, LogEntry.decode(barriers));
        assertThat(state.lastIndex()).isEqualTo(-1);
        try (var archive = new CommandArchive(directory.resolve("barriers"), files)) {
            archive.resume(-1);
            archive.append(1, state.revision(), put);
            state.apply(1, LogEntry.decode(put));

            MetadataState built = PointInTime.at(List.of(), archive.cut(), 2_000);

            assertThat(built.revision()).isEqualTo(3);
            assertThat(built.toSnapshot()).isEqualTo(state.toSnapshot());
        }
    }

    @Test
    void at_afterTheEnd_isTheLastState_andSaysWhen() throws IOException {
        MetadataState state = PointInTime.at(snapshots, segments, Long.MAX_VALUE);

        assertThat(state.digest()).isEqualTo(digests.get(ENTRIES - 1));
        assertThat(state.millis()).isEqualTo(39_000);
    }

    @Test
    void at_missingSegment_isRefusedUnlessASnapshotCovers() throws IOException {
        List<Path> second = segments.subList(1, 2);

        assertThatThrownBy(() -> PointInTime.at(List.of(), second, 25_000))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("missing");
        assertThatThrownBy(() -> PointInTime.at(snapshots, second, 25_000)).isInstanceOf(DamagedLogException.class);
        assertThat(PointInTime.at(snapshots, second, 35_000).digest()).isEqualTo(digests.get(35));
    }

    @Test
    void at_damagedSnapshot_isPassedOver() throws IOException {
        byte[] bytes = Files.readAllBytes(snapshots.get(1));
        bytes[40] ^= 1;
        Files.write(snapshots.get(1), bytes);

        assertThat(PointInTime.at(snapshots, segments, 35_000).digest()).isEqualTo(digests.get(35));
    }

    @Test
    void at_damagedSegment_isRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(segments.get(0));
        for (int at = 8; at < bytes.length; at += 97) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 4;
            Files.write(segments.get(0), damaged);

            assertThatThrownBy(() -> PointInTime.at(List.of(), segments, 39_000))
                    .isInstanceOf(DamagedLogException.class);
        }
    }
}
