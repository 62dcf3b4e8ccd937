package io.aidc.security.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.AuditLogException;
import io.aidc.security.VaultIoException;
import io.aidc.security.audit.AuditEvent.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditLogTest {
    @TempDir
    private Path directory;

    private final TestLogs.SetClock clock = new TestLogs.SetClock();

    @Test
    void record_oneEvent_isCanonicalJsonUnderACheckpoint() throws IOException {
        try (AuditLog log = open()) {
            AuditEvent event = AuditEvent.of("ali\"c\u00e9", "unseal", "models/7", Outcome.ALLOWED)
                    .detail("b", "2")
                    .detail("a", "1");
            assertThat(log.record(event)).isZero();
            assertThat(log.checkpoint().size()).isEqualTo(1);
            assertThat(log.checkpoint().origin()).isEqualTo(TestLogs.ORIGIN);
        }
        byte[] bundle = Files.readAllBytes(directory.resolve("tile/entries/000.p/1"));
        String json = "{'action':'unseal','details':{'a':'1','b':'2'},'outcome':'ALLOWED','principal':'ali\\'c\\u00e9',"
                + "'resource':'models/7','time':'2026-11-21T10:00:00.123456Z','version':1}";
        assertThat(new String(bundle, 2, bundle.length - 2, US_ASCII)).isEqualTo(json.replace('\'', '"'));
        assertThat(ByteBuffer.wrap(bundle).getShort()).isEqualTo((short) json.length());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_793})
    void open_again_goesOnWhereItWas(int size) {
        Checkpoint before = TestLogs.make(directory, size);
        try (AuditLog log = TestLogs.open(directory)) {
            assertThat(log.checkpoint()).isEqualTo(before);
            assertThat(log.record(TestLogs.event(size))).isEqualTo(size);
        }
        assertThat(AuditCheck.of(directory, TestLogs.VERIFIER)
                        .remembered(before)
                        .run()
                        .size())
                .isEqualTo(size + 1);
    }

    @Test
    void record_fullTile_leavesNoPartialFilesOfIt() {
        TestLogs.make(directory, 256);
        assertThat(directory.resolve("tile/entries/000")).exists();
        assertThat(directory.resolve("tile/entries/000.p")).doesNotExist();
        assertThat(directory.resolve("tile/0/000.p")).doesNotExist();
        assertThat(directory.resolve("tile/1/000.p/1")).hasSize(32);
    }

    @Test
    void recordAll_events_areNeighboursOfOneTime() {
        try (AuditLog log = open()) {
            log.record(TestLogs.event(0));
            assertThat(log.recordAll(List.of(TestLogs.event(1), TestLogs.event(2))))
                    .isEqualTo(1);
            List<AuditEntry> entries = log.query().list();
            assertThat(entries.get(1).time()).isEqualTo(entries.get(2).time());
        }
    }

    @Test
    void recordAll_noneOrTooMany_isRefused() {
        try (AuditLog log = open()) {
            assertThatIllegalArgumentException().isThrownBy(() -> log.recordAll(List.of()));
            List<AuditEvent> many = Collections.nCopies(65_537, TestLogs.event(0));
            assertThatIllegalArgumentException().isThrownBy(() -> log.recordAll(many));
        }
    }

    @Test
    void recordAll_asManyAsAllowed_waitForNothing() {
        try (AuditLog log = open()) {
            assertThat(log.recordAll(Collections.nCopies(65_536, TestLogs.event(0))))
                    .isZero();
            assertThat(log.checkpoint().size()).isEqualTo(65_536);
        }
    }

    @Test
    void record_eventTooLongAsJson_isRefused() {
        AuditEvent event = AuditEvent.of("a", "b", "c", Outcome.DONE).detail("k", "\u0001".repeat(16_000));
        try (AuditLog log = open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> log.record(event))
                    .withMessageContaining("65535");
            assertThat(log.checkpoint().size()).isZero();
        }
    }

    @Test
    void append_longestEntry_isKept() {
        try (AuditLog log = open()) {
            log.append(new byte[65_535]);
            assertThatIllegalArgumentException().isThrownBy(() -> log.append(new byte[65_536]));
            log.append(new byte[0]);
        }
        assertThat(AuditCheck.of(directory, TestLogs.VERIFIER).run().size()).isEqualTo(2);
    }

    @Test
    void close_twice_leavesNoThreadAndRefusesLaterCalls() {
        AuditLog log = open();
        CompletableFuture<Long> last = log.recordLater(TestLogs.event(0));
        log.close();
        log.close();
        assertThat(last).isCompletedWithValue(0L);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.isAlive() && thread.getName().equals("aidc-security-audit"));
        Checkpoint nothing = log.checkpoint();
        assertThatIllegalStateException().isThrownBy(() -> log.record(TestLogs.event(1)));
        assertThatIllegalStateException().isThrownBy(() -> log.recordLater(TestLogs.event(1)));
        assertThatIllegalStateException().isThrownBy(() -> log.recordAll(List.of(TestLogs.event(1))));
        assertThatIllegalStateException().isThrownBy(() -> log.prove(0));
        assertThatIllegalStateException().isThrownBy(() -> log.proveConsistency(nothing));
    }

    @Test
    void record_eightThreads_getsEachIndexOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Long> indices = new ArrayList<>();
        try (AuditLog log = open()) {
            List<Future<List<Long>>> results = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                results.add(threads.submit(() -> {
                    List<Long> mine = new ArrayList<>();
                    for (int i = 0; i < 50; i++) {
                        mine.add(log.record(TestLogs.event(i)));
                    }
                    return mine;
                }));
            }
            for (Future<List<Long>> result : results) {
                List<Long> mine = result.get(60, TimeUnit.SECONDS);
                assertThat(mine).isSorted();
                indices.addAll(mine);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(indices).doesNotHaveDuplicates().hasSize(400);
        assertThat(AuditCheck.of(directory, TestLogs.VERIFIER).run().size()).isEqualTo(400);
    }

    @Test
    void recordLater_whileACommitIsUnderWay_sharesTheNextCheckpoint() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<Long> sizes = Collections.synchronizedList(new ArrayList<>());
        try (AuditLog log = AuditLog.at(directory)
                .signer(TestLogs.SIGNER)
                .onCheckpoint(checkpoint -> {
                    sizes.add(checkpoint.size());
                    busy.countDown();
                    TestLogs.awaitQuietly(go);
                })
                .open()) {
            CompletableFuture<Long> first = log.recordLater(TestLogs.event(0));
            assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
            List<CompletableFuture<Long>> later = new ArrayList<>();
            for (int i = 1; i <= 100; i++) {
                later.add(log.recordLater(TestLogs.event(i)));
            }
            assertThat(first).as("the taker of checkpoints goes first").isNotDone();
            go.countDown();
            assertThat(later.get(99).get(60, TimeUnit.SECONDS)).isEqualTo(100);
        }
        assertThat(sizes).containsExactly(1L, 101L);
    }

    @Test
    void recordLater_queueFull_waitsForRoom() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (AuditLog log = AuditLog.at(directory)
                .signer(TestLogs.SIGNER)
                .onCheckpoint(checkpoint -> {
                    busy.countDown();
                    TestLogs.awaitQuietly(go);
                })
                .open()) {
            List<CompletableFuture<Long>> all = new ArrayList<>();
            all.add(log.recordLater(TestLogs.event(0)));
            assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < Committer.MAX_WAITING; i++) {
                all.add(log.recordLater(TestLogs.event(i)));
            }
            assertThat(all).noneMatch(CompletableFuture::isDone);
            CountDownLatch through = new CountDownLatch(1);
            Thread writer = new Thread(() -> {
                CompletableFuture<Long> last = log.recordLater(TestLogs.event(0));
                through.countDown();
                last.join();
            });
            writer.start();
            while (writer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(through.getCount()).isOne();
            go.countDown();
            assertThat(through.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void record_onTheLogsThread_isRefused() {
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        AuditLog[] self = new AuditLog[1];
        try (AuditLog log = AuditLog.at(directory)
                .signer(TestLogs.SIGNER)
                .onCheckpoint(checkpoint -> {
                    try {
                        self[0].record(TestLogs.event(1));
                    } catch (IllegalStateException e) {
                        refusal.complete(e);
                    }
                })
                .open()) {
            self[0] = log;
            log.record(TestLogs.event(0));
        }
        assertThat(refusal).isCompleted();
    }

    @Test
    void close_onTheLogsThread_isRefusedAndLosesNothing() {
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        AuditLog[] self = new AuditLog[1];
        try (AuditLog log = AuditLog.at(directory)
                .signer(TestLogs.SIGNER)
                .onCheckpoint(checkpoint -> {
                    try {
                        self[0].close();
                    } catch (IllegalStateException e) {
                        refusal.complete(e);
                    }
                })
                .open()) {
            self[0] = log;
            log.record(TestLogs.event(0));
            assertThat(refusal).isCompleted();
            assertThatExceptionOfType(VaultIoException.class).isThrownBy(this::open);
            assertThat(log.record(TestLogs.event(1))).isOne();
            assertThat(log.prove(1).index()).isOne();
        }
        open().close();
    }

    @Test
    void record_takerOfCheckpointsFails_isRecorded() {
        try (AuditLog log = AuditLog.at(directory)
                .signer(TestLogs.SIGNER)
                .onCheckpoint(checkpoint -> {
                    if (checkpoint.size() == 1) {
                        throw new AssertionError("broken");
                    }
                    throw new IllegalStateException("out of order");
                })
                .open()) {
            assertThat(log.record(TestLogs.event(0))).isZero();
            assertThat(log.record(TestLogs.event(1))).isOne();
        }
    }

    @Test
    void record_takerOfCheckpointsInterruptsItself_isRecorded() {
        try (AuditLog log = AuditLog.at(directory)
                .signer(TestLogs.SIGNER)
                .onCheckpoint(checkpoint -> Thread.currentThread().interrupt())
                .open()) {
            assertThat(log.record(TestLogs.event(0))).isZero();
            assertThat(log.record(TestLogs.event(1))).isOne();
        }
    }

    @Test
    void record_partialFilesCannotBeDeleted_isRecorded() {
        LogDisk disk = new LogDisk() {
            @Override
            void delete(Path file) throws IOException {
                throw new IOException("cannot delete " + file);
            }
        };
        try (AuditLog log =
                AuditLog.at(directory).signer(TestLogs.SIGNER).disk(disk).open()) {
            log.record(TestLogs.event(0));
            log.recordAll(Collections.nCopies(300, TestLogs.event(1)));
            assertThat(log.record(TestLogs.event(2))).isEqualTo(301);
        }
        assertThat(directory.resolve("tile/0/000.p/1")).exists();
        assertThat(AuditCheck.of(directory, TestLogs.VERIFIER).run().size()).isEqualTo(302);
    }

    @Test
    void open_emptyDirectoryThatIsThere_flushesItsName() {
        Set<Path> flushed = ConcurrentHashMap.newKeySet();
        LogDisk disk = new LogDisk() {
            @Override
            void flush(Collection<Path> directories) throws IOException {
                flushed.addAll(directories);
                super.flush(directories);
            }
        };
        AuditLog.at(directory).signer(TestLogs.SIGNER).disk(disk).open().close();
        assertThat(flushed).contains(directory, directory.resolve("..").normalize());
    }

    @Test
    void open_directoryInOneThatCannotBeRead_beginsALog() {
        LogDisk disk = new LogDisk() {
            @Override
            void flush(Collection<Path> directories) throws IOException {
                if (directories.stream().anyMatch(each -> directory.startsWith(each) && !each.equals(directory))) {
                    throw new AccessDeniedException("parent");
                }
                super.flush(directories);
            }
        };
        AuditLog.at(directory).signer(TestLogs.SIGNER).disk(disk).open().close();
        assertThat(directory.resolve("checkpoint")).exists();
    }

    @Test
    void open_leftoversOfTheLongestAppend_areDeleted() throws Exception {
        TestLogs.make(directory, 125_000);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean dead = new AtomicBoolean();
        LogDisk disk = new LogDisk() {
            @Override
            void rename(Path from, Path to) throws IOException {
                if (dead.get()) {
                    throw new IOException("the disk stopped");
                }
                super.rename(from, to);
            }
        };
        Path beyond = directory.resolve("tile/entries/x001/000.p");
        try (AuditLog log = AuditLog.at(directory)
                .signer(TestLogs.SIGNER)
                .disk(disk)
                .onCheckpoint(checkpoint -> {
                    busy.countDown();
                    TestLogs.awaitQuietly(go);
                })
                .open()) {
            List<CompletableFuture<Long>> later = new ArrayList<>();
            later.add(log.recordLater(TestLogs.event(0)));
            assertThat(busy.await(60, TimeUnit.SECONDS)).isTrue();
            while (later.size() < Committer.MAX_WAITING) {
                later.add(log.recordLater(TestLogs.event(0)));
            }
            List<AuditEvent> events = Collections.nCopies(Committer.MAX_WAITING, TestLogs.event(0));
            Thread writer = new Thread(
                    () -> assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> log.recordAll(events)));
            writer.start();
            while (writer.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            dead.set(true);
            go.countDown();
            writer.join();
        }
        assertThat(beyond).isNotEmptyDirectory();
        open().close();
        assertThat(beyond).isEmptyDirectory();
    }

    @Test
    void record_signerClosed_stopsTheLog() {
        LogSigner signer = LogSigner.generate("example.com/closed");
        try (AuditLog log = AuditLog.at(directory).signer(signer).open()) {
            signer.close();
            assertThatIllegalStateException().isThrownBy(() -> log.record(TestLogs.event(0)));
            assertThatIllegalStateException().isThrownBy(() -> log.record(TestLogs.event(0)));
        }
    }

    @Test
    void record_clockPutBack_staysAtTheLastTimeAndSaysSo() {
        try (AuditLog log = open()) {
            log.record(TestLogs.event(0));
            clock.forward(Duration.ofHours(-1));
            assertThat(log.record(TestLogs.event(1))).isEqualTo(2);
            log.record(TestLogs.event(2));
            List<AuditEntry> entries = log.query().list();
            assertThat(entries).extracting(AuditEntry::time).containsOnly(TestLogs.NOW);
            assertThat(entries.get(1).event())
                    .isEqualTo(new AuditEvent(
                            TestLogs.ORIGIN, "clock-back", "clock", Outcome.DONE, Map.of("behind", "PT1H")));
            assertThat(entries).hasSize(4);
        }
    }

    @Test
    void open_clockBehindTheLastEntry_isRecorded() {
        try (AuditLog log = open()) {
            log.record(TestLogs.event(0));
        }
        clock.forward(Duration.ofDays(-400));
        try (AuditLog log = open()) {
            log.record(TestLogs.event(1));
            assertThat(log.query().list())
                    .extracting(entry -> entry.event().action())
                    .containsExactly("seal", "clock-back", "unseal");
        }
    }

    @Test
    void open_second_isRefusedUntilTheFirstCloses() throws IOException {
        AuditLog log = open();
        Path link = Files.createSymbolicLink(directory.resolveSibling(directory.getFileName() + "-link"), directory);
        try {
            assertThatExceptionOfType(VaultIoException.class)
                    .isThrownBy(this::open)
                    .withMessageContaining("open already");
            assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> TestLogs.open(link));
            log.record(TestLogs.event(0));
        } finally {
            Files.delete(link);
            log.close();
        }
        open().close();
    }

    @Test
    void open_fileLockedByOtherCode_isRefused() throws IOException {
        open().close();
        try (FileChannel channel = FileChannel.open(directory.resolve(".lock"), StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThatExceptionOfType(VaultIoException.class).isThrownBy(this::open);
        }
        open().close();
    }

    @Test
    void open_anotherSigner_isRefused() {
        open().close();
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditLog.at(directory)
                        .signer(LogSigner.generate(TestLogs.ORIGIN))
                        .open())
                .withMessageContaining("not signed");
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditLog.at(directory)
                        .signer(LogSigner.generate("example.com/other"))
                        .open())
                .withMessageContaining("another log");
        open().close();
    }

    @Test
    void open_emptyDirectoryInsteadOfTheRememberedLog_isRefusedAndLeftEmpty() {
        Checkpoint remembered = TestLogs.make(directory.resolve("a"), 3);
        Path other = directory.resolve("b");
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditLog.at(other)
                        .signer(TestLogs.SIGNER)
                        .remembered(remembered)
                        .open())
                .satisfies(e -> assertThat(e.firstBadIndex()).isZero());
        assertThat(other.resolve("checkpoint")).doesNotExist();
    }

    @Test
    void open_checkpointGone_isRefused() throws IOException {
        TestLogs.make(directory, 3);
        Files.delete(directory.resolve("checkpoint"));
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(this::open)
                .satisfies(e -> assertThat(e.firstBadIndex()).isZero());
    }

    @Test
    void open_edgeTileChanged_isRefused() throws IOException {
        TestLogs.make(directory, 300);
        flip(directory.resolve("tile/0/001.p/44"));
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(this::open)
                .withMessageContaining("do not lead to the root");
    }

    @Test
    void open_lastEntryChanged_isNamed() throws IOException {
        TestLogs.make(directory, 300);
        flip(directory.resolve("tile/entries/001.p/44"));
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(this::open)
                .satisfies(e -> assertThat(e.firstBadIndex()).isEqualTo(299));
    }

    @Test
    void open_bundleMissing_isNamed() throws IOException {
        TestLogs.make(directory, 300);
        Files.delete(directory.resolve("tile/entries/001.p/44"));
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(this::open)
                .satisfies(e -> assertThat(e.firstBadIndex()).isEqualTo(256));
    }

    @Test
    void open_signerMissingOrMoreWitnessesThanThere_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> AuditLog.at(directory).open());
        assertThatIllegalStateException()
                .isThrownBy(() -> AuditLog.at(directory)
                        .signer(TestLogs.SIGNER)
                        .requiredWitnesses(1)
                        .open());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void builder_secondValue_isRefused() {
        AuditLog.Builder builder = AuditLog.at(directory)
                .signer(TestLogs.SIGNER)
                .clock(clock)
                .requiredWitnesses(0)
                .onCheckpoint(checkpoint -> {});
        assertThatIllegalStateException().isThrownBy(() -> builder.signer(TestLogs.SIGNER));
        assertThatIllegalStateException().isThrownBy(() -> builder.clock(clock));
        assertThatIllegalStateException().isThrownBy(() -> builder.requiredWitnesses(0));
        assertThatIllegalStateException().isThrownBy(() -> builder.onCheckpoint(checkpoint -> {}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AuditLog.at(directory).requiredWitnesses(-1));
    }

    @Test
    void open_directoryIsAFile_isAnIoFailure() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "no log");
        assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> TestLogs.open(file));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 255, 256, 257, 700})
    void prove_everyEntry_verifiesAndNoOther(int size) {
        TestLogs.make(directory, size);
        try (AuditLog log = open()) {
            List<AuditEntry> entries = log.query().list();
            for (int i = 0; i < size; i++) {
                ProofFile proof = log.prove(i);
                proof.verify(entries.get(i).bytes(), TestLogs.VERIFIER);
                byte[] other = entries.get((i + 1) % size).bytes();
                if (size > 1) {
                    assertThatExceptionOfType(AuditLogException.class)
                            .isThrownBy(() -> proof.verify(other, TestLogs.VERIFIER));
                }
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> log.prove(size))
                    .withMessageContaining("< " + size);
            assertThatIllegalArgumentException().isThrownBy(() -> log.prove(-1));
        }
    }

    @Test
    void proveConsistency_everyEarlierCheckpoint_verifies() {
        List<Checkpoint> checkpoints = new ArrayList<>();
        try (AuditLog log = open()) {
            checkpoints.add(log.checkpoint());
            for (int i = 0; i < 270; i++) {
                log.record(TestLogs.event(i));
                checkpoints.add(log.checkpoint());
            }
            for (Checkpoint earlier : checkpoints) {
                ConsistencyProof proof = log.proveConsistency(earlier);
                proof.verify(earlier, log.checkpoint());
                assertThatExceptionOfType(AuditLogException.class)
                        .isThrownBy(() -> proof.verify(other(earlier), log.checkpoint()));
            }
            assertThatExceptionOfType(AuditLogException.class)
                    .isThrownBy(() -> log.proveConsistency(other(checkpoints.get(5))))
                    .withMessageContaining("not shown to continue");
        }
    }

    @Test
    void proveConsistency_longerThanTheLog_isRefused() {
        Checkpoint longer = TestLogs.make(directory.resolve("a"), 5);
        try (AuditLog log = TestLogs.open(directory.resolve("b"))) {
            assertThatExceptionOfType(AuditLogException.class)
                    .isThrownBy(() -> log.proveConsistency(longer))
                    .satisfies(e -> assertThat(e.firstBadIndex()).isZero());
        }
    }

    private static Checkpoint other(Checkpoint checkpoint) {
        return new Checkpoint(
                checkpoint.origin(), checkpoint.size(), TreeHash.ofEntry(new byte[1]), List.of(), List.of());
    }

    private AuditLog open() {
        return AuditLog.at(directory).signer(TestLogs.SIGNER).clock(clock).open();
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
    }
}
