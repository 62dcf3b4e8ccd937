package io.aidc.privacy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.internal.ChainedLog;
import io.aidc.privacy.query.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivacyLedgerTest {
    private static final int HEADER_BYTES = 22 + 2 * 110;

    @TempDir
    Path folder;

    private Path file;

    static LongStream seeds() {
        return Seeds.few(10);
    }

    @BeforeEach
    void name() {
        file = folder.resolve("ledger");
    }

    @Test
    void scope_openedAgain_remembersWhatWasSpent() {
        String head;
        try (PrivacyLedger ledger = open()) {
            assertThat(ledger.scope("wards").count(List.of(1)).spending(0.25)).isInstanceOf(Release.Granted.class);
            ledger.scope("wards").charge(new PureDp(0.1).times(3));
            assertThat(ledger.scope("other").spent()).isZero();
            head = ledger.head();
        }
        try (PrivacyLedger ledger = open()) {
            assertThat(ledger.head()).isEqualTo(head).hasSize(64);
            assertThat(ledger.scopes()).containsExactly("other", "wards");
            assertThat(ledger.scope("wards")).isSameAs(ledger.scope("wards"));
            assertThat(ledger.scope("wards").spent()).isEqualTo(0.55);
            assertThat(ledger.scope("wards").charged()).isEqualTo(new PureDp(0.25).and(new PureDp(0.1).times(3)));
            assertThat(ledger.scope("other").spent()).isZero();
            assertThat(ledger.scope("wards").charge(new PureDp(0.5))).isInstanceOf(Charge.Refused.class);
        }
    }

    @Test
    void scope_withDelta_remembersItsOrder() {
        double spent;
        double order;
        try (PrivacyLedger ledger = open("g", PrivacyBudget.builder().epsilon(3).delta(1e-4))) {
            ledger.scope("g").count(List.of()).gaussian(8);
            spent = ledger.scope("g").spent();
            order = ledger.scope("g").order();
        }
        // without naming it: the limits are on file
        try (PrivacyLedger ledger = PrivacyLedger.builder(file).open()) {
            assertThat(ledger.scope("g").spent()).isEqualTo(spent);
            assertThat(ledger.scope("g").order()).isEqualTo(order);
            assertThat(ledger.scope("g").charged()).isEqualTo(new Gaussian(8));
        }
    }

    @Test
    void reservation_releasedOrCommittedOrLeftOpen_isRecoveredAsSuch() {
        try (PrivacyLedger ledger = open()) {
            PrivacyBudget budget = ledger.scope("wards");
            ((Reservation.Held) budget.reserve(new PureDp(0.5))).release();
            ((Reservation.Held) budget.reserve(new PureDp(0.25))).commit();
            assertThat(budget.reserve(new PureDp(0.125))).isInstanceOf(Reservation.Held.class);
        }
        try (PrivacyLedger ledger = open()) {
            assertThat(ledger.scope("wards").spent()).isEqualTo(0.375);
        }
    }

    @Test
    void refusal_onALedger_writesNothing() throws IOException {
        try (PrivacyLedger ledger = open()) {
            long before = Files.size(file);
            assertThat(ledger.scope("wards").charge(new PureDp(2))).isInstanceOf(Charge.Refused.class);
            assertThat(Files.size(file)).isEqualTo(before);
        }
    }

    @Test
    void query_onALedger_isOnFileBeforeDataIsRead() throws IOException {
        try (PrivacyLedger ledger = open()) {
            Iterable<Integer> records = () -> {
                try {
                    assertThat(Files.readString(file)).contains(" reserve wards pure(0.25) ");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return List.of(1).iterator();
            };
            assertThat(ledger.scope("wards").count(records).spending(0.25)).isInstanceOf(Release.Granted.class);
        }
        assertThat(Files.readString(file)).contains(" commit 3 ");
    }

    @Test
    void open_whileOpen_isRefusedAndTheFirstKeepsItsLock() {
        try (PrivacyLedger first = open()) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(this::open)
                        .isInstanceOf(LedgerLockedException.class)
                        .hasMessageContaining("is in use");
            }
            first.scope("wards").charge(new PureDp(0.1));
        }
        open().close();
    }

    @Test
    void open_otherLimits_isRefusedAndLeavesTheFileAlone() throws IOException {
        open().close();
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> open("wards", PrivacyBudget.builder().epsilon(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("scope wards is on file with Limits[epsilon=1.0");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        open("wards", PrivacyBudget.builder().epsilon(1.00)).close();
    }

    @Test
    void afterClose_everythingFails() {
        PrivacyLedger ledger = open();
        PrivacyBudget budget = ledger.scope("wards");
        ledger.close();
        ledger.close();
        assertThatThrownBy(() -> budget.charge(new PureDp(0.1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void builder_badScope_isNamed() {
        PrivacyLedger.Builder builder = PrivacyLedger.builder(file);
        PrivacyBudget.Builder limits = PrivacyBudget.builder().epsilon(1);
        assertThatThrownBy(() -> builder.scope("two words", limits))
                .hasMessage("a scope name is 1 to 64 of A-Z a-z 0-9 . _ -, got 'two words'");
        assertThatThrownBy(() -> builder.scope("a", PrivacyBudget.builder())).hasMessage("epsilon(...) is missing");
        builder.scope("a", limits);
        assertThatThrownBy(() -> builder.scope("a", limits))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("scope a is already set");
        try (PrivacyLedger ledger = builder.open()) {
            assertThatThrownBy(() -> ledger.scope("b")).hasMessage("no scope named b, there are [a]");
        }
    }

    @Test
    void open_folderMissing_isAnIoError() {
        file = folder.resolve("no/such/folder/ledger");
        assertThatThrownBy(this::open).isInstanceOf(LedgerIoException.class).hasMessageContaining("no/such/folder");
    }

    @Test
    void charges_manyThreads_areAllOnFile() {
        var granted = new AtomicInteger();
        try (PrivacyLedger ledger = open()) {
            PrivacyBudget budget = ledger.scope("wards");
            CompletableFuture.allOf(IntStream.range(0, 16)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> {
                                for (int k = 0; k < 10; k++) {
                                    if (budget.charge(new PureDp(0.01)) instanceof Charge.Granted) {
                                        granted.incrementAndGet();
                                    }
                                }
                            }))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
        assertThat(granted).hasValue(100);
        try (PrivacyLedger ledger = open()) {
            assertThat(ledger.scope("wards").spent()).isEqualTo(1.0);
        }
    }

    /** Written once by this version; must stay readable. */
    @Test
    void open_fileOfVersionOne_isRead() throws IOException {
        try (var stored = PrivacyLedgerTest.class.getResourceAsStream("ledger-1.txt")) {
            Files.write(file, stored.readAllBytes());
        }
        try (PrivacyLedger ledger = PrivacyLedger.builder(file).open()) {
            assertThat(ledger.scopes()).containsExactly("other", "wards");
            assertThat(ledger.scope("wards").spent()).isEqualTo(0.375);
            assertThat(ledger.unit("wards")).isEqualTo("patient");
            assertThat(ledger.unit("other")).isEqualTo("record");
            assertThat(ledger.scope("other").order()).isEqualTo(6.1);
        }
    }

    @Test
    void open_lastRecordsCutOff_isRefusedAndNeverReset() throws IOException {
        byte[] whole = threeCharges();
        int lastReserve = new String(whole, US_ASCII).lastIndexOf("reserve");
        for (int length = 0; length < lastReserve + 100; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            Files.write(file, cut);
            assertThatThrownBy(this::open).isInstanceOf(CorruptLedgerException.class);
            assertThat(Files.readAllBytes(file)).isEqualTo(cut);
        }
    }

    /** What a crash leaves: some bytes of a record that nobody was told about, beyond the anchor. */
    @Test
    void open_unfinishedRecord_countsIfItCanBeReadAndNeverLowersTheSum() throws IOException {
        byte[] before;
        try (PrivacyLedger ledger = open()) {
            ledger.scope("wards").charge(new PureDp(0.25));
        }
        before = Files.readAllBytes(file);
        try (PrivacyLedger ledger = open()) {
            ledger.scope("wards").reserve(new PureDp(0.125));
        }
        byte[] after = Files.readAllBytes(file);
        int readableFrom = new String(after, US_ASCII).lastIndexOf("pure(0.125) ") + "pure(0.125) ".length();
        for (int length = before.length; length < after.length; length++) {
            byte[] torn = java.util.Arrays.copyOf(after, length);
            // the anchors of before: the crash came first
            System.arraycopy(before, 0, torn, 0, HEADER_BYTES);
            Files.write(file, torn);
            double spent = length >= readableFrom ? 0.375 : 0.25;
            for (int i = 0; i < 2; i++) {
                try (PrivacyLedger ledger = open()) {
                    assertThat(ledger.scope("wards").spent()).isEqualTo(spent);
                }
            }
        }
    }

    @Test
    void open_oneAnchorTorn_usesTheOther() throws IOException {
        byte[] whole = threeCharges();
        for (int anchor = 0; anchor < 2; anchor++) {
            byte[] torn = whole.clone();
            torn[22 + anchor * 110 + 50] ^= 1;
            Files.write(file, torn);
            try (PrivacyLedger ledger = open()) {
                assertThat(ledger.scope("wards").spent()).isEqualTo(0.75);
            }
        }
        byte[] both = whole.clone();
        both[22 + 50] ^= 1;
        both[22 + 110 + 50] ^= 1;
        Files.write(file, both);
        assertThatThrownBy(this::open)
                .isInstanceOf(CorruptLedgerException.class)
                .hasMessageContaining("neither anchor is readable");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void open_anyByteChanged_isRefusedOrHarmless(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        byte[] whole = threeCharges();
        for (int i = 0; i < 20; i++) {
            byte[] changed = whole.clone();
            int at = random.nextInt(changed.length);
            changed[at] = (byte) (changed[at] ^ random.nextInt(1, 256));
            Files.write(file, changed);
            if (at < 22 || at >= HEADER_BYTES) {
                assertThatThrownBy(this::open).isInstanceOf(CorruptLedgerException.class);
                assertThat(Files.readAllBytes(file)).isEqualTo(changed);
            } else {
                try (PrivacyLedger ledger = open()) {
                    assertThat(ledger.scope("wards").spent()).isEqualTo(0.75);
                }
            }
        }
    }

    /** One bit of every byte; the record that is not yet anchored is no exception. */
    @Test
    void open_everyByteFlipped_isRefusedOrNeverSpendsLess() throws IOException {
        byte[] whole = threeCharges();
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 << at % 8);
            Files.write(file, changed);
            try (PrivacyLedger ledger = open()) {
                assertThat(ledger.scope("wards").spent()).isGreaterThanOrEqualTo(0.75);
            } catch (CorruptLedgerException e) {
                assertThat(Files.readAllBytes(file)).isEqualTo(changed);
            }
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void open_garbage_isRefused(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        byte[] garbage = new byte[random.nextInt(2000)];
        random.nextBytes(garbage);
        Files.write(file, garbage);
        assertThatThrownBy(this::open).isInstanceOfSatisfying(CorruptLedgerException.class, e -> {
            assertThat(e.record()).isZero();
            assertThat(e.file()).hasFileName("ledger");
        });
        assertThat(Files.readAllBytes(file)).isEqualTo(garbage);
    }

    /** Well-chained records that make no sense: what a program with a bug, or a patient forger, would write. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "reserve nowhere pure(0.1)",
                "reserve wards pure(-1.0)",
                "commit 7",
                "release x",
                "scope wards 1.0 0.0 ADD_OR_REMOVE 0.0 record",
                "scope new x 0.0 ADD_OR_REMOVE 0.0 record",
                "scope new 1.0 0.0 SOMETHING 0.0 record",
                "scope new 1.0 0.0 ADD_OR_REMOVE 0.0",
                "scope new 1.0 0.0 ADD_OR_REMOVE 0.0 ",
                "refund 3",
                "group wards",
                "group nowhere a",
                "group wards a,b",
                "reserve wards/a pure(0.1)",
                "reserve wards/ pure(0.1)",
                "reserve / pure(0.1)",
                "scope a/b 1.0 0.0 ADD_OR_REMOVE 0.0 record",
                "reserve wards gaussian(1.0)"
            })
    void open_senselessRecord_isRefused(String body) throws IOException {
        open().close();
        try (ChainedLog raw = ChainedLog.open(file, "aidc-privacy-ledger 1", ignored -> {})) {
            raw.append(body);
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(CorruptLedgerException.class)
                .hasMessageContaining("corrupt at record 3: meaningless record");
    }

    @Test
    void open_failing_leavesNoLockBehind() throws IOException {
        Files.write(file, new byte[10]);
        assertThatThrownBy(this::open).isInstanceOf(CorruptLedgerException.class);
        Files.delete(file);
        open().close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("ledger", "ledger.lock");
        }
    }

    /** Deleting the ledger alone must not give the budget back. */
    @Test
    void open_ledgerDeleted_isRefusedWhileItsLockFileIsThere() throws IOException {
        open().close();
        Files.delete(file);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(CorruptLedgerException.class)
                    .hasMessageContaining("ledger is corrupt at record 0: the file is gone");
            assertThat(file).doesNotExist();
        }
        Files.delete(folder.resolve("ledger.lock"));
        open().close();
    }

    /** Killed after making the ledger and before noting it, or restored without its lock file: noted on opening. */
    @Test
    void open_lockFileEmpty_isNotedOnTheNextOpening() throws IOException {
        open().close();
        Files.write(folder.resolve("ledger.lock"), new byte[0]);
        open().close();
        Files.delete(file);
        assertThatThrownBy(this::open).isInstanceOf(CorruptLedgerException.class);
    }

    @Test
    void open_linkToALedgerThatIsGone_isRefused() throws IOException {
        Path real = file;
        open().close();
        file = Files.createSymbolicLink(folder.resolve("link"), real);
        open().close();
        Files.delete(real);
        assertThatThrownBy(this::open).isInstanceOf(LedgerIoException.class);
        assertThat(real).doesNotExist();
    }

    @Test
    void unit_named_isOnFile() throws IOException {
        PrivacyBudget.Builder limits = PrivacyBudget.builder().epsilon(1);
        try (PrivacyLedger ledger = PrivacyLedger.builder(file)
                .scope("wards", limits)
                .unit("patient")
                .scope("other", limits)
                .open()) {
            assertThat(ledger.unit("wards")).isEqualTo("patient");
            assertThat(ledger.unit("other")).isEqualTo("record");
        }
        assertThat(Files.readString(file))
                .contains("1 scope wards 1.0 0.0 ADD_OR_REMOVE 0.0 patient ")
                .contains("2 scope other 1.0 0.0 ADD_OR_REMOVE 0.0 record ");
        try (PrivacyLedger ledger = PrivacyLedger.builder(file).open()) {
            assertThat(ledger.unit("wards")).isEqualTo("patient");
            assertThatThrownBy(() -> ledger.unit("no")).hasMessage("no scope named no, there are [other, wards]");
        }
        assertThatThrownBy(() -> open("wards", limits))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unit=patient");
    }

    @Test
    void unit_badOrTwiceOrWithoutScope_isNamed() {
        PrivacyLedger.Builder builder = PrivacyLedger.builder(file);
        assertThatThrownBy(() -> builder.unit("patient"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("unit(patient) needs a scope before it");
        builder.scope("a", PrivacyBudget.builder().epsilon(1));
        assertThatThrownBy(() -> builder.unit("a patient"))
                .hasMessage("a unit is 1 to 64 of A-Z a-z 0-9 . _ -, got 'a patient'");
        builder.unit("patient");
        assertThatThrownBy(() -> builder.unit("visit"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("unit of scope a is already set to patient");
    }

    /** An interrupted thread would lose a channel; the ledger must not. */
    @Test
    void charge_interruptedThread_isWrittenAllTheSame() {
        try (PrivacyLedger ledger = open()) {
            Thread.currentThread().interrupt();
            assertThat(ledger.scope("wards").charge(new PureDp(0.1))).isInstanceOf(Charge.Granted.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(ledger.scope("wards").charge(new PureDp(0.1))).isInstanceOf(Charge.Granted.class);
        }
    }

    private byte[] threeCharges() throws IOException {
        Files.deleteIfExists(file);
        try (PrivacyLedger ledger = open()) {
            for (int i = 0; i < 3; i++) {
                ledger.scope("wards").charge(new PureDp(0.25));
            }
        }
        return Files.readAllBytes(file);
    }

    private PrivacyLedger open() {
        return PrivacyLedger.builder(file)
                .scope("wards", PrivacyBudget.builder().epsilon(1))
                .scope("other", PrivacyBudget.builder().epsilon(5))
                .open();
    }

    private PrivacyLedger open(String scope, PrivacyBudget.Builder limits) {
        return PrivacyLedger.builder(file).scope(scope, limits).open();
    }
}
