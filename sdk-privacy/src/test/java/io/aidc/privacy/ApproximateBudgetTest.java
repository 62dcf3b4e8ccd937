package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.Calibration;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.PrivacyEvent.ApproximateDp;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.accounting.RdpAccountant;
import io.aidc.privacy.accounting.RdpConversion;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Charges that have a δ of their own. */
class ApproximateBudgetTest {

    static LongStream seeds() {
        return Seeds.few(20);
    }

    private static PrivacyBudget budget() {
        return PrivacyBudget.builder()
                .epsilon(2)
                .delta(1e-6)
                .approximateDelta(4e-7)
                .build();
    }

    @Test
    void charge_approximate_addsExactly() {
        PrivacyBudget budget = budget();
        for (int i = 0; i < 4; i++) {
            assertThat(budget.charge(new ApproximateDp(0.1, 1e-7))).isInstanceOf(Charge.Granted.class);
        }
        assertThat(budget.spent()).isEqualTo(0.4);
        // the delta set aside is used up, to the last digit; epsilon is not
        assertThat(budget.charge(new ApproximateDp(0.1, 1e-20)))
                .isEqualTo(new Charge.Refused(new ApproximateDp(0.1, 1e-20), Double.POSITIVE_INFINITY, 1.6));
        assertThat(budget.charge(new PureDp(1.6))).isInstanceOf(Charge.Granted.class);
        assertThat(budget.remaining()).isZero();
        assertThat(budget.approximateDelta()).isEqualTo(4e-7);
    }

    @Test
    void charge_repeatedApproximate_countsEveryDelta() {
        assertThat(budget().charge(new ApproximateDp(0.1, 1e-7).times(4))).isInstanceOf(Charge.Granted.class);
        assertThat(budget().charge(new ApproximateDp(0.1, 1e-7).times(5))).isInstanceOf(Charge.Refused.class);
        assertThat(budget().charge(new ApproximateDp(0.1, 4.0000001e-7))).isInstanceOf(Charge.Refused.class);
    }

    /** The rule by hand: the pure part joins the Rényi sum, converted at what was not set aside, whatever was used. */
    @Test
    void charge_besideGaussians_isConvertedAtTheRest() {
        PrivacyBudget budget = budget();
        assertThat(budget.charge(new Gaussian(20))).isInstanceOf(Charge.Granted.class);
        assertThat(budget.charge(new ApproximateDp(0.1, 1e-7))).isInstanceOf(Charge.Granted.class);
        double rdp = RdpAccountant.of(new Gaussian(20).and(new PureDp(0.1))).rdp(budget.order());
        assertThat(budget.spent())
                .isCloseTo(RdpConversion.IMPROVED_CKS_2020.epsilon(budget.order(), rdp, 6e-7), within(1e-9))
                .isGreaterThan(RdpConversion.IMPROVED_CKS_2020.epsilon(budget.order(), rdp, 6.1e-7));
        assertThat(budget.order()).isEqualTo(Calibration.gaussianOrder(2, Math.nextDown(6e-7)));
    }

    /** The cap's τ is added to the δ set aside, the rest is a Poisson sample like any other. */
    @Test
    void charge_cappedSample_splitsIntoItsDeltaAndARenyiCharge() {
        Sampling capped = Sampling.truncatedPoisson(0.01, 155, 10_000);
        assertThat(capped.ownDelta(1)).isBetween(1e-7, 4e-7);
        assertThat(Sampling.poisson(0.01).ownDelta(1)).isZero();
        PrivacyBudget budget = budget();
        assertThat(budget.charge(capped.event(4))).isInstanceOf(Charge.Granted.class);
        PrivacyBudget uncapped = budget();
        uncapped.charge(Sampling.poisson(0.01).event(4));
        assertThat(budget.spent()).isEqualTo(uncapped.spent());
        assertThat(budget.charge(capped.event(4).times(4))).isInstanceOf(Charge.Refused.class);
    }

    @Test
    void charge_nothingSetAside_isRefusedByName() {
        PrivacyEvent event = new ApproximateDp(0.1, 1e-9);
        PrivacyBudget plain = PrivacyBudget.builder().epsilon(1).delta(1e-6).build();
        assertThatThrownBy(() -> plain.charge(event))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("this budget has no delta set aside for events that have one of their own, say "
                        + "approximateDelta(...), got ApproximateDp");
        PrivacyBudget pure = PrivacyBudget.builder().epsilon(1).build();
        assertThatThrownBy(() -> pure.charge(event)).isInstanceOf(IllegalArgumentException.class);
        assertThat(plain.spent()).isZero();
        assertThat(plain.approximateDelta()).isZero();
    }

    @Test
    void charge_allSetAside_takesNoGaussian() {
        PrivacyBudget budget = PrivacyBudget.builder()
                .epsilon(1)
                .delta(1e-6)
                .approximateDelta(1e-6)
                .neighbours(Neighbours.REPLACE_ONE)
                .build();
        assertThat(budget.order()).isZero();
        assertThat(budget.charge(new ApproximateDp(1, 1e-6))).isInstanceOf(Charge.Granted.class);
        assertThatThrownBy(() -> budget.charge(new Gaussian(1e6)))
                .hasMessageStartingWith("a budget with all its delta set aside takes epsilon and delta only, got ");
    }

    @Test
    void release_approximate_givesTheDeltaBack() {
        PrivacyBudget budget = budget();
        var held = (Reservation.Held) budget.reserve(new ApproximateDp(0.5, 4e-7));
        assertThat(budget.charge(new ApproximateDp(0.5, 1e-9))).isInstanceOf(Charge.Refused.class);
        held.release();
        assertThat(budget.charge(new ApproximateDp(0.5, 4e-7))).isInstanceOf(Charge.Granted.class);
    }

    /** Random charges: what was granted never exceeds either limit, added up in another way. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void charge_mixture_neverOverspends(long seed) {
        var random = new SplittableRandom(seed);
        PrivacyBudget budget = budget();
        double deltas = 0;
        PrivacyEvent pureParts = new PrivacyEvent.Composed(java.util.List.of());
        double pure = 0;
        boolean allPure = true;
        for (int i = 0; i < 60; i++) {
            double epsilon = random.nextDouble(0.001, 0.3);
            double delta = random.nextDouble(1e-9, 1e-7);
            int kind = random.nextInt(3);
            PrivacyEvent event = kind == 0
                    ? new ApproximateDp(epsilon, delta)
                    : kind == 1 ? new PureDp(epsilon) : new Gaussian(1 / epsilon);
            if (budget.charge(event) instanceof Charge.Granted) {
                deltas += kind == 0 ? delta : 0;
                pure += kind == 2 ? 0 : epsilon;
                allPure &= kind != 2;
                pureParts = pureParts.and(kind == 2 ? event : new PureDp(epsilon));
            }
        }
        double renyi = RdpConversion.IMPROVED_CKS_2020.epsilon(
                budget.order(), RdpAccountant.of(pureParts).rdp(budget.order()), 6e-7);
        assertThat(deltas).isLessThanOrEqualTo(4e-7 * (1 + 1e-12));
        assertThat(Math.min(renyi, allPure ? pure : Double.POSITIVE_INFINITY)).isLessThanOrEqualTo(2 * (1 + 1e-9));
    }

    @Test
    void builder_badPart_isNamed() {
        for (double bad : new double[] {0, -1, 1, Double.NaN}) {
            assertThatThrownBy(() -> PrivacyBudget.builder().approximateDelta(bad))
                    .hasMessage("approximateDelta must be in (0, 1), got " + bad);
        }
        assertThatThrownBy(() -> PrivacyBudget.builder().approximateDelta(0.1).approximateDelta(0.1))
                .hasMessage("approximateDelta is already set to 0.1");
        assertThatThrownBy(() -> PrivacyBudget.builder()
                        .epsilon(1)
                        .delta(1e-6)
                        .approximateDelta(1e-5)
                        .build())
                .hasMessage("approximateDelta(1.0E-5) needs a delta of at least that, got 1.0E-6");
        assertThatThrownBy(() -> PrivacyBudget.builder()
                        .epsilon(1)
                        .delta(1e-6)
                        .approximateDelta(1e-6)
                        .order(8)
                        .build())
                .hasMessage("order(8.0) needs delta > 1.0E-6");
    }

    @Test
    void ledger_remembersThePartAndTheCharges(@TempDir Path folder) {
        Path file = folder.resolve("budgets.ledger");
        var limits = PrivacyBudget.builder().epsilon(2).delta(1e-6).approximateDelta(4e-7);
        try (PrivacyLedger ledger =
                PrivacyLedger.builder(file).scope("wards", limits).open()) {
            assertThat(ledger.scope("wards").charge(new ApproximateDp(0.5, 3e-7)))
                    .isInstanceOf(Charge.Granted.class);
        }
        try (PrivacyLedger ledger = PrivacyLedger.builder(file).open()) {
            PrivacyBudget budget = ledger.scope("wards");
            assertThat(budget.approximateDelta()).isEqualTo(4e-7);
            assertThat(budget.spent()).isEqualTo(0.5);
            assertThat(budget.charge(new ApproximateDp(0.5, 2e-7))).isInstanceOf(Charge.Refused.class);
        }
        var other = PrivacyBudget.builder().epsilon(2).delta(1e-6).approximateDelta(3e-7);
        assertThatThrownBy(
                        () -> PrivacyLedger.builder(file).scope("wards", other).open())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
