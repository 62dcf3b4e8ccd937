package io.aidc.privacy.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.aggregation.Simulation.At;
import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real vectors: clipping, rounding, noise and its price. Fixed seeds throughout: no false alarms. */
class NoisySumTest {
    private static SecureSum noisy(int clients, int length, double noise) {
        return SecureSum.clients(clients)
                .curiousServer(0)
                .dropout(0.2)
                .vector(length)
                .clip(1, 100)
                .noise(noise)
                .build();
    }

    private static double varianceOfSum(double noise) {
        var end = (Step.Opened) new Simulation(noisy(5, 20_000, noise), 31).runReals(client -> new double[20_000]);
        double squares = 0;
        for (long step : end.integers()) {
            squares += (double) step * step;
        }
        return squares / 20_000;
    }

    /** Five clients with noise of 4 steps: variance 80, relative deviation of the estimate 1 %. */
    @Test
    void sum_ofZeros_hasTheNoiseOfAllClientsAndHalfIsNoticed() {
        assertThat(varianceOfSum(0.04) / 80).isCloseTo(1, within(0.05));
        assertThat(varianceOfSum(0.02) / 80).isCloseTo(0.25, within(0.05));
    }

    @Test
    void sum_afterDropout_keepsTheNoiseOfTheSurvivors() {
        var round = new Simulation(noisy(5, 20_000, 0.04), 32).silent(At.MASK, 1);
        var end = (Step.Opened) round.runReals(client -> new double[20_000]);
        double squares =
                Arrays.stream(end.integers()).mapToDouble(x -> (double) x * x).sum();
        assertThat(squares / 20_000 / 64).isCloseTo(1, within(0.05));
    }

    @Test
    void sum_ofReals_isTheClippedSumWithinAStepOfEachClient() {
        SecureSum sum =
                SecureSum.clients(3).curiousServer(0).vector(3).clip(1, 1 << 20).build();
        var end = (Step.Opened) new Simulation(sum, 33)
                .runReals(client -> client == 0 ? new double[] {3e300, 4e300, 0} : new double[] {0.1, -0.2, client});
        double longer = Math.sqrt(0.05 + 1);
        double longest = Math.sqrt(0.05 + 4);
        double[] exact = {
            0.6 + 0.1 / longer + 0.1 / longest, 0.8 - 0.2 / longer - 0.2 / longest, 1 / longer + 2 / longest
        };
        for (int i = 0; i < 3; i++) {
            assertThat(end.reals()[i]).isCloseTo(exact[i], within(3.0 / (1 << 20)));
        }
    }

    /** 20,000 roundings of 0.3 steps: mean within five deviations, and every vector within the norm bound. */
    @Test
    void quantise_isUnbiasedAndBounded() {
        var reals = new Reals(10, 1, null);
        double sum = 0;
        try (RandomBits bits = SeededBits.of(34)) {
            for (int i = 0; i < 2_000; i++) {
                double[] values = new double[10];
                Arrays.fill(values, 0.3);
                for (long step : reals.quantise(values, bits)) {
                    assertThat(step).isBetween(0L, 1L);
                    sum += step;
                }
            }
        }
        assertThat(sum / 20_000).isCloseTo(0.3, within(5 * Math.sqrt(0.21 / 20_000)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 1000", "50, 7", "0.5, 4096", "1000, 64", "1e-3, 100"})
    void quantise_vectorsOnTheBound_neverExceedIt(double clip, int length) {
        var reals = new Reals(clip, 1, null);
        double norm = clip;
        double root = Math.sqrt(length);
        double bound = Math.min(norm * norm + length / 4.0 + norm + root / 2, (norm + root) * (norm + root));
        assertThat(reals.squaredNorm(length)).isEqualTo((long) Math.floor(bound));
        var random = new SplittableRandom(35);
        try (RandomBits bits = SeededBits.of(36)) {
            for (int i = 0; i < 100; i++) {
                double[] values =
                        random.doubles(length, -clip * 5, clip * 5 + 1e-9).toArray();
                double squares = 0;
                for (long step : reals.quantise(values, bits)) {
                    squares += (double) step * step;
                }
                assertThat(squares).isLessThanOrEqualTo(bound);
            }
        }
    }

    /** Forty halves, clip √10: 10 + 10 + √10 + √40/2 = 26.3, and 26 of 40 ones are often exceeded at first. */
    @Test
    void quantise_tooLongRoundings_areDrawnAgain() {
        var reals = new Reals(Math.sqrt(10), 1, null);
        double[] values = new double[40];
        Arrays.fill(values, 0.5);
        assertThat(reals.squaredNorm(40)).isEqualTo(26);
        int largest = 0;
        try (RandomBits bits = SeededBits.of(37)) {
            for (int i = 0; i < 3000; i++) {
                long[] steps = reals.quantise(values, bits);
                largest = Math.max(largest, (int) Arrays.stream(steps).sum());
            }
        }
        // binomial(40, 1/2) exceeds 26 with probability 0.02
        assertThat(largest).isEqualTo(26);
    }

    @Test
    void mask_notFiniteOrIntegers_areRefusedByName() {
        SecureSum sum = noisy(5, 2, 0.1);
        var round = new Simulation(sum, 38);
        round.runReals(client -> {
            if (client == 0) {
                SecureSumMessage inbox = round.sent(At.MASK).get(0);
                SecureSumClient zero = round.clients.get(0);
                for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> zero.mask(inbox, new double[] {0, bad}))
                            .withMessage("values must be finite, the one at index 1 is not");
                }
                assertThatIllegalArgumentException().isThrownBy(() -> zero.mask(inbox, new double[3]));
                assertThatIllegalStateException()
                        .isThrownBy(() -> zero.mask(inbox, new long[2]))
                        .withMessageContaining("real numbers");
            }
            return new double[2];
        });
    }

    /** Of many coordinates the norm that scales a vector is rounded often; what that moves is paid for. */
    @Test
    void unitSensitivity_longVector_paysForTheNormsRounding() {
        SecureSum sum = SecureSum.clients(2)
                .curiousServer(0)
                .vector(1 << 24)
                .clip(1, 1 << 30)
                .build();
        double roundings = 2 * Math.sqrt(1 << 24) / (1 << 30);
        // (2^24 + 8)·2^−52, and a little
        assertThat(sum.unitSensitivity(1) - 1 - roundings).isBetween(0x1p-28, 0x1p-28 + 0x1p-36);
    }

    @Test
    void rho_withoutNoise_isInfinite() {
        assertThat(SecureSum.clients(2)
                        .curiousServer(0)
                        .vector(1)
                        .valuesUpTo(1)
                        .build()
                        .rho())
                .isInfinite();
        assertThat(SecureSum.clients(2)
                        .curiousServer(0)
                        .vector(1)
                        .clip(1, 1)
                        .build()
                        .rho())
                .isInfinite();
    }

    /** With fine steps, the Gaussian's Δ²/2nσ² over the honest clients that must stay. */
    @Test
    void rho_fineSteps_isThatOfAGaussian() {
        SecureSum sum = SecureSum.clients(100)
                .curiousServer(0.1)
                .dropout(0.2)
                .vector(10)
                .clip(2, 1 << 20)
                .noise(3)
                .build();
        // 80 must stay, 10 of which may know each other's noise; of two, one knows its own
        assertThat(SecureSum.clients(2)
                        .curiousServer(0)
                        .vector(1)
                        .clip(1, 1 << 20)
                        .noise(2)
                        .build()
                        .rho())
                .isCloseTo(1 / (2 * 4.0), within(1e-5));
        assertThat(sum.rho()).isCloseTo(4.0 / (2 * 70 * 9), within(1e-7));
        assertThat(sum.rho()).isGreaterThan(4.0 / (2 * 70 * 9));
    }

    /** The exact Rényi divergence of a shifted sum, by convolution, against ρα. */
    @ParameterizedTest
    @CsvSource({"0.5, 2", "0.5, 5", "0.7, 3", "1, 2", "1, 6", "1.5, 4"})
    void rho_coversTheExactDivergence(double sigma, int clients) {
        int reach = 150;
        double[] one = new double[2 * reach + 1];
        for (int x = -reach; x <= reach; x++) {
            one[x + reach] = -x * x / (2 * sigma * sigma);
        }
        double[] sum = one;
        for (int i = 1; i < clients; i++) {
            sum = convolved(sum, one);
        }
        double norm = logSum(sum);
        for (int shift = 1; shift <= 3; shift++) {
            double rho = NoiseCost.rho(shift * shift, 1, sigma, clients);
            for (double order : new double[] {1.01, 1.5, 2, 4, 8}) {
                double[] terms = new double[sum.length - shift];
                for (int x = 0; x < terms.length; x++) {
                    terms[x] = order * (sum[x + shift] - norm) + (1 - order) * (sum[x] - norm);
                }
                double divergence = logSum(terms) / (order - 1);
                assertThat(divergence).isLessThanOrEqualTo(rho * order * (1 + 1e-9));
                if (sigma > 1) {
                    // and it is no great exaggeration
                    assertThat(divergence).isGreaterThan(0.99 * rho * order);
                }
            }
        }
    }

    private static double[] convolved(double[] a, double[] b) {
        double[] result = new double[a.length];
        int reach = a.length / 2;
        double[] terms = new double[a.length];
        for (int z = 0; z < result.length; z++) {
            Arrays.fill(terms, Double.NEGATIVE_INFINITY);
            for (int x = 0; x < a.length; x++) {
                int y = z - x + reach;
                if (y >= 0 && y < b.length) {
                    terms[x] = a[x] + b[y];
                }
            }
            result[z] = logSum(terms);
        }
        return result;
    }

    private static double logSum(double[] logs) {
        double largest = Arrays.stream(logs).max().orElseThrow();
        return largest
                + Math.log(Arrays.stream(logs).map(x -> Math.exp(x - largest)).sum());
    }

    /** Neighbouring vectors, some of them clipped, each rounded a hundred times: none are further apart than promised. */
    @Test
    void unitSensitivity_boundsTheDistanceBetweenRoundedVectors() {
        SecureSum sum =
                SecureSum.clients(2).curiousServer(0).vector(50).clip(3, 16).build();
        var reals = new Reals(3, 16, null);
        var random = new SplittableRandom(41);
        double furthest = 0;
        try (RandomBits bits = SeededBits.of(41)) {
            for (int trial = 0; trial < 200; trial++) {
                double[] with = random.doubles(50, -0.7, 0.7).toArray();
                double[] without = with.clone();
                without[trial % 50] -= 0.25;
                for (int again = 0; again < 100; again++) {
                    long[] one = reals.quantise(with, bits);
                    long[] other = reals.quantise(without, bits);
                    double squares = 0;
                    for (int i = 0; i < one.length; i++) {
                        squares += (double) (one[i] - other[i]) * (one[i] - other[i]);
                    }
                    furthest = Math.max(furthest, Math.sqrt(squares) / 16);
                }
            }
        }
        // more than the norm alone, so that a bound without the rounding would fail here
        assertThat(furthest).isBetween(0.25, sum.unitSensitivity(0.25));
        assertThat(sum.unitSensitivity(0.25)).isCloseTo(0.25 + 2 * Math.sqrt(50) / 16, within(1e-5));
    }

    @Test
    void unitSensitivity_badArguments_areRefused() {
        SecureSum sum = noisy(5, 3, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sum.unitSensitivity(0))
                .withMessage("norm must be > 0 and finite, got 0.0");
        assertThatIllegalArgumentException().isThrownBy(() -> sum.unitSensitivity(Double.NaN));
        SecureSum integers =
                SecureSum.clients(2).curiousServer(0).vector(1).valuesUpTo(1).build();
        assertThatIllegalStateException().isThrownBy(() -> integers.unitSensitivity(1));
    }
}
