package io.aidc.security.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SketchesTest {
    /** Six standard errors: false alarm 2e-9 each, and the hashes are fixed. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100, 1_000, 2_500, 10_000, 1_000_000})
    void hyperLogLog_estimatesTheCount(int distinct) {
        HyperLogLog sketch = new HyperLogLog();
        for (int i = 0; i < distinct; i++) {
            sketch.add(Hashing.hash(ByteBuffer.allocate(4).putInt(i).array(), 7));
        }

        assertThat(sketch.estimate()).isCloseTo(distinct, within(0.2 * distinct));
    }

    @Test
    void hyperLogLog_ofRepeats_countsOne() {
        HyperLogLog sketch = new HyperLogLog();
        for (int i = 0; i < 100_000; i++) {
            sketch.add(Hashing.hash(new byte[] {1, 2, 3}, 7));
        }

        assertThat(sketch.estimate()).isCloseTo(1, within(0.01));
    }

    @Test
    void hyperLogLog_ofNothing_countsNone() {
        assertThat(new HyperLogLog().estimate()).isZero();
    }

    @Test
    void hyperLogLog_ofTheRarestHash_overflowsNothing() {
        HyperLogLog sketch = new HyperLogLog();
        sketch.add(0);
        sketch.add(-1);

        assertThat(sketch.estimate()).isCloseTo(2, within(0.01));
    }

    @Test
    void hash_dependsOnSeedLengthAndContent() {
        assertThat(new long[] {
                    Hashing.hash(new byte[] {0}, 1),
                    Hashing.hash(new byte[] {0}, 2),
                    Hashing.hash(new byte[] {0, 0}, 1),
                    Hashing.hash(new byte[] {1}, 1)
                })
                .doesNotHaveDuplicates();
    }

    @Test
    void hash_ofBothZeros_isOne() {
        assertThat(Hashing.hash(new float[] {-0.0f}, 1)).isEqualTo(Hashing.hash(new float[] {0.0f}, 1));
    }

    /** Values of scipy.stats.shapiro 1.17.1, which says of itself that it is single precision for W. */
    @Test
    void shapiroWilk_agreesWithScipy() {
        assertThat(w(1, 64, i -> (i * 37 % 101) / 7.0)).isCloseTo(0.9554834766139916, within(1e-5));
        assertThat(w(1, 100, i -> Math.exp((i * 37 % 101) / 30.0))).isCloseTo(0.8485692343557507, within(1e-5));
        assertThat(w(1, 128, i -> (double) i * i)).isCloseTo(0.8958529852981808, within(1e-5));
        assertThat(w(1, 20, i -> i)).isCloseTo(0.9603751832429884, within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({
        "0.005, -2.5758293",
        "0.1, -1.2815516",
        "0.3, -0.5244005",
        "0.5, 0",
        "0.9, 1.2815516",
        "0.995, 2.5758293"
    })
    void quantile_agreesWithTables(double probability, double expected) {
        assertThat(ShapiroWilk.quantile(probability)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void difference_ofDisjointSamples_isOne() {
        assertThat(Spacing.difference(new double[] {1, 2}, new double[] {3, 4})).isEqualTo(1);
    }

    @Test
    void difference_ofEqualSamplesWithTies_isNone() {
        double[] sample = {1, 1, 1, 2, 3, 3};

        assertThat(Spacing.difference(sample, sample)).isZero();
    }

    @Test
    void difference_isTheGreatestGap() {
        assertThat(Spacing.difference(new double[] {1, 2, 3, 4}, new double[] {2.5, 3.5}))
                .isEqualTo(0.5);
    }

    @Test
    void nonNormality_ofEqualDistances_isOne() {
        double[] equal = new double[100];
        Arrays.fill(equal, 0.7);

        assertThat(Spacing.nonNormality(equal)).isEqualTo(1);
    }

    @Test
    void spacing_ofRepeats_isNotJudged() {
        Spacing spacing = new Spacing(1);
        for (int i = 0; i < 10_000; i++) {
            spacing.add(new float[] {i % 100});
        }

        assertThat(spacing.isJudged()).isFalse();
    }

    @Test
    void spacing_afterManyQueries_keepsSoMany() {
        Spacing spacing = new Spacing(1);
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            spacing.add(new float[] {random.nextFloat(), random.nextFloat()});
        }

        assertThat(spacing.sorted()).hasSize(Spacing.KEPT).isSorted();
    }

    private static double w(int from, int to, IntToDoubleFunction value) {
        return ShapiroWilk.w(
                IntStream.rangeClosed(from, to).mapToDouble(value).sorted().toArray());
    }
}
