package io.aidc.privacy.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.SeededBits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TreeSumTest {
    private static final int PARAMETERS = 20_000;

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "7, 3", "8, 4", "1023, 10", "1024, 11", "2147483647, 31"})
    void levels_ofSteps_areLogarithmic(int steps, int levels) {
        var shape = shape(1, steps, Neighbours.ADD_OR_REMOVE);
        assertThat(shape.levels()).isEqualTo(levels);
        double multiplier = ((PrivacyEvent.Gaussian) shape.event()).noiseMultiplier();
        assertThat(multiplier * Math.sqrt(levels)).isCloseTo(4, within(1e-12)).isLessThanOrEqualTo(4);
    }

    /**
     * After t steps the error variance is Σ 1/(2 − 2^−h) over the binary digits of t, in units of the node's: the
     * variance of Honaker's estimate from below. Fixed seed, five standard errors.
     */
    @ParameterizedTest
    @EnumSource(Neighbours.class)
    void next_anyStep_hasTheTruePrefixAndTheVarianceOfTheEstimate(Neighbours neighbours) {
        double node = 4 * 0.5 * Checks.changed(neighbours);
        try (TreeSum tree = TreeSum.open(shape(PARAMETERS, 16, neighbours), SeededBits.bulkNoise(2, 1))) {
            float[] gradient = new float[PARAMETERS];
            gradient[0] = 100;
            for (int t = 1; t <= 16; t++) {
                tree.add(2 * t, gradient);
                tree.add(2 * t + 1, new float[PARAMETERS]);
                double[] sum = tree.next();
                double variance = 0;
                for (int level = 0; level < 5; level++) {
                    variance += (t >> level & 1) == 1 ? 1 / (2 - Math.pow(2, -level)) : 0;
                }
                variance *= node * node;
                assertThat(sum[0]).isCloseTo(0.5 * t, within(5 * Math.sqrt(variance)));
                double squares = 0;
                for (int i = 1; i < PARAMETERS; i++) {
                    squares += sum[i] * sum[i];
                }
                assertThat(squares / (PARAMETERS - 1) / variance)
                        .as("step %d", t)
                        .isCloseTo(1, within(5 * Math.sqrt(2.0 / PARAMETERS)));
            }
        }
    }

    /** With next to no noise, the sums are those of a plain loop. */
    @Test
    void next_littleNoise_isTheRunningSum() {
        var shape = new TreeSum.Shape(2, 100, 1e6, 1e-3, Neighbours.ADD_OR_REMOVE);
        try (TreeSum tree = TreeSum.open(shape, SeededBits.bulkNoise(1, 2))) {
            double expected = 0;
            for (int t = 0; t < 100; t++) {
                tree.add(t, new float[] {100_000f * t / 100, 0});
                expected += 100_000f * t / 100;
                assertThat(tree.next()[0]).isCloseTo(expected, within(20_000.0));
            }
        }
    }

    @Test
    void add_unitTwice_isRefused() {
        try (TreeSum tree = TreeSum.open(shape(1, 3, Neighbours.ADD_OR_REMOVE))) {
            tree.add(7, new float[1]);
            tree.next();
            assertThatThrownBy(() -> tree.add(7, new float[1]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a unit must be >= 0 and take part once in a tree");
            assertThatThrownBy(() -> tree.add(-1, new float[1])).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tree.add(8, new float[2])).hasMessage("a vector must have 1 parameters, got 2");
            tree.add(8, new float[1]);
            assertThat(tree.event())
                    .isEqualTo(shape(1, 3, Neighbours.ADD_OR_REMOVE).event());
        }
    }

    @Test
    void next_beyondTheStepsOrAfterClose_isRefused() {
        TreeSum tree = TreeSum.open(shape(1, 1, Neighbours.ADD_OR_REMOVE));
        tree.next();
        assertThatThrownBy(tree::next).hasMessage("all 1 steps are used");
        assertThatThrownBy(() -> tree.add(1, new float[1])).hasMessage("all 1 steps are used");
        tree.close();
        tree.close();
        assertThatThrownBy(tree::next).hasMessage("this tree is closed");
        assertThatThrownBy(() -> tree.add(1, new float[1])).hasMessage("this tree is closed");
    }

    @Test
    void shape_badNumbers_areNamed() {
        Neighbours any = Neighbours.ADD_OR_REMOVE;
        assertThatThrownBy(() -> shape(0, 1, any)).hasMessage("parameters must be >= 1, got 0");
        assertThatThrownBy(() -> shape(1, 0, any)).hasMessage("steps must be >= 1, got 0");
        assertThatThrownBy(() -> new TreeSum.Shape(1, 1, 0, 1, any)).hasMessageStartingWith("clip must be");
        assertThatThrownBy(() -> new TreeSum.Shape(1, 1, 1, Double.NaN, any))
                .hasMessageStartingWith("noiseMultiplier must be");
    }

    private static TreeSum.Shape shape(int parameters, int steps, Neighbours neighbours) {
        return new TreeSum.Shape(parameters, steps, 0.5, 4, neighbours);
    }
}
