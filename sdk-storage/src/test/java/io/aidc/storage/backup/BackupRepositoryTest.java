package io.aidc.storage.backup;

import static io.aidc.storage.backup.TestRepositories.PASSWORD;
import static io.aidc.storage.backup.TestRepositories.noise;
import static io.aidc.storage.backup.TestRepositories.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.aidc.storage.backup.TestRepositories.TurnedClock;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.restic.BlobType;
import io.aidc.storage.internal.restic.FileKind;
import io.aidc.storage.internal.restic.Index;
import io.aidc.storage.internal.restic.Repository;
import io.aidc.storage.internal.restic.Tree;
import io.aidc.storage.internal.restic.TreeNode;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackupRepositoryTest {
    @TempDir
    Path root;

    private final MemoryObjects objects = new MemoryObjects();
    private final TurnedClock clock = new TurnedClock();
    private Path live;
    private BackupSource source;

    @BeforeEach
    void files() throws IOException {
        live = root.resolve("live");
        write(live.resolve("a/weights.bin"), noise(1, 3_000_000));
        write(live.resolve("a/b/vocab.txt"), "hello\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
        write(live.resolve("empty"), new byte[0]);
        write(live.resolve("größe ☃.bin"), noise(2, 300_000));
        source = BackupSource.of("models", live);
    }

    private BackupRepository create() throws IOException {
        return TestRepositories.create(objects, 1, clock);
    }

    private static void assertSame(Path expected, Path actual) throws IOException {
        try (var files = Files.walk(expected)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path other = actual.resolve(expected.relativize(file));
                assertThat(Files.mismatch(file, other)).as("%s", other).isEqualTo(-1);
                assertThat(Files.getLastModifiedTime(other)).isEqualTo(Files.getLastModifiedTime(file));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void restore_ofABackup_givesEveryByteAndTime(int version) throws IOException {
        try (BackupRepository repository = TestRepositories.create(objects, version, clock)) {
            BackupReport report = repository.backup(source).run();
            assertThat(report.files()).isEqualTo(4);
            assertThat(report.bytes()).isEqualTo(3_360_000);
            assertThat(report.bytesRead()).isEqualTo(3_360_000);
            assertThat(report.snapshot().kind()).isEqualTo(BackupKind.INCREMENTAL);
        }
        try (BackupRepository repository = TestRepositories.open(objects, clock)) {
            RestoreReport restored = repository.restore(repository.snapshots().get(0), root.resolve("restored"));

            assertThat(restored.files()).isEqualTo(4);
            assertThat(restored.bytesWritten()).isEqualTo(3_360_000);
            assertSame(live, root.resolve("restored"));
        }
        assertThat(objects.content.keySet()).noneMatch(key -> key.startsWith("locks/"));
    }

    @Test
    void backup_ofVersion2_compressesWhatShrinks() throws IOException {
        try (BackupRepository repository = TestRepositories.create(objects, 2, clock)) {
            BackupReport report = repository
                    .backup(of("text", "x.txt", "hello\n".repeat(100_000).getBytes(StandardCharsets.UTF_8)))
                    .run();
            assertThat(report.bytesStored()).isLessThan(10_000);
            assertThat(repository.check(CheckScope.allData()).findings()).isEmpty();
        }
    }

    private static BackupSource of(String name, String file, byte[] content) {
        return listed(name, entry(file, content));
    }

    private static BackupSource.Entry entry(String file, byte[] content) {
        return new BackupSource.Entry(
                file, content.length, Instant.parse("2026-11-01T00:00:00Z"), () -> new ByteArrayInputStream(content));
    }

    private static BackupSource listed(String name, BackupSource.Entry... entries) {
        return new BackupSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<Entry> entries() {
                return List.of(entries);
            }
        };
    }

    @Test
    void incremental_unchangedFiles_areTakenOverUnread() throws IOException {
        try (BackupRepository repository = create()) {
            repository.backup(source).kind(BackupKind.FULL).run();
            write(
                    live.resolve("a/b/vocab.txt"),
                    "changed".getBytes(StandardCharsets.UTF_8),
                    Instant.parse("2026-11-21T11:30:00Z"));
            clock.turn(Duration.ofHours(1));

            BackupReport second = repository.backup(source).run();

            assertThat(second.filesTakenOver()).isEqualTo(3);
            assertThat(second.bytesRead()).isEqualTo(7);
            assertThat(second.bytes()).isEqualTo(3_300_007);
            assertThat(second.snapshot().parent())
                    .isEqualTo(repository.snapshots().get(0).id());
            repository.restore(second.snapshot(), root.resolve("restored"));
            assertSame(live, root.resolve("restored"));
        }
    }

    @Test
    void full_unchangedFiles_areReadAndNotStoredAgain() throws IOException {
        try (BackupRepository repository = create()) {
            repository.backup(source).run();
            BackupReport second =
                    repository.backup(source).kind(BackupKind.FULL).run();

            assertThat(second.bytesRead()).isEqualTo(3_360_000);
            assertThat(second.bytesAdded()).isZero();
            assertThat(second.bytesStored()).isZero();
            assertThat(second.snapshot().parent()).isNull();
            assertThat(second.snapshot().tree())
                    .isEqualTo(repository.snapshots().get(0).tree());
        }
    }

    @Test
    void differential_comparesWithTheLatestFullSnapshot() throws IOException {
        try (BackupRepository repository = create()) {
            Snapshot full =
                    repository.backup(source).kind(BackupKind.FULL).run().snapshot();
            clock.turn(Duration.ofHours(1));
            repository.backup(source).run();
            clock.turn(Duration.ofHours(1));

            BackupReport third =
                    repository.backup(source).kind(BackupKind.DIFFERENTIAL).run();

            assertThat(third.snapshot().parent()).isEqualTo(full.id());
            assertThat(third.filesTakenOver()).isEqualTo(4);
            assertThat(third.bytesRead()).isZero();
        }
    }

    @Test
    void incremental_fileWrittenJustBeforeTheSnapshot_isReadAgain() throws IOException {
        write(live.resolve("empty"), new byte[] {1}, clock.instant().minusMillis(1500));
        try (BackupRepository repository = create()) {
            repository.backup(source).run();
            write(live.resolve("empty"), new byte[] {2}, clock.instant().minusMillis(1500));
            clock.turn(Duration.ofHours(1));

            BackupReport second = repository.backup(source).run();

            assertThat(second.filesTakenOver()).isEqualTo(3);
            assertThat(repository.read(second.snapshot(), "empty").readAllBytes())
                    .containsExactly(2);
        }
    }

    @Test
    void incremental_otherHostOrSource_isNoParent() throws IOException {
        try (BackupRepository repository = create()) {
            repository.backup(source).run();
            clock.turn(Duration.ofHours(1));

            assertThat(repository.backup(source).host("other").run().snapshot().parent())
                    .isNull();
            assertThat(repository
                            .backup(BackupSource.of("datasets", live))
                            .run()
                            .snapshot()
                            .parent())
                    .isNull();
        }
    }

    @Test
    void backup_sameContentTwice_isStoredOnce() throws IOException {
        byte[] content = noise(3, 1_000_000);
        try (BackupRepository repository = create()) {
            BackupReport report = repository
                    .backup(listed("m", entry("a", content), entry("b", content)))
                    .run();
            assertThat(report.bytes()).isEqualTo(2_000_000);
            assertThat(report.bytesAdded()).isBetween(1_000_000L, 1_010_000L);
        }
    }

    @Test
    void backup_fileWithTheBytesOfADirectory_keepsBoth() throws IOException {
        byte[] content = noise(5, 100);
        Instant modified = Instant.parse("2026-11-01T00:00:00Z");
        byte[] tree = new Tree(List.of(TreeNode.file("f", modified, 100, List.of(ChunkId.of(content))))).encode();
        try (BackupRepository repository = create()) {
            Snapshot snapshot = repository
                    .backup(listed("m", entry("d/f", content), entry("tree.json", tree)))
                    .run()
                    .snapshot();
            assertThat(repository.check(CheckScope.allData()).isClean()).isTrue();
            assertThat(repository.read(snapshot, "tree.json").readAllBytes()).isEqualTo(tree);
            assertThat(repository.read(snapshot, "d/f").readAllBytes()).isEqualTo(content);
        }
    }

    @Test
    void backup_fileThatChangesItsLength_failsWithoutSnapshot() throws IOException {
        var entry = new BackupSource.Entry(
                "a", 5, Instant.EPOCH, () -> new ByteArrayInputStream(new byte[] {1, 2, 3, 4, 5, 6}));
        try (BackupRepository repository = create()) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> repository.backup(listed("m", entry)).run())
                    .withMessageContaining("it had 5 bytes, then 6");
            assertThat(repository.snapshots()).isEmpty();
        }
    }

    @Test
    void backup_namesThatClash_isRefused() throws IOException {
        try (BackupRepository repository = create()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repository
                            .backup(listed("m", entry("a", new byte[1]), entry("A", new byte[1])))
                            .run());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repository
                            .backup(listed("m", entry("a", new byte[1]), entry("a/b", new byte[1])))
                            .run());
        }
    }

    @Test
    void backup_sourceThatFails_keepsTheCause() throws IOException {
        var entry = new BackupSource.Entry("a", 5, Instant.EPOCH, () -> {
            throw new IOException("disk on fire");
        });
        try (BackupRepository repository = create()) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> repository.backup(listed("m", entry)).run())
                    .withMessageContaining("disk on fire");
        }
    }

    @Test
    void backup_callerInterrupted_endsAndKeepsTheFlag() throws IOException {
        var caller = Thread.currentThread();
        byte[] content = noise(4, 8_000_000);
        var entry = new BackupSource.Entry("a", content.length, Instant.EPOCH, () -> {
            caller.interrupt();
            return new ByteArrayInputStream(content);
        });
        var never = new BackupSource.Entry("b", Long.MAX_VALUE / 2, Instant.EPOCH, () -> new EndlessStream());
        try (BackupRepository repository = create()) {
            assertThatExceptionOfType(InterruptedIOException.class)
                    .isThrownBy(
                            () -> repository.backup(listed("m", entry, never)).run());
            assertThat(Thread.interrupted()).isTrue();
            assertThat(repository.snapshots()).isEmpty();
        }
    }

    /** Zeros without end. */
    private static final class EndlessStream extends InputStream {
        @Override
        public int read() {
            return 0;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return length;
        }
    }

    @Test
    void progress_ofABackup_endsAtTheTotals() throws IOException {
        List<BackupProgress> seen = new ArrayList<>();
        try (BackupRepository repository = create()) {
            repository.backup(source).progress(seen::add).run();
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(4);
        assertThat(seen.get(seen.size() - 1)).isEqualTo(new BackupProgress(4, 4, 3_360_000, 3_360_000));
    }

    @Test
    void progress_ofRestoreDrillAndCheck_endsAtTheTotals() throws IOException {
        List<BackupProgress> restore = new ArrayList<>();
        List<BackupProgress> drill = new ArrayList<>();
        List<BackupProgress> check = new ArrayList<>();
        try (BackupRepository repository = create()) {
            Snapshot snapshot = repository.backup(source).run().snapshot();
            repository.restore(snapshot, root.resolve("restored"), name -> true, restore::add);
            RestoreDrill.of(repository).scratch(root).progress(drill::add).run();
            CheckReport report = repository.check(CheckScope.allData(), check::add);

            assertThat(check).hasSize(report.packsRead());
            assertThat(check.get(check.size() - 1))
                    .isEqualTo(new BackupProgress(
                            report.packsRead(), report.packsRead(), report.bytesRead(), report.bytesRead()));
        }
        assertThat(restore).isSortedAccordingTo(Comparator.comparingLong(BackupProgress::bytes));
        assertThat(restore.get(restore.size() - 1)).isEqualTo(new BackupProgress(4, 4, 3_360_000, 3_360_000));
        assertThat(drill.get(drill.size() - 1)).isEqualTo(new BackupProgress(4, 4, 3_360_000, 3_360_000));
    }

    @Test
    void progress_thatThrows_endsTheBackup() throws IOException {
        try (BackupRepository repository = create()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> repository
                            .backup(source)
                            .progress(seen -> {
                                throw new IllegalStateException("enough");
                            })
                            .run())
                    .withMessage("enough");
            assertThat(objects.content.keySet()).noneMatch(key -> key.startsWith("locks/"));
        }
    }

    @Test
    void options_wrongOrRepeated_areRefused() throws IOException {
        try (BackupRepository repository = create()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repository.backup(source).tag("a,b"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repository.backup(source).tag("aidc-full"));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repository.backup(source).tag(" "));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repository.backup(source).host(""));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repository.backup(source).threads(0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> repository.backup(source).threads(257));
            assertThatIllegalStateException()
                    .isThrownBy(() ->
                            repository.backup(source).kind(BackupKind.FULL).kind(BackupKind.INCREMENTAL));
            assertThatIllegalStateException()
                    .isThrownBy(() -> repository.backup(source).host("a").host("b"));
            assertThatIllegalStateException()
                    .isThrownBy(() -> repository.backup(source).threads(1).threads(2));
            assertThatIllegalStateException()
                    .isThrownBy(
                            () -> repository.backup(source).progress(p -> {}).progress(p -> {}));
            assertThatIllegalArgumentException().isThrownBy(() -> BackupSource.of("../x", live));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new BackupSource.Entry("a", -1, Instant.EPOCH, EndlessStream::new));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new BackupSource.Entry("/a", 1, Instant.EPOCH, EndlessStream::new));
        }
    }

    @Test
    void snapshot_ofABackup_tellsWhatItIs() throws IOException {
        try (BackupRepository repository = create()) {
            Snapshot made = repository
                    .backup(source)
                    .kind(BackupKind.FULL)
                    .tag("nightly")
                    .tag("v2")
                    .host("db1")
                    .threads(1)
                    .run()
                    .snapshot();

            assertThat(repository.snapshots()).containsExactly(made);
            assertThat(made.tags()).containsExactly("nightly", "v2");
            assertThat(made.host()).isEqualTo("db1");
            assertThat(made.paths()).containsExactly("/models");
            assertThat(made.kind()).isEqualTo(BackupKind.FULL);
            assertThat(made.time().toInstant()).isEqualTo(clock.instant());
            assertThat(repository.files(made).stream().map(SnapshotEntry::name))
                    .containsExactly("a/b/vocab.txt", "a/weights.bin", "empty", "größe ☃.bin");
        }
    }

    @Test
    void create_whereARepositoryIs_isRefused() throws IOException {
        create().close();
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(this::create)
                .withMessage("%s: there is a repository already: open it", objects);
    }

    @Test
    void open_wrongPassword_isNamed() throws IOException {
        create().close();
        assertThatExceptionOfType(WrongPasswordException.class)
                .isThrownBy(() -> BackupRepository.open(objects, "gehein".toCharArray()))
                .withMessage("the password opens none of the 1 keys of " + objects);
    }

    @Test
    void open_noRepository_isNamed() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> TestRepositories.open(objects, clock))
                .withMessage("%s: there is no repository: create one first", objects);
    }

    @Test
    void open_emptyPassword_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> BackupRepository.open(objects, new char[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> BackupRepository.create(objects, new char[0]));
        assertThatNullPointerException().isThrownBy(() -> BackupRepository.open(objects, nothing()));
    }

    @SuppressWarnings("NullAway") // what callers without NullAway may do
    private static char[] nothing() {
        return null;
    }

    @Test
    void keys_addedAndRemoved_openOrNot() throws IOException {
        char[] second = "zweites Kennwort ☃".toCharArray();
        try (BackupRepository repository = create()) {
            String first = repository.keys().get(0).id();
            String added = repository.addKey(second);
            assertThat(repository.keys()).hasSize(2);
            assertThat(repository.keys().stream().filter(KeySlot::isCurrent).map(KeySlot::id))
                    .containsExactly(first);
            assertThatIllegalArgumentException().isThrownBy(() -> repository.removeKey(first));
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> repository.removeKey("0".repeat(64)));

            try (BackupRepository other = BackupRepository.open(objects, second)) {
                assertThat(other.keys().stream().filter(KeySlot::isCurrent).map(KeySlot::id))
                        .containsExactly(added);
                other.removeKey(first);
            }
        }
        assertThatExceptionOfType(WrongPasswordException.class)
                .isThrownBy(() -> BackupRepository.open(objects, PASSWORD));
    }

    @Test
    void read_noSuchFile_isNamed() throws IOException {
        try (BackupRepository repository = create()) {
            Snapshot snapshot = repository.backup(source).run().snapshot();
            assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> repository.read(snapshot, "a/none"));
            try (InputStream content = repository.read(snapshot, "a/weights.bin")) {
                assertThat(content.read()).isEqualTo(noise(1, 1)[0] & 0xFF);
                assertThat(content.read(new byte[4], 1, 0)).isZero();
                assertThat(content.readAllBytes()).hasSize(2_999_999);
                assertThat(content.read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void restore_again_writesOnlyWhatDiffers() throws IOException {
        Path target = root.resolve("restored");
        try (BackupRepository repository = create()) {
            Snapshot snapshot = repository.backup(source).run().snapshot();
            repository.restore(snapshot, target);
            objects.bytesRead.set(0);
            assertThat(repository.restore(snapshot, target).bytesWritten()).isZero();
            assertThat(objects.bytesRead.get()).isLessThan(20_000);

            byte[] damaged = noise(1, 3_000_000);
            damaged[10] ^= 1;
            write(target.resolve("a/weights.bin"), damaged);
            write(target.resolve("a/b/vocab.txt"), "hello\n".repeat(20_000).getBytes(StandardCharsets.UTF_8));
            Files.delete(target.resolve("empty"));
            write(target.resolve("mine"), new byte[] {7});

            assertThat(repository.restore(snapshot, target).bytesWritten()).isBetween(250_000L, 2_900_000L);
            assertSame(live, target);
            assertThat(target.resolve("mine")).exists();
        }
    }

    @Test
    void restore_chosenFiles_leavesTheOthers() throws IOException {
        Path target = root.resolve("restored");
        try (BackupRepository repository = create()) {
            Snapshot snapshot = repository.backup(source).run().snapshot();
            RestoreReport report = repository.restore(snapshot, target, "empty"::equals, seen -> {});
            assertThat(report.files()).isEqualTo(1);
            assertThat(target.resolve("empty")).exists();
            assertThat(target.resolve("a")).doesNotExist();
        }
    }

    @Test
    void restore_linkInTheWay_isRefused() throws IOException {
        Path target = Files.createDirectory(root.resolve("restored"));
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        try (BackupRepository repository = create()) {
            Snapshot snapshot = repository.backup(source).run().snapshot();
            Files.createSymbolicLink(target.resolve("a"), elsewhere);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> repository.restore(snapshot, target))
                    .withMessageContaining("is a link");
            Files.delete(target.resolve("a"));
            Files.createSymbolicLink(target.resolve("empty"), elsewhere.resolve("x"));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> repository.restore(snapshot, target));
            assertThat(elsewhere).isEmptyDirectory();
        }
    }

    @Test
    void forget_andPrune_removeWhatNoSnapshotNeeds() throws IOException {
        try (BackupRepository repository = create()) {
            repository.backup(source).run();
            write(live.resolve("a/weights.bin"), noise(9, 3_000_000), Instant.parse("2026-11-21T11:30:00Z"));
            clock.turn(Duration.ofDays(1));
            Snapshot kept = repository.backup(source).run().snapshot();

            Retention retention =
                    repository.forget(RetentionPolicy.builder().last(1).build());
            assertThat(retention.removed()).hasSize(1);
            assertThat(repository.snapshots()).containsExactly(kept);
            Pruning pruned = repository.prune();

            assertThat(pruned).isInstanceOfSatisfying(Pruning.Done.class, done -> {
                assertThat(done.packsDeleted()).isPositive();
                assertThat(done.packsWritten()).isPositive();
                assertThat(done.bytesAfter()).isLessThan(done.bytesBefore() - 2_900_000);
            });
            assertThat(repository.check(new CheckScope.UnusedBlobs()).findings())
                    .isEmpty();
            assertThat(repository.check(CheckScope.allData()).findings()).isEmpty();
            repository.restore(kept, root.resolve("restored"));
            assertSame(live, root.resolve("restored"));
            assertThat(repository.prune())
                    .isInstanceOfSatisfying(
                            Pruning.Done.class,
                            done -> assertThat(done.packsDeleted()).isZero());
        }
    }

    @Test
    void forget_severalSeries_keepsSomeOfEach() throws IOException {
        try (BackupRepository repository = create()) {
            for (int i = 0; i < 2; i++) {
                repository.backup(source).run();
                repository.backup(source).host("other").run();
                repository.backup(of("small", "x", new byte[] {1})).run();
                clock.turn(Duration.ofDays(1));
            }
            Retention retention =
                    repository.forget(RetentionPolicy.builder().last(1).build());
            assertThat(retention.kept()).hasSize(3);
            assertThat(retention.removed()).hasSize(3);
        }
    }

    @Test
    void check_inPieces_readsEveryPackOnce() throws IOException {
        try (BackupRepository repository = create()) {
            for (int i = 0; i < 5; i++) {
                repository.backup(of("m" + i, "x", noise(20 + i, 100_000))).run();
            }
            int all = repository.check(CheckScope.allData()).packsRead();
            assertThat(all).isEqualTo(10);
            CheckReport report = repository.check(new CheckScope.DataFrom(null, 1));
            int read = report.packsRead();
            assertThat(read).isEqualTo(1);
            int rounds = 1;
            while (report.next().isPresent()) {
                report = repository.check(CheckScope.dataFrom(report.next().get(), 120_000));
                read += report.packsRead();
                rounds++;
            }
            assertThat(read).isEqualTo(all);
            assertThat(rounds).isGreaterThanOrEqualTo(3);

            int parts = 0;
            for (int part = 1; part <= 3; part++) {
                parts += repository.check(new CheckScope.PartOfData(part, 3)).packsRead();
            }
            assertThat(parts).isEqualTo(all);
            assertThat(repository.check(CheckScope.structure()).packsRead()).isZero();
        }
    }

    @Test
    void scope_outOfRange_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CheckScope.PartOfData(0, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new CheckScope.PartOfData(4, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> new CheckScope.PartOfData(1, 257));
        assertThatIllegalArgumentException().isThrownBy(() -> new CheckScope.DataFrom(null, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new CheckCursor("xyz"));
    }

    @Test
    void repairIndex_withoutAnyIndex_findsEverythingAgain() throws IOException {
        try (BackupRepository repository = create()) {
            Snapshot snapshot = repository.backup(source).run().snapshot();
            objects.content.keySet().removeIf(key -> key.startsWith("index/"));
            assertThat(repository.check(CheckScope.structure()).isClean()).isFalse();
            assertThat(repository.prune()).isInstanceOf(Pruning.Refused.class);
            assertThatExceptionOfType(DamagedBackupException.class)
                    .isThrownBy(() -> repository.restore(snapshot, root.resolve("x")));

            IndexRepair repair = repository.repairIndex();

            assertThat(repair.packsAdopted()).isEqualTo(repair.packs());
            assertThat(objects.content.keySet().stream().filter(key -> key.startsWith("data/")))
                    .hasSize(repair.packs());
            assertThat(repository.check(CheckScope.allData()).findings()).isEmpty();
        }
    }

    @Test
    void repairIndex_packGone_dropsItAndSaysSo() throws IOException {
        try (BackupRepository repository = create()) {
            repository.backup(source).run();
            String pack = objects.content.keySet().stream()
                    .filter(key -> key.startsWith("data/"))
                    .findFirst()
                    .orElseThrow();
            objects.content.remove(pack);

            IndexRepair repair = repository.repairIndex();

            assertThat(repair.packsDropped()).isEqualTo(1);
            assertThat(repair.findings()).containsExactly(new Finding.MissingPack(pack));
        }
    }

    @Test
    void everyOperation_afterClose_isRefused() throws IOException {
        BackupRepository repository = create();
        Snapshot snapshot = repository.backup(source).run().snapshot();
        InputStream open = repository.read(snapshot, "a/weights.bin");
        repository.close();
        repository.close();
        assertThatIllegalStateException().isThrownBy(repository::snapshots);
        assertThatIllegalStateException().isThrownBy(repository::keys);
        assertThatIllegalStateException().isThrownBy(repository::prune);
        assertThatIllegalStateException().isThrownBy(repository::repairIndex);
        assertThatIllegalStateException()
                .isThrownBy(() -> repository.backup(source).run());
        assertThatIllegalStateException().isThrownBy(() -> repository.files(snapshot));
        assertThatIllegalStateException().isThrownBy(() -> repository.restore(snapshot, root));
        assertThatIllegalStateException().isThrownBy(() -> repository.check(CheckScope.structure()));
        assertThatIllegalStateException().isThrownBy(() -> repository.addKey(PASSWORD));
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        repository.forget(RetentionPolicy.builder().last(1).build()));
        assertThatIllegalStateException().isThrownBy(open::readAllBytes);
    }

    @Test
    void backup_ofAnHourThatStoresNothingNew_keepsItsLock() throws IOException {
        try (BackupRepository repository = create()) {
            repository.backup(of("m", "x", noise(40, 3_000_000))).run();

            BackupReport report = repository
                    .backup(slowly(noise(40, 3_000_000), () -> letAnotherProcessLook(Duration.ofMinutes(20))))
                    .kind(BackupKind.FULL)
                    .run();

            assertThat(report.bytesRead()).isEqualTo(3_000_000);
            assertThat(repository.snapshots()).hasSize(2);
        }
    }

    @Test
    void backup_ofManyUnchangedFiles_keepsItsLock() throws IOException {
        try (BackupRepository repository = create()) {
            repository.backup(source).run();

            repository
                    .backup(source)
                    .progress(seen -> letAnotherProcessLook(Duration.ofMinutes(20)))
                    .run();

            assertThat(repository.snapshots()).hasSize(2);
        }
    }

    /** A new process removes stale locks, then goes on to work beside the others. */
    private void letAnotherProcessLook(Duration later) {
        clock.turn(later);
        try (BackupRepository other = TestRepositories.open(objects, clock)) {
            other.check(CheckScope.structure());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A source of one file, whose reader does something between two reads. */
    private static BackupSource slowly(byte[] content, Runnable between) {
        return new BackupSource() {
            @Override
            public String name() {
                return "m";
            }

            @Override
            public List<Entry> entries() {
                return List.of(new Entry(
                        "x",
                        content.length,
                        Instant.EPOCH,
                        () -> new FilterInputStream(new ByteArrayInputStream(content)) {
                            @Override
                            public int read(byte[] target, int offset, int length) throws IOException {
                                between.run();
                                return super.read(target, offset, length);
                            }
                        }));
            }
        };
    }

    @Test
    void incremental_damagedDirectoryOfTheParent_readsAllFilesAndIsWhole() throws IOException {
        for (String directory : List.of("", "a", "a/b")) {
            objects.content.clear();
            try (BackupRepository repository = create()) {
                Snapshot first = repository.backup(source).run().snapshot();
                damage(tree(first, directory));

                BackupReport report = repository.backup(source).run();

                assertThat(report.filesTakenOver()).isZero();
                assertThat(report.snapshot().parent()).isNull();
                assertThat(report.bytesStored()).isLessThan(10_000);
                assertRestores(repository, report.snapshot());
                assertThat(repository.backup(source).run().filesTakenOver()).isEqualTo(4);
            }
        }
    }

    @Test
    void full_directoryDamagedBefore_isStoredAgain() throws IOException {
        try (BackupRepository repository = create()) {
            damage(tree(repository.backup(source).run().snapshot(), "a"));

            assertRestores(
                    repository,
                    repository.backup(source).kind(BackupKind.FULL).run().snapshot());
        }
    }

    @Test
    void prune_directoryStoredAgain_keepsTheGoodCopy() throws IOException {
        for (String directory : List.of("", "a", "a/b")) {
            objects.content.clear();
            try (BackupRepository repository = create()) {
                damage(tree(repository.backup(source).run().snapshot(), directory));
                Snapshot second = repository.backup(source).run().snapshot();

                assertThat(repository.prune()).isInstanceOf(Pruning.Done.class);

                assertRestores(repository, second);
                assertThat(repository.check(CheckScope.structure()).findings()).isEmpty();
            }
        }
    }

    @Test
    void read_packCutOff_isNamedAsDamage() throws IOException {
        try (BackupRepository repository = create()) {
            Snapshot snapshot =
                    repository.backup(of("m", "x", noise(50, 100))).run().snapshot();
            objects.content.replaceAll((key, bytes) -> key.startsWith("data/") ? new byte[10] : bytes);

            assertThatExceptionOfType(DamagedBackupException.class)
                    .isThrownBy(() -> repository.open(snapshot))
                    .withMessageContaining("too short");
        }
    }

    private void assertRestores(BackupRepository repository, Snapshot snapshot) throws IOException {
        Path target = root.resolve("restored-" + snapshot.id());
        repository.restore(snapshot, target);
        assertSame(live, target);
    }

    private ChunkId tree(Snapshot snapshot, String directory) throws IOException {
        Repository raw = raw();
        ChunkId tree = snapshot.treeId();
        for (String part : directory.split("/", 0)) {
            for (TreeNode node : raw.tree(raw.index(), tree).nodes()) {
                tree = node.name().equals(part) ? java.util.Objects.requireNonNull(node.subtree()) : tree;
            }
        }
        return tree;
    }

    private void damage(ChunkId tree) throws IOException {
        Index.Place place = raw().index().find(BlobType.TREE, tree).orElseThrow();
        objects.flip(FileKind.PACK.key(place.pack()), 8 * place.blob().offset() + 99);
    }

    private Repository raw() throws IOException {
        return Repository.open(objects, PASSWORD, TestRepositories.settings(clock));
    }

    @Test
    void twoThreads_backingUpAtOnce_bothSucceed() throws Exception {
        try (BackupRepository repository = create()) {
            var first = CompletableFuture.supplyAsync(() -> unchecked(repository, "m1", 31));
            var second = CompletableFuture.supplyAsync(() -> unchecked(repository, "m2", 32));
            assertThat(first.get().files()).isEqualTo(1);
            assertThat(second.get().files()).isEqualTo(1);
            assertThat(repository.snapshots()).hasSize(2);
            assertThat(repository.check(CheckScope.allData()).findings()).isEmpty();
        }
    }

    private static BackupReport unchecked(BackupRepository repository, String name, long seed) {
        try {
            return repository.backup(of(name, "x", noise(seed, 2_000_000))).run();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void pathSource_linksAndOddNames_areLeftOutOrRefused() throws IOException {
        Files.createSymbolicLink(live.resolve("link"), live.resolve("empty"));
        try (BackupRepository repository = create()) {
            assertThat(repository.backup(source).run().files()).isEqualTo(4);
            write(live.resolve("odd\\name"), new byte[1]);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> repository.backup(source).run())
                    .withMessageContaining("cannot be backed up");
        }
    }
}
