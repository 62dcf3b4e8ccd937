package io.aidc.training.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RebalancingTest {
    private static Dataset data(int... rowsOfClasses) {
        var random = new SplittableRandom(11);
        List<float[]> features = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int label = 0; label < rowsOfClasses.length; label++) {
            for (int i = 0; i < rowsOfClasses[label]; i++) {
                features.add(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian() + 5 * label});
                labels.add(label);
            }
        }
        return Dataset.classification(
                features.toArray(float[][]::new),
                labels.stream().mapToInt(Integer::intValue).toArray(),
                rowsOfClasses.length);
    }

    private static int[] counts(Dataset data) {
        int[] counts = new int[data.classes()];
        for (int i = 0; i < data.rows(); i++) {
            counts[data.label(i)]++;
        }
        return counts;
    }

    @Test
    void classWeights_agreeWithScikitLearn() {
        GoldenJson golden = GoldenJson.read("prepare.json");
        int[] labels = golden.integers("labels");
        Dataset data = Dataset.classification(new float[labels.length][1], labels, 3);
        assertThat(Rebalancing.classWeights(data)).containsExactly(golden.numbers("classWeights"), within(1e-15));
    }

    @Test
    void oversample_keepsAllRowsAndRepeatsOthersOfTheClass() {
        Dataset data = data(20, 5, 8);
        Dataset more = Rebalancing.oversample(data, 1);
        assertThat(counts(more)).containsExactly(20, 20, 20);
        assertThat(more.subset(IntStream.range(0, 33).toArray()).fingerprint()).isEqualTo(data.fingerprint());
        for (int i = 33; i < more.rows(); i++) {
            assertThat(find(data, more.row(i), more.label(i))).isNotNegative();
        }
    }

    @Test
    void undersample_keepsDifferentRowsInOrder() {
        Dataset data = data(20, 5, 8);
        Dataset less = Rebalancing.undersample(data, 1);
        assertThat(counts(less)).containsExactly(5, 5, 5);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < less.rows(); i++) {
            places.add(find(data, less.row(i), less.label(i)));
        }
        assertThat(places).isSorted().doesNotHaveDuplicates().doesNotContain(-1);
    }

    private static int find(Dataset data, float[] row, int label) {
        for (int i = 0; i < data.rows(); i++) {
            if (data.label(i) == label && Arrays.equals(data.row(i), row)) {
                return i;
            }
        }
        return -1;
    }

    /** Every made-up row lies between a row of its class and one of that row's nearest, found by sorting all. */
    @Test
    void smote_makesRowsBetweenNeighbours() {
        Dataset data = data(40, 9, 12);
        int neighbours = 3;
        Dataset grown = Rebalancing.smote(data, neighbours, 5);
        assertThat(counts(grown)).containsExactly(40, 40, 40);
        assertThat(grown.subset(IntStream.range(0, 61).toArray()).fingerprint()).isEqualTo(data.fingerprint());
        for (int i = 61; i < grown.rows(); i++) {
            assertThat(liesBetweenNeighbours(data, grown.row(i), grown.label(i), neighbours))
                    .as("row %d", i)
                    .isTrue();
        }
    }

    private static boolean liesBetweenNeighbours(Dataset data, float[] point, int label, int neighbours) {
        List<float[]> own = IntStream.range(0, data.rows())
                .filter(i -> data.label(i) == label)
                .mapToObj(data::row)
                .toList();
        for (float[] from : own) {
            List<float[]> nearest = own.stream()
                    .filter(other -> distance(from, other) > 0)
                    .sorted(Comparator.comparingDouble(other -> distance(from, other)))
                    .limit(neighbours)
                    .toList();
            for (float[] to : nearest) {
                if (Math.abs(distance(from, point) + distance(point, to) - distance(from, to)) < 1e-5) {
                    return true;
                }
            }
        }
        return false;
    }

    private static double distance(float[] a, float[] b) {
        return Math.hypot(a[0] - b[0], a[1] - b[1]);
    }

    @Test
    void sameSeed_givesTheSameRows_andAnotherOthers() {
        Dataset data = data(20, 8);
        assertThat(Rebalancing.smote(data, 5, 1).fingerprint())
                .isEqualTo(Rebalancing.smote(data, 5, 1).fingerprint())
                .isNotEqualTo(Rebalancing.smote(data, 5, 2).fingerprint());
        assertThat(Rebalancing.oversample(data, 1).fingerprint())
                .isEqualTo(Rebalancing.oversample(data, 1).fingerprint())
                .isNotEqualTo(Rebalancing.oversample(data, 2).fingerprint());
        assertThat(Rebalancing.undersample(data, 1).fingerprint())
                .isEqualTo(Rebalancing.undersample(data, 1).fingerprint())
                .isNotEqualTo(Rebalancing.undersample(data, 2).fingerprint());
    }

    @Test
    void smote_ofEqualClasses_addsNothing() {
        Dataset data = data(3, 3);
        assertThat(Rebalancing.smote(data, 5, 1).fingerprint()).isEqualTo(data.fingerprint());
    }

    @Test
    void badInput_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rebalancing.smote(data(10, 5), 5, 1))
                .withMessage("class '1' must have more than 5 rows to choose neighbours from, got 5");
        assertThatIllegalArgumentException().isThrownBy(() -> Rebalancing.smote(data(10, 5), 0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rebalancing.classWeights(data(3, 0)))
                .withMessage("class '1' has no rows");
        Dataset regression = Dataset.regression(new float[][] {{1}}, new float[][] {{1}});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rebalancing.oversample(regression, 1))
                .withMessage("the data set must have classes to rebalance");
    }

    @Test
    void mixup_blendsFeaturesAndClassesAlike() {
        // One feature that is the label: what is blended shows the share.
        Dataset data = Dataset.classification(new float[][] {{0}, {1}, {0}, {1}}, new int[] {0, 1, 0, 1}, 2);
        Dataset blended = Mixup.blend(data, 0.4, 3);
        assertThat(blended.rows()).isEqualTo(4);
        assertThat(blended.targets()).isEqualTo(2);
        for (int i = 0; i < 4; i++) {
            assertThat(blended.target(i)[1]).isCloseTo(blended.row(i)[0], within(1e-6f));
            assertThat(blended.target(i)[0] + blended.target(i)[1]).isCloseTo(1, within(1e-6f));
        }
        assertThat(Mixup.blend(data, 0.4, 3).fingerprint()).isEqualTo(blended.fingerprint());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mixup.blend(data, 0, 1))
                .withMessage("alpha must be > 0 and finite, got 0.0");
    }

    @Test
    void mixup_ofRegression_blendsTargets() {
        Dataset data = Dataset.regression(new float[][] {{0}, {10}}, new float[][] {{0}, {100}});
        Dataset blended = Mixup.blend(data, 1, 8);
        for (int i = 0; i < 2; i++) {
            assertThat(blended.target(i)[0]).isCloseTo(10 * blended.row(i)[0], within(1e-4f));
        }
    }

    /** Beta(α, α) has mean 1/2 and variance 1/(4(2α + 1)); 20,000 draws, fixed seed, five standard errors. */
    @Test
    void beta_hasItsMeanAndVariance() {
        for (double alpha : new double[] {1e-3, 0.2, 1, 4}) {
            var random = new SplittableRandom(17);
            double sum = 0;
            double squares = 0;
            int draws = 20_000;
            for (int i = 0; i < draws; i++) {
                double value = Mixup.beta(alpha, random);
                assertThat(value).isBetween(0.0, 1.0);
                sum += value;
                squares += (value - 0.5) * (value - 0.5);
            }
            double variance = 1 / (4 * (2 * alpha + 1));
            assertThat(sum / draws).isCloseTo(0.5, within(5 * Math.sqrt(variance / draws)));
            assertThat(squares / draws).isCloseTo(variance, within(5 * variance / Math.sqrt(draws) * 1.5));
        }
    }
}
