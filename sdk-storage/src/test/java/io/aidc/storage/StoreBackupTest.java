package io.aidc.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.backup.BackupKind;
import io.aidc.storage.backup.BackupReport;
import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.backup.DrillReport;
import io.aidc.storage.backup.RetentionPolicy;
import io.aidc.storage.backup.Snapshot;
import io.aidc.storage.metadata.Entry;
import io.aidc.storage.object.DirectoryObjects;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreBackupTest {
    private static final Progress QUIET = (done, total) -> {};

    @TempDir
    Path root;

    private final BlockingQueue<StoreEvent> events = new LinkedBlockingQueue<>();
    private final TurnedClock clock = new TurnedClock(null);
    private ObjectStore objects;
    private BackupRepository repository;
    private ReplicatedStore store;
    private StoreBackup backup;

    @BeforeEach
    void open() throws IOException {
        objects = DirectoryObjects.open(root.resolve("repository"));
        repository = BackupRepository.create(objects, "secret".toCharArray());
        store = open("store", clock);
        backup = StoreBackup.of(store, repository);
    }

    @AfterEach
    void close() {
        store.close();
        repository.close();
        objects.close();
    }

    private ReplicatedStore open(String directory, Clock clock) {
        return ReplicatedStore.builder()
                .node("a")
                .directory(root.resolve(directory))
                .archiveCommands()
                .listener(events::add)
                .clock(clock)
                .open();
    }

    @Test
    void restore_intoAnEmptyStore_bringsEverythingBack() {
        byte[] model = random(3 << 20);
        store.publish("models/fraud", Map.of("model.bin", model, "a/b.txt", utf8("x")))
                .as("1")
                .moving("prod")
                .tag("approved")
                .by("ann")
                .metadata("k", "v")
                .join();
        store.publish("M", utf8("upper")).as("V").join();
        store.publish("m", utf8("lower")).as("v").join();
        store.put("config/x", utf8("7")).join();
        BackupReport report = backup.run(BackupKind.INCREMENTAL, QUIET);
        assertThat(report.files()).isGreaterThan(6);

        try (ReplicatedStore other = open("other", Clock.systemUTC())) {
            StoreRestoration restored =
                    StoreBackup.of(other, repository).restore(Instant.now().plusSeconds(60), QUIET);

            assertThat(restored.versions()).isEqualTo(3);
            assertThat(restored.missing()).isEmpty();
            Version version = other.resolve("models/fraud@prod");
            assertThat(version).isEqualTo(store.resolve("models/fraud@prod"));
            assertThat(other.read(version, "model.bin")).isEqualTo(model);
            assertThat(other.read(other.resolve("M@V"))).isEqualTo(utf8("upper"));
            assertThat(other.read(other.resolve("m@v"))).isEqualTo(utf8("lower"));
            assertThat(other.tags("models/fraud")).isEqualTo(Map.of("1", List.of("approved")));
            assertThat(other.history("models/fraud")).isEqualTo(store.history("models/fraud"));
            assertThat(other.get("config/x"))
                    .hasValueSatisfying(value -> assertThat(value).isEqualTo(utf8("7")));
            assertThat(other.publish("models/fraud", utf8("2"))
                            .as("2")
                            .moving("prod")
                            .join())
                    .isInstanceOf(Write.Committed.class);
        }
    }

    @Test
    void run_aliases_areReadableWithoutThisLibrary() throws IOException {
        store.publish("m", utf8("1")).as("1").moving("prod").join();
        store.publish("m", utf8("2")).as("2").moving("canary").join();
        Snapshot made = backup.run(BackupKind.INCREMENTAL, QUIET).snapshot();

        try (InputStream table = repository.read(made, "aliases.tsv")) {
            assertThat(new String(table.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("name\talias\tversion\nm\tcanary\t2\nm\tprod\t1\n");
        }
    }

    @Test
    void run_again_readsNoContentAgain() {
        store.publish("m", random(2 << 20)).as("1").join();
        backup.run(BackupKind.INCREMENTAL, QUIET);
        store.publish("m", utf8("small")).as("2").join();

        BackupReport second = backup.run(BackupKind.INCREMENTAL, QUIET);

        assertThat(second.bytesRead()).isLessThan(100_000);
        assertThat(backup.run(BackupKind.FULL, QUIET).bytesRead()).isGreaterThan(2 << 20);
        assertThat(backup.latestSnapshot()).isPresent();
    }

    @Test
    void restore_betweenTwoBackups_isTheMetadataOfThatSecond() {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        clock.now = start;
        for (int i = 0; i < 10; i++) {
            clock.now = start.plusSeconds(i);
            store.publish("m", utf8("content " + i)).as("v" + i).moving("prod").join();
            if (i == 2) {
                backup.run(BackupKind.INCREMENTAL, QUIET);
            }
        }
        clock.now = start.plusSeconds(20);
        store.move("m", "prod").to("v0").join();
        backup.run(BackupKind.INCREMENTAL, QUIET);

        for (int second : new int[] {0, 2, 5, 9}) {
            try (ReplicatedStore other = open("other" + second, Clock.systemUTC())) {
                StoreRestoration restored = StoreBackup.of(other, repository)
                        .restore(start.plusSeconds(second).plusMillis(500), QUIET);

                assertThat(restored.at()).isEqualTo(start.plusSeconds(second));
                assertThat(other.aliases("m")).isEqualTo(Map.of("prod", "v" + second));
                assertThat(other.versions("m")).hasSize(second + 1);
                assertThat(other.read(other.resolve("m@prod"))).isEqualTo(utf8("content " + second));
            }
        }
    }

    @Test
    void restore_betweenTwoBackupsOfWhichThoseBetweenWereForgotten_isTheMetadataOfThatSecond() throws IOException {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        List<Snapshot> made = publishTen(start);
        for (Snapshot forgotten : made.subList(1, made.size() - 1)) {
            Files.delete(root.resolve("repository/snapshots/" + forgotten.id()));
        }
        repository.prune();
        assertThat(repository.snapshots()).hasSize(2);

        for (int second = 1; second < 10; second++) {
            try (ReplicatedStore other = open("other" + second, Clock.systemUTC())) {
                StoreRestoration restored = StoreBackup.of(other, repository).restore(start.plusSeconds(second), QUIET);

                assertThat(restored.at()).isEqualTo(start.plusSeconds(second));
                assertThat(other.aliases("m")).isEqualTo(Map.of("prod", "v" + second));
            }
        }
    }

    @Test
    void run_oldestBackupForgotten_deletesTheCommandsBeforeTheOldestKept() throws IOException {
        List<Snapshot> made = publishTen(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(archived("store")).hasSize(4); // the oldest state has the first two seconds
        for (Snapshot forgotten : made.subList(0, 3)) {
            Files.delete(root.resolve("repository/snapshots/" + forgotten.id()));
        }

        backup.run(BackupKind.INCREMENTAL, QUIET);

        assertThat(archived("store")).hasSize(2);
        try (ReplicatedStore other = open("other", Clock.systemUTC())) {
            Instant between =
                    Instant.parse("2026-01-01T00:00:08Z"); // odd seconds have a backup, even ones only commands
            assertThat(StoreBackup.of(other, repository).restore(between, QUIET).at())
                    .isEqualTo(between);
        }
    }

    @Test
    void run_backupsOfTheStoreBeforeARestore_deleteNoCommandsOfThisOne() throws IOException {
        publishTen(Instant.parse("2026-01-01T00:00:00Z"));
        store.close();
        store = open("second", new TurnedClock(null));
        backup = StoreBackup.of(store, repository);
        for (int i = 0; i < 3; i++) {
            store.put("k", utf8("" + i)).join();
            backup.run(BackupKind.INCREMENTAL, QUIET);
        }

        assertThat(archived("second"))
                .hasSize(2); // with the 30 entries of the first store only the latest would be left
    }

    /** One version a second, and after every second one a backup. */
    private List<Snapshot> publishTen(Instant start) {
        for (int i = 0; i < 10; i++) {
            clock.now = start.plusSeconds(i);
            store.publish("m", utf8("content " + i)).as("v" + i).moving("prod").join();
            if (i % 2 == 1) {
                backup.run(BackupKind.INCREMENTAL, QUIET);
            }
        }
        return List.copyOf(snapshots());
    }

    private List<Snapshot> snapshots() {
        try {
            return repository.snapshots();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Path> archived(String directory) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(directory).resolve("archive"))) {
            return files.toList();
        }
    }

    @Test
    void restore_intoAStoreInUse_isRefused_andWithoutABackupNamed() {
        store.put("k", utf8("v")).join();
        assertThatThrownBy(() -> backup.restore(Instant.now(), QUIET)).isInstanceOf(VersionNotFoundException.class);
        backup.run(BackupKind.INCREMENTAL, QUIET);

        assertThatThrownBy(() -> backup.restore(Instant.now(), QUIET))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must be empty");
    }

    @Test
    void restore_underAnotherName_isFoundByTheNameThatWasBackedUp() {
        store.publish("m", utf8("1")).as("1").moving("prod").join();
        backup.run(BackupKind.INCREMENTAL, QUIET);
        Instant moment = Instant.now().plusSeconds(60);

        try (ReplicatedStore trial = ReplicatedStore.builder()
                .node("t")
                .cluster("trial")
                .directory(root.resolve("trial"))
                .open()) {
            StoreBackup target = StoreBackup.of(trial, repository);
            assertThatThrownBy(() -> target.restore(moment, QUIET))
                    .isInstanceOf(VersionNotFoundException.class)
                    .hasMessageContaining("no backup of cluster 'trial', only of [aidc]");
            target.restore("aidc", moment, QUIET);
            assertThat(trial.read(trial.resolve("m@prod"))).isEqualTo(utf8("1"));
            target.run(BackupKind.INCREMENTAL, QUIET);
        }
        try (ReplicatedStore other = open("other", Clock.systemUTC())) {
            assertThat(StoreBackup.of(other, repository).restore(moment, QUIET).versions())
                    .isEqualTo(1);
        }
    }

    @Test
    void restoreUnderWay_othersDoNotWrite_norRestoreToAnotherMoment() {
        byte[] model = random(2 << 20);
        store.publish("m", model).as("1").join();
        backup.run(BackupKind.INCREMENTAL, QUIET);
        Instant moment = Instant.now().plusSeconds(60);

        try (ReplicatedStore other = open("other", Clock.systemUTC())) {
            StoreBackup target = StoreBackup.of(other, repository);
            List<Write> meanwhile = new ArrayList<>();
            target.restore(moment, (done, total) -> {
                meanwhile.add(other.put("k", utf8("v")).join());
                meanwhile.add(other.publish("m", utf8("other")).as("1").join());
                assertThatThrownBy(() -> target.restore(moment.plusSeconds(1), QUIET))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(moment.toString());
            });

            assertThat(meanwhile)
                    .isNotEmpty()
                    .allSatisfy(write -> assertThat(write)
                            .isEqualTo(new Write.Rejected(write.requestId(), "restoring", moment.toString())));
            assertThat(other.read(other.resolve("m@1"))).isEqualTo(model);
            assertThat(other.put("k", utf8("v")).join()).isInstanceOf(Write.Committed.class);
        }
    }

    @Test
    void restoreThatAnotherOvertook_doesNotWriteOverWhatCameAfter() {
        store.publish("m", utf8("1")).as("1").join();
        store.put("k", utf8("old")).join();
        backup.run(BackupKind.INCREMENTAL, QUIET);
        Instant moment = Instant.now().plusSeconds(60);

        try (ReplicatedStore other = open("other", Clock.systemUTC())) {
            StoreBackup target = StoreBackup.of(other, repository);
            assertThatThrownBy(() -> target.restore(moment, (done, total) -> {
                        target.restore(moment, QUIET);
                        assertThat(other.put("k", utf8("new")).join()).isInstanceOf(Write.Committed.class);
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another restore");

            assertThat(other.get("k"))
                    .hasValueSatisfying(value -> assertThat(value).isEqualTo(utf8("new")));
        }
    }

    @Test
    void restore_momentBeforeEverything_isNamedAndLeavesTheStoreEmpty() {
        store.publish("m", utf8("1")).as("1").join();
        backup.run(BackupKind.INCREMENTAL, QUIET);

        try (ReplicatedStore other = open("other", Clock.systemUTC())) {
            assertThatThrownBy(() -> StoreBackup.of(other, repository).restore(Instant.EPOCH, QUIET))
                    .isInstanceOf(VersionNotFoundException.class)
                    .hasMessageContaining("1970")
                    .hasMessageContaining("the earliest is of 2");
            assertThat(other.names()).isEmpty();
        }
    }

    @Test
    void restore_damagedBackup_leavesOutWhatIsNotWhole_andSaysSo() throws IOException {
        store.publish("good", utf8("small")).as("1").moving("prod").join();
        backup.run(BackupKind.INCREMENTAL, QUIET);
        store.publish("bad", random(1 << 20)).as("1").moving("prod").tag("t").join();
        backup.run(BackupKind.INCREMENTAL, QUIET);
        flipOneBitOfTheLargest(root.resolve("repository/data"));

        try (ReplicatedStore other = open("other", Clock.systemUTC())) {
            StoreRestoration restored =
                    StoreBackup.of(other, repository).restore(Instant.now().plusSeconds(60), QUIET);

            assertThat(restored.missing()).containsExactly("bad@1", "bad@prod");
            assertThat(other.versions("bad")).isEmpty();
            assertThat(other.aliases("bad")).isEmpty();
            assertThat(other.tags("bad")).isEmpty();
            assertThat(other.read(other.resolve("good@prod"))).isEqualTo(utf8("small"));
        }
    }

    @Test
    void heal_chunkLostFromTheOnlyNode_comesFromTheBackup() throws IOException {
        byte[] model = random(3 << 20);
        store.publish("m", model).as("1").join();
        backup.run(BackupKind.INCREMENTAL, QUIET);
        assertThat(backup.heal(QUIET)).isEqualTo(new HealReport(checked(), 0, 0, List.of()));
        store.close();
        flipOneBitOfTheLargest(root.resolve("store/packs"));
        store = open("store", Clock.systemUTC());
        backup = StoreBackup.of(store, repository);

        HealReport report = backup.heal(QUIET);

        assertThat(report.fromBackup()).isEqualTo(1);
        assertThat(report.lost()).isEmpty();
        assertThat(store.read(store.resolve("m@1"))).isEqualTo(model);
    }

    @Test
    void heal_lostFromNodeAndBackup_isNamed() throws IOException {
        store.publish("m", random(1 << 20)).as("1").join();
        store.close();
        flipOneBitOfTheLargest(root.resolve("store/packs"));
        store = open("store", Clock.systemUTC());

        assertThat(StoreBackup.of(store, repository).heal(QUIET).lost()).containsExactly("m@1");
    }

    private long checked() throws IOException {
        return 1L + store.versions().manifest(store.resolve("m@1")).chunkIds().size();
    }

    @Test
    void drill_isKeptAsARecord_andAFailedOneIsToldToo() throws Exception {
        store.publish("m", random(1 << 20)).as("1").join();
        backup.run(BackupKind.INCREMENTAL, QUIET);
        Path scratch = Files.createDirectory(root.resolve("scratch"));

        DrillReport passed = backup.drill(100, scratch, (done, total) -> {});

        assertThat(passed.passed()).isTrue();
        assertThat(passed.filesCompared()).isPositive();
        assertThat(store.get("drills/" + passed.when().toEpochMilli()))
                .hasValueSatisfying(value ->
                        assertThat(value).asString(StandardCharsets.UTF_8).contains("findings []"));
        flipOneBitOfTheLargest(root.resolve("repository/data"));
        assertThat(backup.drill(100, scratch, (done, total) -> {}).passed()).isFalse();
        assertThat(next(StoreEvent.DrillFailed.class).findings()).isNotEmpty();
        try (Stream<Path> left = Files.list(scratch)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void schedule_doesWhatIsDue() throws Exception {
        Path scratch = Files.createDirectory(root.resolve("scratch"));
        BackupSchedule.Plan plan = BackupSchedule.of(backup)
                .every(Duration.ofHours(1))
                .keeping(RetentionPolicy.builder().last(2).build())
                .checkingEvery(Duration.ofHours(2), 2)
                .drillingEvery(Duration.ofHours(3), 10, scratch);
        Instant start = Instant.now();
        store.publish("m", random(1 << 20)).as("1").join();
        try (BackupSchedule schedule = plan.prepare(start)) {
            schedule.runDue(start);
            assertThat(repository.snapshots()).hasSize(1);
            schedule.runDue(start.plusSeconds(60));
            assertThat(repository.snapshots()).hasSize(1);
            assertThat(drills()).hasSize(1);
            schedule.runDue(start.plus(Duration.ofHours(4)));
            assertThat(repository.snapshots()).hasSize(2);
            assertThat(next(StoreEvent.BackupStale.class).latest()).isNotEmpty();
            assertThat(drills()).hasSize(2);
            flipOneBitOfTheLargest(root.resolve("repository/data"));
            schedule.runDue(start.plus(Duration.ofHours(6)));
            schedule.runDue(start.plus(Duration.ofHours(9)));
            assertThat(next(StoreEvent.BackupCorrupt.class).findings()).isNotEmpty();
            assertThat(repository.snapshots()).hasSize(2);
        }
    }

    @Test
    void schedule_startedAgain_goesOnWhereTheOneBeforeWas() throws Exception {
        Path scratch = Files.createDirectory(root.resolve("scratch"));
        BackupSchedule.Plan plan = BackupSchedule.of(backup)
                .every(Duration.ofDays(7))
                .checkingEvery(Duration.ofDays(1), 3)
                .drillingEvery(Duration.ofDays(2), 10, scratch);
        Instant start = Instant.now();
        runOnce(plan, start);
        assertThat(lastCheck()).contains("part 1\nparts 3\nclean true");
        assertThat(drills()).hasSize(1);

        runOnce(plan, start.plus(Duration.ofHours(23)));
        assertThat(lastCheck()).as("not due").contains("part 1\n");
        runOnce(plan, start.plus(Duration.ofHours(25)));
        assertThat(lastCheck()).contains("part 2\n");
        assertThat(drills()).as("not due").hasSize(1);
        runOnce(plan, start.plus(Duration.ofHours(50)));
        assertThat(lastCheck()).contains("part 3\n");
        assertThat(drills()).hasSize(2);
    }

    @Test
    void schedule_keysThatTellNothing_areAsIfTheyWereNotThere() throws Exception {
        Path scratch = Files.createDirectory(root.resolve("scratch"));
        Instant start = Instant.now();
        long later = start.plus(Duration.ofDays(300)).toEpochMilli();
        store.put("drills/notes", utf8("x")).join();
        store.put("drills/" + later, utf8("x")).join();
        store.put("checks/last", utf8("millis " + later + "\npart 2\n")).join();

        runOnce(
                BackupSchedule.of(backup)
                        .every(Duration.ofDays(7))
                        .checkingEvery(Duration.ofDays(1), 3)
                        .drillingEvery(Duration.ofDays(2), 10, scratch),
                start);

        assertThat(lastCheck()).contains("part 3\n");
        assertThat(drills()).hasSize(3);
    }

    @Test
    void schedule_withoutAnyBackup_isToldStale() throws Exception {
        Instant start = Instant.now();
        try (BackupSchedule schedule =
                BackupSchedule.of(backup).every(Duration.ofHours(1)).prepare(start)) {
            schedule.runDue(start.plus(Duration.ofHours(3)));

            assertThat(next(StoreEvent.BackupStale.class).latest()).isEqualTo("there is none");
        }
    }

    @Test
    void schedule_anError_isToldAndEndsNothing() throws Exception {
        var failing = (ObjectStore) Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("list") && arguments[0].equals("snapshots/")) {
                        throw new LinkageError("a class is missing");
                    }
                    return method.invoke(objects, arguments);
                });
        Instant start = Instant.now();
        try (BackupRepository broken = BackupRepository.open(failing, "secret".toCharArray());
                BackupSchedule schedule = BackupSchedule.of(StoreBackup.of(store, broken))
                        .every(Duration.ofHours(1))
                        .prepare(start)) {
            schedule.runDue(start);

            assertThat(next(StoreEvent.BackupFailed.class).reason()).contains("a class is missing");
        }
    }

    private static void runOnce(BackupSchedule.Plan plan, Instant now) {
        try (BackupSchedule schedule = plan.prepare(now)) {
            schedule.runDue(now);
        }
    }

    private String lastCheck() {
        return new String(store.get("checks/last").orElseThrow(), StandardCharsets.UTF_8);
    }

    private List<Entry> drills() throws IOException {
        return Catalog.all("k/drills/", store.log()::scan);
    }

    @Test
    void schedule_badOrMissingOptions_areRefused() {
        assertThatThrownBy(() -> BackupSchedule.of(backup).start()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> BackupSchedule.of(backup).every(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        BackupSchedule.of(backup).every(Duration.ofHours(1)).every(Duration.ofHours(1)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> BackupSchedule.of(backup).checkingEvery(Duration.ofHours(1), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BackupSchedule.of(backup).drillingEvery(Duration.ofHours(1), 0, root))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private <E extends StoreEvent> E next(Class<E> type) throws InterruptedException {
        while (true) {
            StoreEvent event = java.util.Objects.requireNonNull(events.poll(20, TimeUnit.SECONDS));
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    private static void flipOneBitOfTheLargest(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            Path largest = files.filter(Files::isRegularFile)
                    .max(java.util.Comparator.comparingLong(
                            file -> file.toFile().length()))
                    .orElseThrow();
            largest.toFile().setWritable(true);
            byte[] bytes = Files.readAllBytes(largest);
            bytes[bytes.length / 3] ^= 0x10;
            Files.write(largest, bytes);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
