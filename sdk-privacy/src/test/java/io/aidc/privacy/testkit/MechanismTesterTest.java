package io.aidc.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.accounting.AnalyticGaussian;
import io.aidc.privacy.noise.DiscreteLaplace;
import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import io.aidc.privacy.testkit.MechanismVerdict.NotRefuted;
import io.aidc.privacy.testkit.MechanismVerdict.Refuted;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All seeds are fixed; a fresh one would fail a right mechanism with a chance of at most 1e-6. */
class MechanismTesterTest {
    private final SplittableRandom random = new SplittableRandom(7);
    private final RandomBits bits = SeededBits.of(7);

    private DoubleSupplier gaussian(double mean, double sigma) {
        return () -> mean + sigma * random.nextGaussian();
    }

    private Supplier<Long> count(long rows, double scale) {
        DiscreteLaplace noise = DiscreteLaplace.ofScale(scale);
        return () -> rows + noise.sample(bits);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 3})
    void numbers_rightGaussian_isNotRefutedAndHalfTheNoiseIs(double epsilon) {
        double delta = 1e-5;
        double sigma = AnalyticGaussian.standardDeviation(epsilon, delta, 1);
        MechanismTester tester = MechanismTester.claiming(epsilon, delta);
        MechanismVerdict right = tester.numbers(gaussian(0, sigma), gaussian(1, sigma));
        assertThat(right).isInstanceOf(NotRefuted.class);
        assertThat(right.epsilonLowerBound()).isPositive();
        MechanismVerdict half = tester.samples(400_000).numbers(gaussian(0, sigma / 2), gaussian(1, sigma / 2));
        assertThat(half).isInstanceOf(Refuted.class);
    }

    @Test
    void outcomes_exactLaplace_isNotRefutedAndHalfTheNoiseIs() {
        MechanismTester tester = MechanismTester.claiming(1, 0);
        MechanismVerdict right = tester.outcomes(count(100, 1), count(101, 1));
        assertThat(right).isInstanceOf(NotRefuted.class);
        // the tester is sharp: it shows nearly all of the ε that is there
        assertThat(right.epsilonLowerBound()).isBetween(0.9, 1.0);
        MechanismVerdict half = tester.outcomes(count(100, 0.5), count(101, 0.5));
        assertThat(half).isInstanceOf(Refuted.class);
        assertThat(half.epsilonLowerBound()).isBetween(1.8, 2.0);
    }

    @Test
    void outcomes_leakOnTheSecondInputOnly_isFound() {
        Supplier<String> quiet = () -> "none";
        Supplier<String> leaky = () -> random.nextInt(200) == 0 ? "leak" : "none";
        MechanismVerdict verdict = MechanismTester.claiming(1, 1e-3).outcomes(quiet, leaky);
        assertThat(verdict).isInstanceOfSatisfying(Refuted.class, refuted -> {
            assertThat(refuted.evidence().event()).isEqualTo("leak");
            assertThat(refuted.evidence().first()).isZero();
            assertThat(refuted.evidence().second()).isBetween(400L, 600L);
            assertThat(refuted.evidence().samples()).isEqualTo(100_000);
            assertThat(refuted.epsilonLowerBound()).isLessThan(refuted.epsilonCeiling());
        });
        assertThat(MechanismTester.claiming(1, 1e-3).outcomes(leaky, quiet)).isInstanceOf(Refuted.class);
        // δ allows it
        assertThat(MechanismTester.claiming(1, 1e-2).outcomes(quiet, leaky)).isInstanceOf(NotRefuted.class);
    }

    @Test
    void numbers_rareNan_isFound() {
        DoubleSupplier clean = gaussian(0, 1);
        MechanismVerdict verdict = MechanismTester.claiming(1, 0)
                .numbers(clean, () -> random.nextInt(500) == 0 ? Double.NaN : clean.getAsDouble());
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Refuted.class,
                        refuted -> assertThat(refuted.evidence().event()).isEqualTo("NaN"));
    }

    @Test
    void numbers_exactValueShowingThrough_isFound() {
        DoubleSupplier clean = gaussian(0, 1);
        MechanismVerdict verdict = MechanismTester.claiming(1, 0)
                .numbers(clean, () -> random.nextInt(20) == 0 ? 0.25 : clean.getAsDouble());
        assertThat(verdict).isInstanceOf(Refuted.class);
        assertThat(((Refuted) verdict).evidence().event()).isEqualTo("0.25");
    }

    @Test
    void numbers_noNoise_isRefutedAtTheCeiling() {
        MechanismVerdict verdict = MechanismTester.claiming(1, 0).numbers(() -> 3, () -> 4);
        assertThat(verdict.epsilonLowerBound()).isEqualTo(verdict.epsilonCeiling());
        assertThat(verdict.epsilonCeiling()).isGreaterThan(8);
    }

    @Test
    void outcomes_sameMechanism_showsNothing() {
        MechanismVerdict verdict = MechanismTester.claiming(0, 0).outcomes(count(5, 2), count(5, 2));
        assertThat(verdict).isInstanceOf(NotRefuted.class);
        assertThat(verdict.epsilonLowerBound()).isZero();
    }

    @Test
    void outcomes_allDifferent_areNoEvidence() {
        // an event chosen on one half never comes in the other
        Supplier<List<Double>> unique = () -> List.of(random.nextDouble());
        assertThat(MechanismTester.claiming(0, 0).samples(2000).outcomes(unique, unique))
                .isInstanceOf(NotRefuted.class);
    }

    /** 500 tests of a mechanism that uses its whole ε, at significance 0.05: 25 alarms are allowed, 51 have chance 1e-6. */
    @Test
    void outcomes_significance_isKept() {
        int alarms = 0;
        double honest = Math.E / (1 + Math.E);
        for (int i = 0; i < 500; i++) {
            MechanismVerdict verdict = MechanismTester.claiming(1, 0)
                    .samples(400)
                    .significance(0.05)
                    .outcomes(() -> random.nextDouble() < honest, () -> random.nextDouble() >= honest);
            alarms += verdict instanceof Refuted ? 1 : 0;
        }
        assertThat(alarms).isLessThan(51);
    }

    @Test
    void samples_drawn_areAsManyAsSaid() {
        int[] drawn = new int[2];
        MechanismTester.claiming(1, 0).samples(1001).outcomes(() -> drawn[0]++ & 1, () -> drawn[1]++ & 1);
        assertThat(drawn).containsExactly(1000, 1000);
        drawn[0] = 0;
        MechanismTester.claiming(1, 0).samples(1000).numbers(() -> drawn[0]++, () -> 1);
        assertThat(drawn[0]).isEqualTo(1250);
    }

    @Test
    void event_ofManyOutcomes_isCutShort() {
        MechanismVerdict verdict = MechanismTester.claiming(1, 0)
                .samples(20_000)
                .outcomes(() -> random.nextInt(10), () -> 10 + random.nextInt(10));
        assertThat(((Refuted) verdict).evidence().event()).endsWith(" and 5 more");
    }

    @SuppressWarnings("NullAway") // a caller without NullAway
    @Test
    void arguments_outOfRange_areNamed() {
        assertThatThrownBy(() -> MechanismTester.claiming(-1, 0))
                .hasMessage("epsilon must be >= 0 and finite, got -1.0");
        assertThatThrownBy(() -> MechanismTester.claiming(1, 1)).hasMessage("delta must be in [0, 1), got 1.0");
        MechanismTester tester = MechanismTester.claiming(1, 0);
        assertThatThrownBy(() -> tester.samples(99)).hasMessage("samples must be >= 100, got 99");
        assertThatThrownBy(() -> tester.significance(0)).hasMessage("significance must be in (0, 1), got 0.0");
        tester.samples(100).significance(0.1);
        assertThatThrownBy(() -> tester.samples(200)).hasMessage("samples is already set to 100");
        assertThatThrownBy(() -> tester.significance(0.2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("significance is already set to 0.1");
        assertThatThrownBy(() -> tester.outcomes(null, () -> 1)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> tester.numbers(() -> 1, null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void outcomes_arrays_areRefused() {
        MechanismTester tester = MechanismTester.claiming(1, 0);
        assertThatThrownBy(() -> tester.outcomes(() -> new int[1], () -> new int[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use a list");
    }
}
