package io.aidc.security.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.AuditLogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditCheckTest {
    private static final int SIZE = 131_072 + 65_536 + 700;

    @TempDir
    private static Path shared;

    @TempDir
    private Path directory;

    private static Checkpoint checkpoint;

    @BeforeAll
    static void make() {
        checkpoint = TestLogs.make(shared, SIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void run_wholeLog_passesAndReportsProgress(int threads) {
        List<Long> progress = Collections.synchronizedList(new ArrayList<>());
        Checkpoint checked = AuditCheck.of(shared, TestLogs.VERIFIER)
                .threads(threads)
                .onProgress(progress::add)
                .remembered(checkpoint)
                .run();
        assertThat(checked).isEqualTo(checkpoint);
        assertThat(progress).hasSize(4).contains((long) SIZE);
    }

    @ParameterizedTest
    @CsvSource({
        "tile/entries/000, 0",
        "tile/entries/300, 76800",
        "tile/entries/770.p/188, 197120",
        "tile/0/300, 76800",
        "tile/0/770.p/188, 197120",
        "tile/1/001, 65536",
        "tile/1/003.p/2, 196608",
        "tile/2/000.p/3, 0"
    })
    void run_firstBitOfAFileFlipped_namesTheFirstEntryUnderIt(String name, long first) throws IOException {
        Path file = shared.resolve(name);
        byte[] good = Files.readAllBytes(file);
        try {
            byte[] bad = good.clone();
            bad[name.contains("entries") ? 2 : 0] ^= 1;
            Files.write(file, bad);
            assertThat(firstBad(shared)).isEqualTo(first);
            Files.write(file, Arrays.copyOf(good, good.length - 1));
            long last = name.contains("tile/1/") || name.contains("tile/2/") ? first : first + 1;
            assertThat(firstBad(shared)).isGreaterThanOrEqualTo(last);
            Files.write(file, Arrays.copyOf(good, good.length + 1));
            assertThat(firstBad(shared)).isGreaterThanOrEqualTo(first);
            Files.delete(file);
            assertThat(firstBad(shared)).isEqualTo(first);
        } finally {
            Files.write(file, good);
        }
    }

    @Test
    void run_anyBitFlipped_namesTheEntryUnderIt() throws IOException {
        try (AuditLog log = TestLogs.open(directory)) {
            for (int i = 0; i < 12; i++) {
                log.append(new byte[i / 4]);
            }
        }
        Path bundle = directory.resolve("tile/entries/000.p/12");
        int[] starts = {0, 2, 4, 6, 8, 11, 14, 17, 20, 24, 28, 32};
        assertNamed(
                bundle,
                at -> (int) Arrays.stream(starts).filter(start -> start <= at).count() - 1);
        assertNamed(directory.resolve("tile/0/000.p/12"), at -> at / 32);
    }

    private void assertNamed(Path file, IntUnaryOperator entryAt) throws IOException {
        byte[] good = Files.readAllBytes(file);
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
            assertThat(firstBad(directory)).as("bit %d of %s", bit, file).isEqualTo(entryAt.applyAsInt(bit / 8));
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThat(firstBad(directory)).as("%s cut to %d", file, length).isEqualTo(entryAt.applyAsInt(length));
        }
        Files.write(file, good);
    }

    @ParameterizedTest
    @CsvSource({"tile/entries/000, 3", "tile/0/000, 3", "tile/1/000, 3", "tile/2/000.p/3, 3", "tile/entries/001, 3"})
    void run_lengthOfAnEntryChangedAndAFileCut_namesTheEntry(String cut, long first) throws IOException {
        Path bundle = shared.resolve("tile/entries/000");
        Path file = shared.resolve(cut);
        byte[] goodBundle = Files.readAllBytes(bundle);
        byte[] good = Files.readAllBytes(file);
        try {
            byte[] bad = goodBundle.clone();
            bad[EntryBundle.read(bad, 256).prefix(3).length + 1] ^= 8;
            Files.write(bundle, bad);
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(whole, whole.length - 1));
            assertThat(firstBad(shared)).isEqualTo(first);
            assertThatExceptionOfType(AuditLogException.class)
                    .isThrownBy(() -> AuditCheck.of(shared, TestLogs.VERIFIER).verifyEntry(255))
                    .satisfies(e -> assertThat(e.firstBadIndex()).isEqualTo(first));
        } finally {
            Files.write(file, good);
            Files.write(bundle, goodBundle);
        }
    }

    @Test
    void run_twoFaults_namesTheLower() throws IOException {
        Path low = shared.resolve("tile/entries/002");
        Path high = shared.resolve("tile/entries/600");
        byte[] goodLow = Files.readAllBytes(low);
        byte[] goodHigh = Files.readAllBytes(high);
        try {
            Files.write(low, new byte[1]);
            Files.write(high, new byte[1]);
            assertThat(firstBad(shared)).isEqualTo(512);
        } finally {
            Files.write(low, goodLow);
            Files.write(high, goodHigh);
        }
    }

    @Test
    void run_entriesSwapped_namesTheFirst() throws IOException {
        TestLogs.make(directory, 20); // of the same lengths up to entry 9
        Path file = directory.resolve("tile/entries/000.p/20");
        byte[] bytes = Files.readAllBytes(file);
        EntryBundle bundle = EntryBundle.read(bytes, 20);
        byte[] third = bundle.entry(3);
        byte[] seventh = bundle.entry(5);
        assertThat(third).hasSameSizeAs(seventh);
        int at = bundle.prefix(3).length + 2;
        System.arraycopy(seventh, 0, bytes, at, seventh.length);
        System.arraycopy(third, 0, bytes, bundle.prefix(5).length + 2, third.length);
        Files.write(file, bytes);
        assertThat(firstBad(directory)).isEqualTo(3);
    }

    @Test
    void run_entryAndItsHashReplaced_isDetected() throws IOException {
        TestLogs.make(directory.resolve("a"), 300);
        Path file = directory.resolve("a/tile/entries/000");
        byte[] bytes = Files.readAllBytes(file);
        bytes[10] ^= 1;
        Files.write(file, bytes);
        byte[] leaf = TreeHash.ofEntry(EntryBundle.read(bytes, 256).entry(0)).bytes();
        Path tile = directory.resolve("a/tile/0/000");
        byte[] hashes = Files.readAllBytes(tile);
        System.arraycopy(leaf, 0, hashes, 0, 32);
        Files.write(tile, hashes);
        assertThat(firstBad(directory.resolve("a"))).isZero();
    }

    @Test
    void run_rewrittenWithTheKey_isRefusedByWhatIsRemembered() {
        Checkpoint remembered = TestLogs.make(directory.resolve("a"), 300);
        Path fork = directory.resolve("b");
        try (AuditLog log = TestLogs.open(fork)) {
            for (int i = 0; i < 3; i++) {
                log.recordAll(Collections.nCopies(200, TestLogs.event(i)));
            }
        }
        AuditCheck.of(fork, TestLogs.VERIFIER).run();
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditCheck.of(fork, TestLogs.VERIFIER)
                        .remembered(remembered)
                        .run())
                .withMessageContaining("not shown to continue");
    }

    @Test
    void remembered_forkWithTheOldHashesPastedIntoATile_isRefused() throws IOException {
        Path log = directory.resolve("a");
        Path fork = directory.resolve("b");
        Checkpoint remembered = fork(log, 300, 0);
        fork(fork, 299, 301);
        byte[] old = Files.readAllBytes(log.resolve("tile/0/001.p/44"));
        byte[] tile = Files.readAllBytes(fork.resolve("tile/0/001"));
        System.arraycopy(old, 0, tile, 0, old.length);
        Files.write(fork.resolve("tile/0/001"), tile);
        AuditCheck check = AuditCheck.of(fork, TestLogs.VERIFIER).remembered(remembered);
        assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> check.verifyEntry(0));
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditLog.at(fork)
                        .signer(TestLogs.SIGNER)
                        .remembered(remembered)
                        .open());
        try (AuditLog opened = TestLogs.open(fork)) {
            assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> opened.proveConsistency(remembered));
        }
    }

    private static Checkpoint fork(Path directory, int same, int others) {
        try (AuditLog log = AuditLog.at(directory)
                .signer(TestLogs.SIGNER)
                .clock(new TestLogs.SetClock())
                .open()) {
            log.recordAll(Collections.nCopies(same, TestLogs.event(0)));
            if (others > 0) {
                log.recordAll(Collections.nCopies(others, TestLogs.event(1)));
            }
            return log.checkpoint();
        }
    }

    @Test
    void run_shorterThanRemembered_namesTheFirstMissing() {
        Path shorter = directory.resolve("b");
        TestLogs.make(shorter, 10);
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditCheck.of(shorter, TestLogs.VERIFIER)
                        .remembered(checkpoint)
                        .run())
                .satisfies(e -> assertThat(e.firstBadIndex()).isEqualTo(10));
    }

    @Test
    void run_noLogOrAnotherKey_isRefused() {
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditCheck.of(directory, TestLogs.VERIFIER).run());
        LogVerifier other = LogVerifier.of(LogSigner.generate(TestLogs.ORIGIN).verifierKey());
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditCheck.of(shared, other).run());
    }

    @Test
    void run_impossibleSize_isRefusedAtOnce() throws IOException {
        Checkpoint bare = new Checkpoint(TestLogs.ORIGIN, -1, TreeHash.ofNothing(), List.of(), List.of());
        Files.write(
                directory.resolve("checkpoint"),
                bare.signed(List.of(TestLogs.SIGNER.sign(bare))).note());
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditCheck.of(directory, TestLogs.VERIFIER).run())
                .withMessageContaining("18446744073709551615");
        assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> TestLogs.open(directory));
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> AuditQuery.over(directory).list());
    }

    @Test
    void run_garbledFiles_isRefusedOrUntouched() throws IOException {
        Path log = directory.resolve("log");
        TestLogs.make(log, 600);
        List<Path> files;
        try (var all = Files.walk(log)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(".lock"))
                    .sorted()
                    .toList();
        }
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] good = Files.readAllBytes(file);
            byte[] bad = Arrays.copyOf(good, random.nextInt(good.length));
            Files.write(file, bad);
            assertThat(firstBad(log)).as(file.toString()).isLessThan(600);
            Files.write(file, good);
        }
    }

    @Test
    void verifyEntry_good_isProvenWithItsBytes() {
        ProofFile proof =
                AuditCheck.of(shared, TestLogs.VERIFIER).remembered(checkpoint).verifyEntry(100_000);
        byte[] entry = proof.extra().orElseThrow();
        ProofFile.parse(proof.bytes()).verify(entry, TestLogs.VERIFIER);
        assertThat(EventJson.read(100_000, entry).orElseThrow().event()).isEqualTo(TestLogs.event(100_000));
    }

    @Test
    void verifyEntry_changedOrNotThere_isRefused() throws IOException {
        Path log = directory.resolve("log");
        TestLogs.make(log, 300);
        Path file = log.resolve("tile/entries/000");
        byte[] bytes = Files.readAllBytes(file);
        bytes[10] ^= 1;
        Files.write(file, bytes);
        AuditCheck check = AuditCheck.of(log, TestLogs.VERIFIER);
        assertThatExceptionOfType(AuditLogException.class)
                .isThrownBy(() -> check.verifyEntry(0))
                .satisfies(e -> assertThat(e.firstBadIndex()).isZero());
        assertThat(check.verifyEntry(1).index()).isOne();
        assertThatIllegalArgumentException().isThrownBy(() -> check.verifyEntry(300));
        assertThatIllegalArgumentException().isThrownBy(() -> check.verifyEntry(-1));
    }

    @Test
    void options_secondValueOrNoThreads_areRefused() {
        AuditCheck check = AuditCheck.of(shared, TestLogs.VERIFIER)
                .threads(1)
                .remembered(checkpoint)
                .onProgress(entries -> {});
        assertThatIllegalStateException().isThrownBy(() -> check.threads(1));
        assertThatIllegalStateException().isThrownBy(() -> check.remembered(checkpoint));
        assertThatIllegalStateException().isThrownBy(() -> check.onProgress(entries -> {}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AuditCheck.of(shared, TestLogs.VERIFIER).threads(0));
    }

    private static long firstBad(Path log) {
        try {
            AuditCheck.of(log, TestLogs.VERIFIER).run();
        } catch (AuditLogException e) {
            return e.firstBadIndex();
        }
        throw new AssertionError("passed");
    }
}
