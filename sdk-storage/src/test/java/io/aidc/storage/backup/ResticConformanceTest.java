package io.aidc.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The repositories of restic's own tests: opened, listed, read, checked with restic's verdicts. */
class ResticConformanceTest {
    private static final int KNOWN_REPOSITORIES = 12;
    private static final Path FOLDER = Path.of(System.getProperty("aidc.root", "."))
            .resolve(System.getProperty("aidc.testdata", "../shared/testdata"))
            .resolve("storage/restic/repos");

    @TempDir
    Path scratch;

    @Test
    void repositories_ofTheFolder_areAllKnownHere(TestReporter reporter) throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), "RESTIC CONFORMANCE NOT RUN: no folder " + FOLDER);
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            reporter.publishEntry("restic repositories", Integer.toString(names.size()));
            assertThat(names).hasSizeGreaterThanOrEqualTo(KNOWN_REPOSITORIES);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "small-repo, true, 4",
        "repo-mixed, true, 1",
        "repo-obsolete-index, true, 1",
        "repo-unreferenced-data, true, 1",
        "repo-layout-default, true, 3",
        "repo-same-timestamps, true, 3",
        "repo-restore-permissions-test, true, 1",
        "repo-duplicates, true, 1",
        "repo-index-missing, false, 2",
        "repo-index-missing-blob, false, 1",
        "repo-data-missing, false, 1",
        "repo-unused-data-missing, false, 1",
    })
    void check_publishedRepository_givesResticsVerdict(String name, boolean clean, int snapshots) throws Exception {
        try (BackupRepository repository = open(unpack(name))) {
            assertThat(repository.snapshots()).hasSize(snapshots);

            CheckReport report = repository.check(CheckScope.allData());

            assertThat(report.isClean()).as("%s", report.findings()).isEqualTo(clean);
            assertThat(report.snapshots()).isEqualTo(snapshots);
            assertThat(report.packsRead()).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({"small-repo", "repo-mixed", "repo-layout-default", "repo-unused-data-missing"})
    void read_everySnapshotOfAWholeRepository_givesEachByte(String name) throws Exception {
        try (BackupRepository repository = open(unpack(name))) {
            int files = 0;
            for (Snapshot snapshot : repository.snapshots()) {
                Path target = scratch.resolve(snapshot.id());
                repository.restore(snapshot, target);
                for (SnapshotEntry entry : repository.files(snapshot)) {
                    try (InputStream content = repository.read(snapshot, entry.name())) {
                        byte[] bytes = content.readAllBytes();
                        assertThat(bytes).hasSize((int) entry.bytes());
                        assertThat(target.resolve(entry.name())).hasBinaryContent(bytes);
                    }
                    files++;
                }
            }
            assertThat(files).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({"repo-index-missing", "repo-index-missing-blob", "repo-data-missing"})
    void prune_whereNeededDataIsMissing_isRefusedAndTouchesNothing(String name) throws Exception {
        Path folder = unpack(name);
        Set<String> before = files(folder);
        try (BackupRepository repository = open(folder)) {
            assertThat(repository.prune())
                    .isInstanceOfSatisfying(
                            Pruning.Refused.class,
                            refused -> assertThat(refused.findings()).isNotEmpty());
        }
        assertThat(files(folder)).isEqualTo(before);
    }

    @Test
    void prune_whereOnlyUnusedDataIsMissing_repairsTheRepository() throws Exception {
        try (BackupRepository repository = open(unpack("repo-unused-data-missing"))) {
            assertThat(repository.prune()).isInstanceOf(Pruning.Done.class);

            assertThat(repository.check(CheckScope.allData()).findings()).isEmpty();
        }
    }

    @Test
    void repairIndex_whereIndexFilesAreMissing_makesTheRepositoryWhole() throws Exception {
        try (BackupRepository repository = open(unpack("repo-index-missing"))) {
            IndexRepair repair = repository.repairIndex();

            assertThat(repair.packsAdopted()).isPositive();
            assertThat(repository.check(CheckScope.allData()).findings()).isEmpty();
        }
    }

    @Test
    void check_forUnusedBlobs_findsDuplicates() throws Exception {
        try (BackupRepository repository = open(unpack("repo-duplicates"))) {
            assertThat(repository.check(new CheckScope.UnusedBlobs()).findings())
                    .isNotEmpty()
                    .allMatch(finding -> finding instanceof Finding.UnusedBlob);
        }
    }

    @ParameterizedTest
    @CsvSource({"small-repo", "repo-mixed", "repo-duplicates", "repo-unused-data-missing"})
    void prune_repositoryOfRestic_staysCleanForRestic(String name) throws Exception {
        Oracle.assumeInstalled();
        Path folder = unpack(name);
        try (BackupRepository repository = open(folder)) {
            assertThat(repository.prune()).isInstanceOf(Pruning.Done.class);
        }
        Oracle.Run check = Oracle.run(folder, "check", "--read-data");
        assertThat(check.exit()).as(check.output()).isZero();
        assertThat(check.output()).contains("no errors were found");
    }

    private static BackupRepository open(Path folder) throws IOException {
        return BackupRepository.open(
                new FolderObjects(folder), TestRepositories.PASSWORD, TestRepositories.settings(Clock.systemUTC()));
    }

    private Path unpack(String name) throws IOException, InterruptedException {
        assumeTrue(Files.isDirectory(FOLDER), "RESTIC CONFORMANCE NOT RUN: no folder " + FOLDER);
        Path target = Files.createDirectory(scratch.resolve(name));
        Process tar = new ProcessBuilder(
                        "tar", "xzf", FOLDER.resolve(name + ".tar.gz").toString(), "-C", target.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(tar.exitValue()).isZero();
        Path folder = target.resolve("repo");
        new ProcessBuilder("chmod", "-R", "u+rwX", folder.toString()).start().waitFor();
        return folder;
    }

    private static Set<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Set<String> names = new TreeSet<>();
            files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(file -> !file.startsWith("locks"))
                    .forEach(names::add);
            return names;
        }
    }
}
