package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.backup.BackupKind;
import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.backup.Snapshot;
import io.aidc.storage.backup.SnapshotFiles;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.restic.BlobType;
import io.aidc.storage.internal.restic.FileKind;
import io.aidc.storage.internal.restic.Index;
import io.aidc.storage.internal.restic.Repository;
import io.aidc.storage.internal.restic.ScryptCost;
import io.aidc.storage.internal.restic.Settings;
import io.aidc.storage.metadata.CommandArchive;
import io.aidc.storage.object.DirectoryObjects;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which backups a restore takes: of stores that were restored before, and of those that can be read. */
class RestorePointTest {
    private static final Progress QUIET = (done, total) -> {};
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final char[] PASSWORD = "secret".toCharArray();

    @TempDir
    Path root;

    private final TurnedClock clock = new TurnedClock(START);
    private ObjectStore objects;
    private BackupRepository repository;

    @BeforeEach
    void create() throws IOException {
        objects = DirectoryObjects.open(root.resolve("repository"));
        Settings machine = Settings.ofThisMachine();
        var cheap =
                new Settings(machine.clock(), "host", "user", () -> {}, new ScryptCost(16, 1, 1), machine.packBytes());
        Repository.create(objects, PASSWORD, 1, cheap);
        repository = BackupRepository.open(objects, PASSWORD);
    }

    @AfterEach
    void close() {
        repository.close();
        objects.close();
    }

    @Test
    void restore_ofAStoreThatWasRestoredItself_isItsOwnSecondLife() {
        try (ReplicatedStore first = open("first")) {
            publish(first, 10, "one");
            put(first, 50);
            backUp(first);
        }
        try (ReplicatedStore second = open("second")) {
            clock.now = START.plusSeconds(20);
            restore(second, 20);
            publish(second, 30, "two");
            clock.now = START.plusSeconds(40);
            backUp(second);
            publish(second, 50, "three");
            backUp(second);
        }
        assertRestored(70, 50, "one", "three", "two");
        assertRestored(45, 40, "one", "two");
        assertRestored(35, 30, "one", "two");
        assertRestored(15, 10, "one");
    }

    @Test
    void restore_statesOfTwoLivesWithTheSameNumber_areToldApart() throws IOException {
        Set<String> states;
        long index;
        try (ReplicatedStore first = open("first")) {
            publish(first, 10, "one");
            put(first, 30);
            first.catalog().incarnation();
            index = first.log().state().lastIndex();
            states = states(backUp(first));
        }
        try (ReplicatedStore second = open("second")) {
            clock.now = START.plusSeconds(20);
            restore(second, 20);
            publish(second, 30, "two");
            second.catalog().incarnation();
            put(second, (int) (index - second.log().state().lastIndex()));
            assertThat(states(backUp(second))).isEqualTo(states);
        }
        assertRestored(70, 30, "one", "two");
        assertRestored(15, 10, "one");
    }

    @Test
    void restore_storeThatWasBackedUpWhileEmpty_passesItsOwnBackupOver() {
        try (ReplicatedStore first = open("first")) {
            publish(first, 10, "one");
            backUp(first);
        }
        try (ReplicatedStore second = open("second")) {
            clock.now = START.plusSeconds(20);
            backUp(second);

            StoreRestoration restored = restore(second, 30);

            assertThat(restored.at()).isEqualTo(START.plusSeconds(10));
            assertThat(second.versions("m")).containsExactly("one");
            clock.now = START.plusSeconds(40);
            backUp(second);
        }
        assertRestored(15, 10, "one");
        assertRestored(50, 20, "one");
    }

    @Test
    void restore_storeThatWasBackedUpHalfRestored_passesThatOver() throws IOException {
        try (ReplicatedStore first = open("first")) {
            publish(first, 10, "one");
            publish(first, 11, "two");
            backUp(first);
        }
        try (ReplicatedStore second = open("second")) {
            publish(second, 20, "one");
            second.catalog().mark(StoreRestore.MARKER, "x");
            backUp(second);
        }
        assertRestored(70, 11, "one", "two");
    }

    @Test
    void restore_twoLivesAtATime_isTheOneWrittenLast() {
        try (ReplicatedStore first = open("first");
                ReplicatedStore second = open("second")) {
            publish(first, 10, "one");
            backUp(first);
            restore(second, 10);
            publish(second, 30, "two");
            backUp(second);
            publish(first, 40, "three");
            backUp(first);
        }
        assertRestored(35, 30, "one", "two");
        assertRestored(45, 40, "one", "three");
    }

    @Test
    void restore_withoutAnyVersion_isTheLatestWithKeys() {
        try (ReplicatedStore first = open("first")) {
            clock.now = START.plusSeconds(10);
            put(first, 3);
            backUp(first);
        }
        try (ReplicatedStore second = open("second")) {
            clock.now = START.plusSeconds(20);
            backUp(second);

            assertThat(restore(second, 30).at()).isEqualTo(START.plusSeconds(10));
            assertThat(second.get("k")).isPresent();
        }
    }

    @Test
    void restore_backupsFromBeforeIncarnations_countAsOne() throws IOException {
        try (ReplicatedStore store = open("store")) {
            publish(store, 10, "one");
            repository.backup(store.source()).run();
            CommandArchive archive = Objects.requireNonNull(store.log().archive());
            archive.cut();
            publish(store, 20, "two");
            archive.deleteUpTo(store.log().state().lastIndex());
            clock.now = START.plusSeconds(30);
            backUp(store);
        }
        assertRestored(70, 30, "one", "two");
        try (ReplicatedStore empty = open("empty")) {
            StoreRestoration restored = restore(empty, 25);

            assertThat(restored.at()).isEqualTo(START.plusSeconds(10));
            assertThat(restored.unreadable()).singleElement().asString().contains("missing");
        }
    }

    @Test
    void restore_oneUnreadableSnapshot_usesTheOthersAndSaysSo() throws IOException {
        String damaged;
        try (ReplicatedStore store = open("store")) {
            publish(store, 10, "one");
            backUp(store);
            publish(store, 20, "two");
            Snapshot latest = backUp(store);
            damaged = latest.id();
            damage(BlobType.TREE, ChunkId.parse("sha256-" + latest.tree()));
        }
        try (ReplicatedStore empty = open("empty")) {
            StoreRestoration restored = restore(empty, 30);

            assertThat(restored.at()).isEqualTo(START.plusSeconds(10));
            assertThat(restored.missing()).isEmpty();
            assertThat(restored.unreadable()).singleElement().asString().startsWith(damaged);
            assertThat(empty.versions("m")).containsExactly("one");
        }
    }

    @Test
    void restore_onlyUnreadableSnapshots_namesThem() throws IOException {
        try (ReplicatedStore store = open("store")) {
            publish(store, 10, "one");
            Snapshot only = backUp(store);
            damage(BlobType.TREE, ChunkId.parse("sha256-" + only.tree()));
        }
        try (ReplicatedStore empty = open("empty")) {
            assertThatThrownBy(() -> restore(empty, 30))
                    .isInstanceOf(VersionNotFoundException.class)
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void restore_latestStateDamaged_isBuiltFromTheOneBeforeAndItsCommands() throws IOException {
        try (ReplicatedStore store = open("store")) {
            publish(store, 10, "one");
            backUp(store);
            publish(store, 20, "two");
            Snapshot latest = backUp(store);
            damage(BlobType.DATA, blob(latest, states(latest).iterator().next()));
        }
        try (ReplicatedStore empty = open("empty")) {
            StoreRestoration restored = restore(empty, 30);

            assertThat(restored.at()).isEqualTo(START.plusSeconds(20));
            assertThat(restored.versions()).isEqualTo(2);
            assertThat(restored.unreadable()).hasSize(1);
        }
    }

    @Test
    void restore_laterStatesDamaged_areNotEvenRead() throws IOException {
        try (ReplicatedStore store = open("store")) {
            publish(store, 10, "one");
            Snapshot oldest = backUp(store);
            publish(store, 20, "two");
            backUp(store);
            publish(store, 30, "three");
            Snapshot latest = backUp(store);
            damage(BlobType.DATA, blob(oldest, states(oldest).iterator().next()));
            damage(BlobType.DATA, blob(latest, states(latest).iterator().next()));
        }
        try (ReplicatedStore empty = open("empty")) {
            StoreRestoration restored = restore(empty, 25);

            assertThat(restored.at()).isEqualTo(START.plusSeconds(20));
            assertThat(restored.unreadable()).isEmpty();
        }
    }

    @Test
    void restore_archivedCommandsDamaged_isTheBackupBeforeAndSaysSo() throws IOException {
        try (ReplicatedStore store = open("store")) {
            publish(store, 10, "one");
            backUp(store);
            publish(store, 20, "two");
            publish(store, 30, "three");
            Snapshot latest = backUp(store);
            for (String segment : archive(latest)) {
                damage(BlobType.DATA, blob(latest, segment));
            }
        }
        try (ReplicatedStore empty = open("empty")) {
            StoreRestoration restored = restore(empty, 25);

            assertThat(restored.at()).isEqualTo(START.plusSeconds(10));
            assertThat(restored.unreadable()).hasSize(1);
        }
        try (ReplicatedStore empty = open("later")) {
            assertThat(restore(empty, 35).at()).isEqualTo(START.plusSeconds(30));
        }
    }

    @Test
    void restore_commandsBeforeTheStateDamaged_areNotEvenRead() throws IOException {
        try (ReplicatedStore store = open("store")) {
            publish(store, 10, "one");
            backUp(store);
            publish(store, 20, "two");
            backUp(store);
            publish(store, 30, "three");
            Snapshot latest = backUp(store);
            List<String> segments = archive(latest);
            assertThat(segments).hasSize(2);
            damage(BlobType.DATA, blob(latest, segments.get(0)));
        }
        assertRestored(25, 20, "one", "two");
        assertRestored(35, 30, "one", "three", "two");
    }

    @Test
    void restore_manifestDamaged_leavesItsVersionOut() throws IOException {
        try (ReplicatedStore store = open("store")) {
            publish(store, 10, "one");
            publish(store, 20, "two");
            backUp(store);
            damage(BlobType.DATA, ChunkId.parse(store.resolve("m@one").digest()));
        }
        try (ReplicatedStore empty = open("empty")) {
            StoreRestoration restored = restore(empty, 30);

            assertThat(restored.missing()).containsExactly("m@one");
            assertThat(empty.versions("m")).containsExactly("two");
        }
    }

    @Test
    void heal_latestSnapshotUnreadableOrWithoutTheVersion_takesTheOneBefore() throws IOException {
        byte[] model = new byte[200_000];
        new Random(1).nextBytes(model);
        ReplicatedStore store = open("store");
        store.publish("m", model).as("1").join();
        backUp(store);
        put(store, 1);
        Snapshot latest = backUp(store);
        damage(BlobType.TREE, ChunkId.parse("sha256-" + latest.tree()));
        repository
                .backup(io.aidc.storage.backup.BackupSource.of("aidc", Files.createDirectory(root.resolve("none"))))
                .run();
        store.close();
        flipTheMiddle(largest(root.resolve("store/packs")));
        store = open("store");

        HealReport report = StoreBackup.of(store, repository).heal(QUIET);

        assertThat(report.lost()).isEmpty();
        assertThat(report.fromBackup()).isPositive();
        assertThat(store.read(store.resolve("m@1"))).isEqualTo(model);
        store.close();
    }

    @Test
    void restore_sameContentTwiceAndSomeDamaged_countsTheBytesThatAreThereOnce() throws IOException {
        Map<String, byte[]> good = Map.of("a", new byte[1_000], "b", new byte[2_000]);
        byte[] rotten = {1, 2, 3};
        try (ReplicatedStore store = open("store")) {
            clock.now = START.plusSeconds(10);
            store.publish("m", good).as("1").join();
            store.publish("m", good).as("2").join();
            assertThat(store.resolve("m@1").digest())
                    .isEqualTo(store.resolve("m@2").digest());
            store.publish("n", Map.of("a", new byte[4_000], "z", rotten))
                    .as("3")
                    .join();
            backUp(store);
            damage(BlobType.DATA, ChunkId.of(rotten));
        }
        try (ReplicatedStore empty = open("empty")) {
            StoreRestoration restored = restore(empty, 30);

            assertThat(restored.missing()).containsExactly("n@3");
            assertThat(restored.versions()).isEqualTo(2);
            assertThat(restored.bytes()).isEqualTo(3_000);
        }
    }

    @Test
    void openBackups_ofManySnapshots_keepFilesOfFew_andFindAll() throws Exception {
        List<String> manifests = new ArrayList<>();
        try (ReplicatedStore store = open("store")) {
            for (int i = 0; i < 5; i++) {
                publish(store, i, "v" + i);
                ChunkId id = ChunkId.parse(store.resolve("m@v" + i).digest());
                manifests.add(StoreSource.MANIFESTS + id.hex());
                backUp(store);
                store.delete("m", "v" + i, "").join();
            }
        }
        var backups = new OpenBackups(repository, "aidc");

        assertThat(backups.all()).hasSize(5);

        assertThat(liveFileLists()).isBetween(1, 2);
        for (String manifest : manifests) {
            try (InputStream in = backups.open(manifest)) {
                assertThat(ChunkId.of(in.readAllBytes()).hex())
                        .isEqualTo(manifest.substring(manifest.indexOf('/') + 1));
            }
        }
        assertThatThrownBy(() -> backups.open(StoreSource.MANIFESTS + "0")).isInstanceOf(NoSuchFileException.class);
        assertThat(liveFileLists()).isBetween(1, 2);
        assertThat(backups.unreadable()).isEmpty();
    }

    /** How many snapshots' files are reachable; collects garbage. */
    private static int liveFileLists() throws JMException {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        var line = Pattern.compile("\\s(\\d+)\\s+\\d+\\s+" + Pattern.quote(SnapshotFiles.class.getName()) + "\\s")
                .matcher(histogram);
        return line.find() ? Integer.parseInt(line.group(1)) : 0;
    }

    private ReplicatedStore open(String directory) {
        return ReplicatedStore.builder()
                .node("a")
                .directory(root.resolve(directory))
                .archiveCommands()
                .clock(clock)
                .open();
    }

    private void publish(ReplicatedStore store, int second, String version) {
        clock.now = START.plusSeconds(second);
        store.publish("m", version.getBytes(StandardCharsets.UTF_8)).as(version).join();
        store.remove("none").join(); // an upload does not wait for the end of its lease
    }

    private static void put(ReplicatedStore store, int times) {
        for (int i = 0; i < times; i++) {
            store.put("k", new byte[i]).join();
        }
    }

    private Snapshot backUp(ReplicatedStore store) {
        return StoreBackup.of(store, repository)
                .run(BackupKind.INCREMENTAL, QUIET)
                .snapshot();
    }

    private StoreRestoration restore(ReplicatedStore store, int second) {
        return StoreBackup.of(store, repository).restore(START.plusSeconds(second), QUIET);
    }

    private void assertRestored(int second, int at, String... versions) {
        try (ReplicatedStore empty = open("restored" + second)) {
            StoreRestoration restored = restore(empty, second);

            assertThat(restored.at()).isEqualTo(START.plusSeconds(at));
            assertThat(restored.missing()).isEmpty();
            assertThat(restored.unreadable()).isEmpty();
            assertThat(empty.versions("m")).containsExactly(versions);
        }
    }

    private Set<String> states(Snapshot snapshot) throws IOException {
        return Set.copyOf(names(snapshot, StoreSource.STATE));
    }

    private List<String> archive(Snapshot snapshot) throws IOException {
        return names(snapshot, StoreSource.ARCHIVE);
    }

    private List<String> names(Snapshot snapshot, String prefix) throws IOException {
        List<String> names = repository.open(snapshot).names().stream()
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
        assertThat(names).isNotEmpty();
        return names;
    }

    /** The only blob of a small file. */
    private ChunkId blob(Snapshot snapshot, String name) throws IOException {
        try (InputStream in = repository.read(snapshot, name)) {
            return ChunkId.of(in.readAllBytes());
        }
    }

    private void damage(BlobType type, ChunkId id) throws IOException {
        Repository raw = Repository.open(objects, PASSWORD, Settings.ofThisMachine());
        Index.Place place = raw.index().find(type, id).orElseThrow();
        Path pack = root.resolve("repository").resolve(FileKind.PACK.key(place.pack()));
        flip(pack, place.blob().offset() + 20);
    }

    private static Path largest(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .max(java.util.Comparator.comparingLong(
                            file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private static void flipTheMiddle(Path file) throws IOException {
        flip(file, (int) Files.size(file) / 2);
    }

    private static void flip(Path file, int at) throws IOException {
        file.toFile().setWritable(true);
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 0x10;
        Files.write(file, bytes);
    }
}
