package io.aidc.privacy.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleSupplier;

/** Mean and variance of repeated draws, held against what they should be within five standard errors at fixed seeds. */
final class Sample {
    private Sample() {}

    static void assertNoise(int draws, double variance, DoubleSupplier noise) {
        double sum = 0;
        double squares = 0;
        double fourth = 0;
        for (int i = 0; i < draws; i++) {
            double draw = noise.getAsDouble();
            sum += draw;
            squares += draw * draw;
            fourth += draw * draw * draw * draw;
        }
        double ofSquares = Math.max(fourth / draws - variance * variance, variance * variance);
        assertThat(sum / draws).isCloseTo(0, within(5 * Math.sqrt(variance / draws)));
        assertThat(squares / draws).isCloseTo(variance, within(5 * Math.sqrt(ofSquares / draws)));
    }

    static double laplaceVariance(double scale) {
        return QueriesTest.discreteLaplaceVariance(scale);
    }
}
