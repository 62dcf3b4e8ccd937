package io.aidc.training.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GammaTest {
    @Test
    void upper_agreesWithScipy() {
        for (GoldenJson golden : GoldenJson.read("quality.json").objects("gamma")) {
            double a = golden.number("a");
            double x = golden.number("x");
            double expected = golden.number("upper");
            // Relative where the value is a small tail, down to the smallest that float64 resolves.
            Offset<Double> tolerance = within(Math.max(1e-300, 2e-12 * expected));
            assertThat(Gamma.upper(a, x)).as("Q(%s, %s)", a, x).isCloseTo(expected, tolerance);
        }
    }

    @Test
    void upper_atTheEnds_isOneAndZero() {
        assertThat(Gamma.upper(2, 0)).isEqualTo(1);
        assertThat(Gamma.upper(2, Double.POSITIVE_INFINITY)).isZero();
    }

    @Test
    void logGamma_ofWholeNumbers_isThatOfFactorials() {
        double factorial = 1;
        for (int n = 1; n < 20; n++) {
            assertThat(Gamma.logGamma(n)).isCloseTo(Math.log(factorial), within(1e-13 * (1 + Math.log(factorial))));
            factorial *= n;
        }
        assertThat(Gamma.logGamma(0.5)).isCloseTo(Math.log(Math.PI) / 2, within(1e-14));
    }
}
