package io.aidc.privacy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.query.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerGroupsTest {
    private static final int HEADER_BYTES = 22 + 2 * 110;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("ledger");
    }

    @Test
    void charge_ofOneGroup_leavesTheOthersAlone() {
        try (PrivacyLedger ledger = open("north", "south")) {
            PrivacyBudget all = ledger.scope("wards");
            assertThat(all.groups()).containsExactly("north", "south");
            assertThat(all.group("north").charge(new PureDp(0.75))).isInstanceOf(Charge.Granted.class);
            assertThat(all.group("south").spent()).isZero();
            assertThat(all.group("south").charge(new PureDp(0.5))).isInstanceOf(Charge.Granted.class);
            assertThat(all.group("north").groups()).containsExactly("north");
            // that of the worst off
            assertThat(all.spent()).isEqualTo(0.75);
            assertThat(all.remaining()).isEqualTo(0.25);
            assertThat(all.charged()).isEqualTo(new PureDp(0.75));
        }
    }

    @Test
    void charge_ofSeveralGroups_needsRoomInEveryOneAndIsOneRecord() throws IOException {
        try (PrivacyLedger ledger = open("east", "north", "south")) {
            PrivacyBudget all = ledger.scope("wards");
            all.group("north").charge(new PureDp(0.75));
            PrivacyBudget two = all.group("south", "north");
            Charge refused = two.charge(new PureDp(0.5));
            assertThat(refused).isEqualTo(new Charge.Refused(new PureDp(0.5), 0.5, 0.25));
            assertThat(all.group("south").spent()).isZero();
            assertThat(two.charge(new PureDp(0.25))).isEqualTo(new Charge.Granted(new PureDp(0.25), 0.25, 0));
            assertThat(all.group("south").spent()).isEqualTo(0.25);
            assertThat(all.group("east").spent()).isZero();
            assertThat(all.charge(new PureDp(0.1))).isInstanceOf(Charge.Refused.class);
        }
        assertThat(Files.readString(file)).containsOnlyOnce(" reserve wards/north,south pure(0.25) ");
    }

    @Test
    void query_ofAGroup_isChargedToIt() {
        try (PrivacyLedger ledger = open("north", "south")) {
            PrivacyBudget north = ledger.scope("wards").group("north");
            assertThat(north.count(List.of(1)).spending(0.5)).isInstanceOf(Release.Granted.class);
            assertThat(north.spent()).isEqualTo(0.5);
            assertThat(ledger.scope("wards").group("south").spent()).isZero();
        }
    }

    @Test
    void groups_openedAgain_rememberWhatEachSpent() {
        try (PrivacyLedger ledger = open("north", "south")) {
            PrivacyBudget all = ledger.scope("wards");
            all.group("north").charge(new PureDp(0.25));
            all.charge(new PureDp(0.125));
            ((Reservation.Held) all.group("north", "south").reserve(new PureDp(0.5))).release();
            assertThat(all.group("south").reserve(new PureDp(0.0625))).isInstanceOf(Reservation.Held.class);
        }
        // named again or not
        try (PrivacyLedger ledger = PrivacyLedger.builder(file).open()) {
            assertThat(ledger.scope("wards").group("north").spent()).isEqualTo(0.375);
            assertThat(ledger.scope("wards").group("south").spent()).isEqualTo(0.1875);
        }
    }

    /** Data that came later was not touched by what was asked before. */
    @Test
    void groups_addedLater_haveTheWholeLimits() {
        try (PrivacyLedger ledger = open("q1")) {
            ledger.scope("wards").charge(new PureDp(1));
        }
        try (PrivacyLedger ledger = open("q1", "q2")) {
            PrivacyBudget all = ledger.scope("wards");
            assertThat(all.groups()).containsExactly("q1", "q2");
            assertThat(all.charge(new PureDp(0.5))).isInstanceOf(Charge.Refused.class);
            assertThat(all.group("q2").charge(new PureDp(0.5))).isInstanceOf(Charge.Granted.class);
        }
        try (PrivacyLedger ledger = open("q2")) {
            assertThat(ledger.scope("wards").group("q1").spent()).isEqualTo(1);
            assertThat(ledger.scope("wards").group("q2").spent()).isEqualTo(0.5);
        }
    }

    @Test
    void groups_ofAScopeChargedAsAWhole_areRefused() throws IOException {
        try (PrivacyLedger ledger = PrivacyLedger.builder(file)
                .scope("wards", PrivacyBudget.builder().epsilon(1))
                .open()) {
            assertThat(ledger.scope("wards").groups()).isEmpty();
            assertThatThrownBy(() -> ledger.scope("wards").group("q1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no group named q1, there are []");
            ledger.scope("wards").charge(new PureDp(0.5));
        }
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> open("q1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a scope that was charged as a whole cannot be divided into groups");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void builder_badGroups_areNamed() {
        PrivacyLedger.Builder builder = PrivacyLedger.builder(file);
        assertThatThrownBy(() -> builder.groups("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("groups(...) needs a scope before it");
        builder.scope("wards", PrivacyBudget.builder().epsilon(1));
        assertThatThrownBy(builder::groups)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("groups(...) needs at least one name");
        assertThatThrownBy(() -> builder.groups("a", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("group a is there twice");
        assertThatThrownBy(() -> builder.groups("a,b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a group is 1 to 64 of");
        builder.groups("a");
        assertThatThrownBy(() -> builder.groups("b"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("groups of scope wards is already set to [a]");
    }

    @Test
    void charges_ofOverlappingGroupsFromManyThreads_neverOverspendOne() {
        var north = new AtomicInteger();
        var south = new AtomicInteger();
        try (PrivacyLedger ledger = open("north", "south")) {
            PrivacyBudget all = ledger.scope("wards");
            CompletableFuture.allOf(IntStream.range(0, 9)
                            .mapToObj(i -> CompletableFuture.runAsync(() -> {
                                PrivacyBudget mine = switch (i % 3) {
                                    case 0 -> all.group("north");
                                    case 1 -> all.group("south");
                                    default -> all.group("south", "north");
                                };
                                for (int k = 0; k < 30; k++) {
                                    if (mine.charge(new PureDp(0.01)) instanceof Charge.Granted) {
                                        north.addAndGet(i % 3 == 1 ? 0 : 1);
                                        south.addAndGet(i % 3 == 0 ? 0 : 1);
                                    }
                                }
                            }))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        }
        assertThat(north).hasValue(100);
        assertThat(south).hasValue(100);
        try (PrivacyLedger ledger = open("north")) {
            assertThat(ledger.scope("wards").group("north").spent()).isEqualTo(1.0);
            assertThat(ledger.scope("wards").group("south").spent()).isEqualTo(1.0);
        }
    }

    /** Power lost at any byte of a charge to two groups: both have it, or neither. */
    @Test
    void open_chargeCutAnywhere_countsInAllGroupsOrNone() throws IOException {
        open("north", "south").close();
        byte[] before = Files.readAllBytes(file);
        try (PrivacyLedger ledger = open("north", "south")) {
            ledger.scope("wards").group("north", "south").reserve(new PureDp(0.5));
        }
        byte[] after = Files.readAllBytes(file);
        System.arraycopy(before, 0, after, 0, HEADER_BYTES);
        int readableFrom = new String(after, US_ASCII).lastIndexOf("pure(0.5) ") + "pure(0.5) ".length();
        for (int length = before.length; length < after.length; length++) {
            Files.write(file, Arrays.copyOf(after, length));
            double spent = length >= readableFrom ? 0.5 : 0;
            for (int i = 0; i < 2; i++) {
                try (PrivacyLedger ledger = PrivacyLedger.builder(file).open()) {
                    assertThat(ledger.scope("wards").group("north").spent()).isEqualTo(spent);
                    assertThat(ledger.scope("wards").group("south").spent()).isEqualTo(spent);
                }
            }
        }
    }

    @Test
    void groups_withDelta_eachCarryTheirOwnDivergence() {
        try (PrivacyLedger ledger = PrivacyLedger.builder(file)
                .scope("g", PrivacyBudget.builder().epsilon(3).delta(1e-4))
                .groups("a", "b")
                .open()) {
            PrivacyBudget all = ledger.scope("g");
            all.group("a").charge(new Gaussian(4));
            double a = all.group("a").spent();
            all.charge(new Gaussian(4));
            assertThat(all.group("b").spent()).isEqualTo(a);
            assertThat(all.group("a").spent()).isEqualTo(all.spent()).isGreaterThan(a);
            assertThat(all.group("a").certificate().events()).isEqualTo("gaussian(4.0)*2");
            assertThat(all.group("b").certificate().events()).isEqualTo("gaussian(4.0)");
            assertThat(all.group("b").certificate().scope()).isEqualTo("g/b");
            // one of the two would be wrong for the other
            assertThatThrownBy(all::certificate)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("each group has a certificate of its own");
        }
    }

    /** A reservation of the whole scope, cut short by a crash, counts before groups are asked for. */
    @Test
    void groups_afterATornReservationOfTheWhole_areRefusedAndTheFileStaysGood() throws IOException {
        openWhole().close();
        byte[] before = Files.readAllBytes(file);
        try (PrivacyLedger ledger = openWhole()) {
            ledger.scope("wards").charge(new PureDp(0.5));
        }
        byte[] after = Files.readAllBytes(file);
        int endOfReservation = new String(after, US_ASCII).indexOf('\n', before.length);
        byte[] torn = Arrays.copyOf(after, endOfReservation - 10);
        // the anchors of before: the crash came first
        System.arraycopy(before, 0, torn, 0, HEADER_BYTES);
        Files.write(file, torn);
        assertThatThrownBy(() -> open("q1")).isInstanceOf(IllegalArgumentException.class);
        try (PrivacyLedger ledger = openWhole()) {
            assertThat(ledger.scope("wards").spent()).isEqualTo(0.5);
        }
    }

    private PrivacyLedger openWhole() {
        return PrivacyLedger.builder(file)
                .scope("wards", PrivacyBudget.builder().epsilon(1))
                .open();
    }

    private PrivacyLedger open(String... groups) {
        return PrivacyLedger.builder(file)
                .scope("wards", PrivacyBudget.builder().epsilon(1))
                .groups(groups)
                .open();
    }
}
