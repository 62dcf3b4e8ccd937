package io.aidc.storage.backup;

import static io.aidc.storage.backup.TestRepositories.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aidc.storage.backup.TestRepositories.TurnedClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed before any of its writes and deletes, and bits that flip anywhere. */
class BackupCrashTest {
    private final TurnedClock clock = new TurnedClock();

    @TempDir
    Path root;

    /** Files of a source by name. */
    private static BackupSource source(String name, Map<String, byte[]> files) {
        return new BackupSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<Entry> entries() {
                List<Entry> entries = new ArrayList<>();
                files.forEach((file, content) -> entries.add(new Entry(
                        file,
                        content.length,
                        Instant.parse("2026-11-01T00:00:00Z"),
                        () -> new ByteArrayInputStream(content))));
                return entries;
            }
        };
    }

    private static Map<String, byte[]> first() {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("a/one.bin", noise(1, 50_000));
        files.put("two.bin", noise(2, 700));
        return files;
    }

    private static Map<String, byte[]> second() {
        Map<String, byte[]> files = first();
        files.put("a/one.bin", noise(3, 60_000));
        files.put("three.bin", noise(4, 20_000));
        return files;
    }

    private void assertHolds(BackupRepository repository, Snapshot snapshot, Map<String, byte[]> files)
            throws IOException {
        assertThat(repository.files(snapshot)).hasSize(files.size());
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            assertThat(repository.read(snapshot, file.getKey()).readAllBytes()).isEqualTo(file.getValue());
        }
    }

    @Test
    void backup_killedBeforeAnyChange_leavesEarlierSnapshotsWhole() throws IOException {
        var whole = new MemoryObjects();
        try (BackupRepository repository = TestRepositories.create(whole, 1, clock)) {
            repository.backup(source("m", first())).run();
        }
        clock.turn(Duration.ofHours(1));
        int kills = 0;
        for (boolean completed = false; !completed; kills++) {
            MemoryObjects objects = whole.copy();
            completed = tryBackup(objects.failAfter(kills));
            objects.working();
            clock.turn(Duration.ofHours(1));
            try (BackupRepository repository = TestRepositories.open(objects, clock)) {
                List<Snapshot> snapshots = repository.snapshots();
                assertHolds(repository, snapshots.get(0), first());
                if (snapshots.size() > 1) {
                    assertHolds(repository, snapshots.get(1), second());
                }
                assertThat(repository.check(CheckScope.allData()).isClean()).isTrue();
                assertThat(repository.backup(source("m", second())).run().files())
                        .isEqualTo(3);
                assertThat(repository.prune()).isInstanceOf(Pruning.Done.class);
                assertThat(repository.check(CheckScope.allData()).findings()).isEmpty();
                assertHolds(repository, repository.snapshots().get(0), first());
            }
        }
        // lock, two packs, index, snapshot, lock removed
        assertThat(kills).isEqualTo(7);
    }

    private boolean tryBackup(MemoryObjects objects) {
        try (BackupRepository repository = TestRepositories.open(objects, clock)) {
            repository.backup(source("m", second())).threads(1).run();
            return objects.changes.get() <= 6
                    && objects.content.keySet().stream().noneMatch(key -> key.startsWith("locks/"));
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void prune_killedBeforeAnyChange_losesNothing() throws IOException {
        var whole = new MemoryObjects();
        try (BackupRepository repository = TestRepositories.create(whole, 1, clock)) {
            repository.backup(source("m", first())).run();
            clock.turn(Duration.ofHours(1));
            repository.backup(source("m", second())).run();
            repository.forget(RetentionPolicy.builder().last(1).build());
        }
        int kills = 0;
        for (boolean completed = false; !completed; kills++) {
            assertThat(kills).isLessThan(50);
            MemoryObjects objects = whole.copy();
            completed = tryPrune(objects.failAfter(kills));
            objects.working();
            clock.turn(Duration.ofHours(1));
            try (BackupRepository repository = TestRepositories.open(objects, clock)) {
                assertThat(repository.check(CheckScope.allData()).isClean()).isTrue();
                assertHolds(repository, repository.snapshots().get(0), second());
                assertThat(repository.prune()).isInstanceOf(Pruning.Done.class);
                assertThat(repository.check(new CheckScope.UnusedBlobs()).findings())
                        .isEmpty();
                assertHolds(repository, repository.snapshots().get(0), second());
            }
        }
        assertThat(kills).isGreaterThan(8);
    }

    private boolean tryPrune(MemoryObjects objects) {
        try (BackupRepository repository = TestRepositories.open(objects, clock)) {
            repository.prune();
            return objects.content.keySet().stream().noneMatch(key -> key.startsWith("locks/"));
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void repairIndex_killedBeforeAnyChange_losesNothing() throws IOException {
        var whole = new MemoryObjects();
        try (BackupRepository repository = TestRepositories.create(whole, 1, clock)) {
            repository.backup(source("m", first())).run();
            clock.turn(Duration.ofHours(1));
            repository.backup(source("m", second())).run();
        }
        for (int kills = 0; kills < 6; kills++) {
            MemoryObjects objects = whole.copy();
            try (BackupRepository repository = TestRepositories.open(objects.failAfter(kills), clock)) {
                repository.repairIndex();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("injected");
            }
            objects.working();
            clock.turn(Duration.ofHours(1));
            try (BackupRepository repository = TestRepositories.open(objects, clock)) {
                assertThat(repository.check(CheckScope.allData()).isClean()).isTrue();
                assertHolds(repository, repository.snapshots().get(1), second());
            }
        }
    }

    @Test
    void longBackup_killed_isTakenUpByTheNext() throws IOException {
        var objects = new MemoryObjects();
        Map<String, byte[]> large = new TreeMap<>();
        for (int i = 0; i < 18; i++) {
            large.put("part" + i, noise(100 + i, TestRepositories.PACK_BYTES));
        }
        try (BackupRepository repository = TestRepositories.create(objects, 1, clock)) {
            // lock, 16 packs, index, then the 17th pack fails
            objects.failAfter(18);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() ->
                            repository.backup(source("m", large)).threads(1).run());
            objects.working();
            clock.turn(Duration.ofHours(1));

            BackupReport report = repository.backup(source("m", large)).run();

            assertThat(report.files()).isEqualTo(18);
            assertThat(report.bytesAdded())
                    .isBetween(2L * TestRepositories.PACK_BYTES, 3L * TestRepositories.PACK_BYTES);
        }
    }

    @Test
    void bitFlip_anywhereInARepository_isFoundAndNeverRestored() throws IOException {
        var whole = new MemoryObjects();
        Map<String, byte[]> files = first();
        files.put("a/one.bin", noise(5, 900));
        try (BackupRepository repository = TestRepositories.create(whole, 1, clock)) {
            repository.backup(source("m", files)).run();
        }
        int flips = 0;
        for (Map.Entry<String, byte[]> object : whole.content.entrySet()) {
            for (int bit = flips % 7; bit < object.getValue().length * 8; bit += 61) {
                flips++;
                MemoryObjects objects = whole.copy();
                try (BackupRepository repository = TestRepositories.open(objects, clock)) {
                    objects.flip(object.getKey(), bit);
                    CheckReport report = repository.check(CheckScope.allData());
                    assertThat(report.isClean())
                            .as("%s bit %d", object.getKey(), bit)
                            .isFalse();
                    assertReadsRightOrFails(repository, files);
                }
            }
        }
        assertThat(flips).isGreaterThan(300);
    }

    private static void assertReadsRightOrFails(BackupRepository repository, Map<String, byte[]> files)
            throws IOException {
        for (Snapshot snapshot : repository.snapshots()) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                byte[] read;
                try {
                    read = repository.read(snapshot, file.getKey()).readAllBytes();
                } catch (DamagedBackupException e) {
                    continue;
                }
                assertThat(read).isEqualTo(file.getValue());
            }
        }
    }

    @Test
    void restore_fromADamagedPack_failsAndWritesNoWrongByte() throws IOException {
        var objects = new MemoryObjects();
        byte[] content = noise(6, 3_000_000);
        try (BackupRepository repository = TestRepositories.create(objects, 1, clock)) {
            Snapshot snapshot =
                    repository.backup(source("m", Map.of("x", content))).run().snapshot();
            String pack = objects.content.keySet().stream()
                    .filter(key -> key.startsWith("data/"))
                    .max(Comparator.comparingLong(key -> objects.size(key).orElse(0)))
                    .orElseThrow();
            objects.flip(pack, 100_000 * 8);
            Path target = root.resolve("restored");

            assertThatExceptionOfType(DamagedBackupException.class)
                    .isThrownBy(() -> repository.restore(snapshot, target))
                    .satisfies(e -> assertThat(e.object()).isEqualTo(pack));

            byte[] found = Files.readAllBytes(target.resolve("x"));
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i] == content[i] || found[i] == 0).isTrue();
            }
            DrillReport drill = RestoreDrill.of(repository).scratch(root).run();
            assertThat(drill.passed()).isFalse();
            assertThat(drill.findings().get(0).file()).isEqualTo(pack);
        }
    }

    @Test
    void lock_ofAProcessThatDied_isRemovedAfterHalfAnHour() throws IOException {
        var objects = new MemoryObjects();
        TestRepositories.create(objects, 1, clock).close();
        objects.failAfter(1);
        try (BackupRepository repository = TestRepositories.open(objects, clock)) {
            repository.prune(); // cannot remove its lock
            objects.working();
            assertThatExceptionOfType(RepositoryLockedException.class)
                    .isThrownBy(() -> repository.backup(source("m", first())).run())
                    .withMessageContaining("locked exclusively")
                    .withMessageContaining("testhost");
            assertThatExceptionOfType(RepositoryLockedException.class).isThrownBy(repository::prune);
            clock.turn(Duration.ofMinutes(31));
            assertThat(repository.backup(source("m", first())).run().files()).isEqualTo(2);
            assertThat(repository.prune()).isInstanceOf(Pruning.Done.class);
        }
    }

    @Test
    void lock_thatIsDamaged_keepsEverybodyOutUntilItIsBroken() throws IOException {
        var objects = new MemoryObjects();
        try (BackupRepository repository = TestRepositories.create(objects, 1, clock)) {
            repository.backup(source("m", first())).run();
            objects.putIfAbsent("locks/" + "0".repeat(64), new byte[100]);
            assertThatExceptionOfType(RepositoryLockedException.class)
                    .isThrownBy(() -> repository.check(CheckScope.structure()))
                    .withMessageContaining("cannot be read");
            assertThat(repository.breakLocks()).isEqualTo(1);
            assertThat(repository.check(CheckScope.structure()).findings()).isEmpty();
            assertThat(repository.breakLocks()).isZero();
        }
    }

    @Test
    void open_oneOfTwoKeysDamaged_succeedsWithTheOther() throws IOException {
        var objects = new MemoryObjects();
        String first;
        String second;
        try (BackupRepository repository = TestRepositories.create(objects, 1, clock)) {
            first = repository.keys().get(0).id();
            second = repository.addKey("zwei".toCharArray());
        }
        objects.flip("keys/" + second, 80);
        TestRepositories.open(objects, clock).close();
        objects.flip("keys/" + first, 80);
        assertThatExceptionOfType(DamagedBackupException.class)
                .isThrownBy(() -> TestRepositories.open(objects, clock))
                .satisfies(e -> assertThat(e.object()).startsWith("keys/"));
    }

    @Test
    void backup_whoseLockWasTaken_makesNoSnapshot() throws IOException {
        var objects = new MemoryObjects();
        try (BackupRepository repository = TestRepositories.create(objects, 1, clock)) {
            assertThatExceptionOfType(RepositoryLockedException.class)
                    .isThrownBy(() -> repository
                            .backup(source("m", first()))
                            .progress(seen -> objects.content.keySet().removeIf(key -> key.startsWith("locks/")))
                            .run())
                    .withMessageContaining("was removed");
            assertThat(repository.snapshots()).isEmpty();
        }
    }
}
