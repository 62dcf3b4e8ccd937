package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTest {
    /** One coordinate, written down from the paper's Algorithm 2 and kept in float64 throughout. */
    private static double reference(ServerOptimizer optimizer, double x, float[] updates) {
        double m = 0;
        double eta = optimizer.learningRate();
        if (optimizer instanceof ServerOptimizer.Average average) {
            for (float delta : updates) {
                m = average.momentum() * m + delta;
                x = x + eta * m;
            }
            return x;
        }
        boolean adam = optimizer instanceof ServerOptimizer.Adam;
        boolean yogi = optimizer instanceof ServerOptimizer.Yogi;
        double beta1 = optimizer instanceof ServerOptimizer.Adagrad a ? a.beta1() : 0.9;
        double tau = 1e-3;
        double v = tau * tau;
        for (float delta : updates) {
            double d2 = (double) delta * delta;
            m = beta1 * m + (1 - beta1) * delta;
            if (adam) {
                v = 0.99 * v + 0.01 * d2;
            } else if (yogi) {
                v = v > d2 ? v - 0.01 * d2 : v < d2 ? v + 0.01 * d2 : v;
            } else {
                v = v + d2;
            }
            x = x + eta * m / (Math.sqrt(v) + tau);
        }
        return x;
    }

    static Stream<ServerOptimizer> optimizers() {
        return Stream.of(
                ServerOptimizer.average(),
                new ServerOptimizer.Average(0.5, 0.9),
                ServerOptimizer.adam(0.01),
                ServerOptimizer.yogi(0.01),
                ServerOptimizer.adagrad(0.1),
                new ServerOptimizer.Adagrad(0.1, 0.7, 1e-3));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void trace_ofAHundredRounds_equalsTheReference(ServerOptimizer optimizer) {
        var random = new Random(5);
        float[] first = new float[100];
        float[] second = new float[100];
        var server = new Server(optimizer, new float[] {0.5f, -2});
        for (int round = 0; round < 100; round++) {
            first[round] = (float) (0.1 * random.nextGaussian());
            second[round] = (float) (1e-3 * random.nextGaussian());
            assertThat(server.apply(new float[] {first[round], second[round]})).isTrue();
        }
        // the server keeps parameters in float32, so each of the 100 steps rounds by 2^-24 of at most 4
        assertThat((double) server.parameters()[0]).isCloseTo(reference(optimizer, 0.5, first), within(3e-5));
        assertThat((double) server.parameters()[1]).isCloseTo(reference(optimizer, -2, second), within(3e-5));
    }

    @Test
    void step_thatWouldNotBeFinite_leavesTheParameters() {
        var server = new Server(new ServerOptimizer.Average(1e300, 0), new float[] {1, 2});
        assertThat(server.apply(new float[] {0, 1})).isFalse();
        assertThat(server.parameters()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void rates_thatAreNotPositiveAndFinite_areRefused(double rate) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerOptimizer.adam(rate))
                .withMessage("learningRate must be > 0 and finite, got " + rate);
        assertThatIllegalArgumentException().isThrownBy(() -> ServerOptimizer.yogi(rate));
        assertThatIllegalArgumentException().isThrownBy(() -> ServerOptimizer.adagrad(rate));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerOptimizer.Average(rate, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerOptimizer.Adam(1, 0.9, 0.9, rate));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, -0.1, Double.NaN})
    void shares_thatAreNotBelowOne_areRefused(double share) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerOptimizer.Average(1, share));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerOptimizer.Adam(1, share, 0.9, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerOptimizer.Yogi(1, 0.9, share, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerOptimizer.Adagrad(1, share, 1));
    }
}
