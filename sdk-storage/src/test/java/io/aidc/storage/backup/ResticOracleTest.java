package io.aidc.storage.backup;

import static io.aidc.storage.backup.TestRepositories.noise;
import static io.aidc.storage.backup.TestRepositories.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.storage.backup.TestRepositories.TurnedClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The restic program judges what we write, and we read what it writes. */
class ResticOracleTest {
    @TempDir
    Path root;

    private final TurnedClock clock = new TurnedClock();
    private Path live;
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        Oracle.assumeInstalled();
        folder = Files.createDirectory(root.resolve("repository"));
        live = root.resolve("live");
        write(live.resolve("a/weights.bin"), noise(1, 5_000_000));
        write(live.resolve("a/b/vocab.txt"), "hello\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
        write(live.resolve("a/zeros"), new byte[2_000_000]);
        write(live.resolve("empty"), new byte[0]);
        write(live.resolve("größe ☃ '𝄞.bin"), noise(2, 300_000));
    }

    private static void assertSame(Path expected, Path actual) throws IOException {
        try (Stream<Path> files = Files.walk(expected)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path other = actual.resolve(expected.relativize(file));
                assertThat(Files.mismatch(file, other)).as("%s", other).isEqualTo(-1);
                assertThat(Files.getLastModifiedTime(other)).isEqualTo(Files.getLastModifiedTime(file));
            }
        }
    }

    private String restic(String... arguments) throws IOException, InterruptedException {
        Oracle.Run run = Oracle.run(folder, arguments);
        assertThat(run.exit()).as(run.output()).isZero();
        return run.output();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void restic_readingOurRepository_findsNoErrorAndRestoresEveryByte(int version) throws Exception {
        try (BackupRepository repository = TestRepositories.create(new FolderObjects(folder), version, clock)) {
            repository.backup(BackupSource.of("models", live)).tag("nightly").run();
            write(live.resolve("a/b/vocab.txt"), "changed".getBytes(StandardCharsets.UTF_8));
            clock.turn(Duration.ofHours(1));
            Snapshot second =
                    repository.backup(BackupSource.of("models", live)).run().snapshot();

            assertThat(restic("check", "--read-data")).contains("no errors were found");
            assertThat(restic("snapshots"))
                    .contains(second.id().substring(0, 8), "/models", "testhost", "nightly", "2 snapshots");
            restic("restore", second.id(), "--target", root.resolve("restored").toString());
            assertSame(live, root.resolve("restored"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void restic_afterOurForgetPruneAndRepair_findsNoError(int version) throws Exception {
        try (BackupRepository repository = TestRepositories.create(new FolderObjects(folder), version, clock)) {
            repository.backup(BackupSource.of("models", live)).run();
            write(live.resolve("a/weights.bin"), noise(3, 5_000_000));
            clock.turn(Duration.ofDays(1));
            repository.backup(BackupSource.of("models", live)).run();
            repository.forget(RetentionPolicy.builder().last(1).build());
            assertThat(repository.prune()).isInstanceOf(Pruning.Done.class);
            repository.repairIndex();
            repository.addKey("zwei".toCharArray());

            assertThat(restic("check", "--read-data", "--check-unused")).contains("no errors were found");
            assertThat(restic("snapshots")).contains("1 snapshots");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void restore_ofWhatResticWrote_givesEveryByte(int version) throws Exception {
        Path odd = Files.createDirectory(live.resolve("odd"));
        Files.write(odd.resolve("quote\" back\\slash \u0001"), new byte[] {1, 2, 3});
        Files.createSymbolicLink(odd.resolve("link"), Path.of("/etc/passwd"));
        restic("init", "--repository-version", Integer.toString(version));
        restic("backup", "--host", "h", "--tag", "t", live.toString());
        try (BackupRepository repository = TestRepositories.open(new FolderObjects(folder), clock)) {
            Snapshot snapshot = repository.snapshots().get(0);
            assertThat(snapshot.host()).isEqualTo("h");
            assertThat(snapshot.tags()).containsExactly("t");
            assertThat(snapshot.kind()).isEqualTo(BackupKind.FULL);

            RestoreReport report = repository.restore(snapshot, root.resolve("restored"));

            assertThat(report.skipped()).hasSize(1).first().asString().endsWith("odd/link");
            Files.delete(odd.resolve("link"));
            assertSame(live, root.resolve("restored").resolve(root.getRoot().relativize(live)));
            assertThat(repository.check(CheckScope.allData()).findings()).isEmpty();

            repository.backup(BackupSource.of("ours", live.resolve("a"))).run();
            assertThat(restic("check", "--read-data")).contains("no errors were found");
        }
    }

    @Test
    void locks_ofBothPrograms_excludeEachOther() throws Exception {
        restic("init", "--repository-version", "1");
        var objects = new FolderObjects(folder);
        try (BackupRepository repository = BackupRepository.open(objects, TestRepositories.PASSWORD)) {
            repository
                    .backup(BackupSource.of("models", live))
                    .progress(seen -> {
                        if (seen.files() == 1) {
                            assertPruneIsRefused();
                        }
                    })
                    .run();
            assertThat(restic("prune")).isNotEmpty();
        }
    }

    private void assertPruneIsRefused() {
        try {
            Oracle.Run prune = Oracle.run(folder, "prune");
            assertThat(prune.exit()).isNotZero();
            assertThat(prune.output()).contains("already locked");
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
