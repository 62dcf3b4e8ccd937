package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FftTest {
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 7, 10})
    void raiseAndMultiply_anyLength_areCyclicConvolutions(int bits) {
        var fft = new Fft(bits);
        double[] first = random(1, fft.length());
        double[] second = random(2, fft.length());
        Fft.Spectrum product = fft.forward(first);
        product.raise(3);
        product.multiply(fft.forward(second));
        double[] expected = convolve(convolve(first, first), convolve(first, second));
        assertThat(fft.inverse(product)).containsExactly(expected, within(1e-13 * Math.pow(fft.length(), 3)));
    }

    /** Longer than a block, so that it recurses. */
    @Test
    void inverse_longSequence_undoesForward() {
        var fft = new Fft(16);
        double[] samples = random(3, fft.length());
        double[] back = fft.inverse(fft.forward(samples));
        double worst = 0;
        for (int i = 0; i < samples.length; i++) {
            worst = Math.max(worst, Math.abs(back[i] - samples[i]));
        }
        assertThat(worst).isLessThan(1e-14);
    }

    /** A shift by one sample, 2^40 + 3 times. */
    @Test
    void raise_manyTimes_shiftsThatOften() {
        var fft = new Fft(4);
        double[] shift = new double[16];
        shift[1] = 1;
        Fft.Spectrum spectrum = fft.forward(shift);
        spectrum.raise((1L << 40) + 3);
        double[] expected = new double[16];
        expected[3] = 1;
        assertThat(fft.inverse(spectrum)).containsExactly(expected, within(1e-3));
    }

    private static double[] random(long seed, int length) {
        return new SplittableRandom(seed).doubles(length).toArray();
    }

    private static double[] convolve(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                sum[(i + j) % a.length] += a[i] * b[j];
            }
        }
        return sum;
    }
}
