package io.aidc.privacy.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Sampling;
import io.aidc.privacy.accounting.Neighbours;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveClipTest {
    private static final AdaptiveClip CLIP = new AdaptiveClip(1, 0.5, 0.2, 5);

    /** z_Δ = (z⁻² − (2σ_b)⁻²)^(−1/2), Theorem 1. */
    @ParameterizedTest
    @CsvSource({"1, 5", "4, 5", "0.001, 5", "9.999, 5", "2, 100"})
    void gradientMultiplier_withTheCount_costsTheTotal(double z, double countDeviation) {
        double gradient = new AdaptiveClip(1, 0.5, 0.2, countDeviation).gradientMultiplier(z);
        double both = 1 / (gradient * gradient) + 1 / (4 * countDeviation * countDeviation);
        // the last digits are rounding of this test
        assertThat(both * z * z).isBetween(1 - 1e-9, 1 + 1e-15);
    }

    @Test
    void gradientMultiplier_noRoom_isRefused() {
        assertThatThrownBy(() -> CLIP.gradientMultiplier(10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the noise multiplier must be below 2 * countDeviation = 10.0, got 10.0");
        assertThatThrownBy(() -> CLIP.gradientMultiplier(Double.NaN))
                .hasMessageStartingWith("noise multiplier must be");
    }

    @Test
    void next_aboveAndBelowTheQuantile_movesTheRightWay() {
        assertThat(CLIP.next(2, 0.5)).isEqualTo(2);
        assertThat(CLIP.next(2, 1)).isCloseTo(2 * Math.exp(-0.1), within(1e-15));
        assertThat(CLIP.next(2, 0)).isCloseTo(2 * Math.exp(0.1), within(1e-15));
        assertThat(CLIP.next(2, -1e9)).isEqualTo(0x1p30);
        assertThat(CLIP.next(2, 1e9)).isEqualTo(0x1p-30);
        assertThatThrownBy(() -> CLIP.next(2, Double.NaN)).hasMessageStartingWith("fraction must be");
        assertThatThrownBy(() -> CLIP.next(0, 1)).hasMessageStartingWith("clip must be");
    }

    @Test
    void constructor_badNumbers_areNamed() {
        assertThatThrownBy(() -> new AdaptiveClip(0, 0.5, 0.2, 5)).hasMessageStartingWith("initial must be");
        assertThatThrownBy(() -> new AdaptiveClip(1, 1.1, 0.2, 5)).hasMessageStartingWith("quantile must be");
        assertThatThrownBy(() -> new AdaptiveClip(1, 0.5, 0, 5)).hasMessageStartingWith("learningRate must be");
        assertThatThrownBy(() -> new AdaptiveClip(1, 0.5, 0.2, Double.NaN))
                .hasMessageStartingWith("countDeviation must be");
    }

    /** Norms 1 to 1000, median 500. Fixed seed; the count's noise moves the norm by some percent. */
    @Test
    void run_adaptive_findsTheMedian() {
        try (DpRun run = (DpRun) DpPlan.of(Sampling.fullBatch())
                .steps(150)
                .over(1000)
                .parameters(1)
                .clip(new AdaptiveClip(1, 0.5, 0.2, 20))
                .noiseMultiplier(1)
                .normaliseBy(1000)
                .paidBy(Runs.plenty(Neighbours.ADD_OR_REMOVE))
                .randomness(Runs.seeded(9))
                .open()) {
            assertThat(run.clip()).isOne();
            while (run.stepsLeft() > 0) {
                DpStep step = run.next();
                for (int unit : step.indices()) {
                    step.add(new float[] {unit + 1});
                }
                step.noisedMean();
            }
            assertThat(run.clip()).isBetween(420.0, 580.0);
        }
    }

    @ParameterizedTest
    @CsvSource({"ADD_OR_REMOVE, 20", "REPLACE_ONE, 40"})
    void run_adaptive_noisesTheCount(Neighbours neighbours, double deviation) {
        int rounds = 2000;
        double squares = 0;
        try (DpRun run = (DpRun) DpPlan.of(Sampling.fullBatch())
                .steps(rounds)
                .over(10)
                .parameters(1)
                .clip(new AdaptiveClip(1, 0.5, 0.001, 20))
                .noiseMultiplier(1)
                .normaliseBy(10)
                .paidBy(Runs.plenty(neighbours))
                .randomness(Runs.seeded(3))
                .open()) {
            while (run.stepsLeft() > 0) {
                double before = run.clip();
                run.next().noisedMean();
                double halves = -10 * Math.log(run.clip() / before) / 0.001;
                squares += halves * halves;
            }
        }
        // fixed seed, five standard errors
        assertThat(squares / rounds / (deviation * deviation)).isCloseTo(1, within(5 * Math.sqrt(2.0 / rounds)));
    }

    @Test
    void release_adaptive_isRefused() {
        try (DpRun run = (DpRun) Runs.plan(Sampling.fullBatch(), 1, 2)
                .clip(CLIP)
                .noiseMultiplier(1)
                .paidBy(Runs.plenty(Neighbours.ADD_OR_REMOVE))
                .open()) {
            DpStep step = run.next();
            assertThatThrownBy(() -> step.release(new float[2])).hasMessageContaining("needs a fixed clip");
        }
    }
}
