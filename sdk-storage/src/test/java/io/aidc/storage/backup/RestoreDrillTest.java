package io.aidc.storage.backup;

import static io.aidc.storage.backup.TestRepositories.noise;
import static io.aidc.storage.backup.TestRepositories.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.storage.backup.TestRepositories.TurnedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreDrillTest {
    @TempDir
    Path root;

    private final TurnedClock clock = new TurnedClock();
    private Path live;
    private Path scratch;
    private BackupRepository repository;

    @BeforeEach
    void files() throws IOException {
        live = root.resolve("live");
        scratch = Files.createDirectory(root.resolve("scratch"));
        for (int i = 0; i < 5; i++) {
            write(live.resolve("d" + i + "/file"), noise(i, 1000 + i));
        }
        repository = TestRepositories.create(new MemoryObjects(), 1, clock);
    }

    private BackupSource source() {
        return BackupSource.of("models", live);
    }

    @Test
    void run_ofAGoodBackup_passesAndLeavesNothing() throws IOException {
        Snapshot snapshot = repository.backup(source()).run().snapshot();

        DrillReport report = RestoreDrill.of(repository)
                .comparedWith(source())
                .scratch(scratch)
                .run();

        assertThat(report.passed()).isTrue();
        assertThat(report.snapshot()).isEqualTo(snapshot);
        assertThat(report.when()).isEqualTo(clock.instant());
        assertThat(report.files()).isEqualTo(5);
        assertThat(report.filesCompared()).isEqualTo(5);
        assertThat(report.bytes()).isEqualTo(5010);
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void run_sourceRottenAtTheSameTime_isFound() throws IOException {
        repository.backup(source()).run();
        write(live.resolve("d2/file"), noise(77, 1002));

        DrillReport report = RestoreDrill.of(repository)
                .comparedWith(source())
                .scratch(scratch)
                .run();

        assertThat(report.passed()).isFalse();
        assertThat(report.findings())
                .containsExactly(new DrillReport.Problem("d2/file", "the source differs, at the same length and time"));
    }

    @Test
    void run_sourceChangedSince_isNotCompared() throws IOException {
        repository.backup(source()).run();
        write(live.resolve("d2/file"), noise(77, 1002), Instant.parse("2026-11-21T11:30:00Z"));
        Files.delete(live.resolve("d3/file"));

        DrillReport report = RestoreDrill.of(repository)
                .comparedWith(source())
                .scratch(scratch)
                .run();

        assertThat(report.passed()).isTrue();
        assertThat(report.filesCompared()).isEqualTo(3);
    }

    @Test
    void run_sample_restoresSoManyFiles() throws IOException {
        Snapshot first = repository.backup(source()).run().snapshot();

        DrillReport report = RestoreDrill.of(repository)
                .snapshot(first)
                .sample(2)
                .scratch(scratch)
                .run();

        assertThat(report.files()).isEqualTo(2);
        assertThat(report.filesCompared()).isZero();
    }

    @Test
    void holds_fileThatDiffers_isFalse() throws IOException {
        Snapshot snapshot = repository.backup(source()).run().snapshot();
        var node = Objects.requireNonNull(repository.nodes(snapshot).get("d1/file"));
        assertThat(repository.holds(live.resolve("d1/file"), node)).isTrue();
        write(live.resolve("d1/file"), noise(1, 1002));
        assertThat(repository.holds(live.resolve("d1/file"), node)).isFalse();
        write(live.resolve("d1/file"), noise(1, 1000));
        assertThat(repository.holds(live.resolve("d1/file"), node)).isFalse();
        write(live.resolve("d1/file"), noise(9, 1001));
        assertThat(repository.holds(live.resolve("d1/file"), node)).isFalse();
    }

    @Test
    void run_withoutSnapshot_isNamed() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> RestoreDrill.of(repository).scratch(scratch).run());
    }

    @Test
    void options_missingWrongOrRepeated_areRefused() throws IOException {
        Snapshot snapshot = repository.backup(source()).run().snapshot();
        assertThatIllegalStateException()
                .isThrownBy(() -> RestoreDrill.of(repository).run())
                .withMessageContaining("scratch");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RestoreDrill.of(repository).sample(0));
        assertThatIllegalStateException()
                .isThrownBy(() -> RestoreDrill.of(repository).sample(1).sample(2));
        assertThatIllegalStateException()
                .isThrownBy(() -> RestoreDrill.of(repository).scratch(root).scratch(root));
        assertThatIllegalStateException()
                .isThrownBy(() -> RestoreDrill.of(repository).snapshot(snapshot).snapshot(snapshot));
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> RestoreDrill.of(repository).comparedWith(source()).comparedWith(source()));
        repository.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> RestoreDrill.of(repository).scratch(scratch).run());
        assertThat(scratch).isEmptyDirectory();
    }
}
