package io.aidc.security.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselineTest {
    private static List<float[]> gaussian(int count, int features, long seed) {
        Random random = new Random(seed);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] vector = new float[features];
            for (int j = 0; j < features; j++) {
                vector[j] = (float) random.nextGaussian();
            }
            vectors.add(vector);
        }
        return vectors;
    }

    @Test
    void of_tooFew_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Baseline.of(gaussian(255, 3, 1)))
                .withMessage("a baseline needs at least 256 vectors, got 255");
    }

    @Test
    void of_theFewest_isMade() {
        assertThat(Baseline.of(gaussian(256, 3, 1)).features()).isEqualTo(3);
    }

    @Test
    void of_noFeatures_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Baseline.of(gaussian(256, 0, 1)))
                .withMessage("vectors must have 1 to 65536 features, got 0");
    }

    @Test
    void of_differentLengths_isRefused() {
        List<float[]> vectors = gaussian(256, 3, 1);
        vectors.set(7, new float[2]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Baseline.of(vectors))
                .withMessage("vector 7 must have 3 features, all finite");
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void of_notFinite_isRefused(float feature) {
        List<float[]> vectors = gaussian(256, 3, 1);
        vectors.set(9, new float[] {0, feature, 0});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Baseline.of(vectors))
                .withMessageContaining("vector 9");
    }

    @Test
    void of_equalVectors_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Baseline.of(Collections.nCopies(500, new float[] {1, 2})))
                .withMessage("most vectors of the sample must differ");
    }

    @Test
    void of_oneFeature_isMade() {
        assertThat(Baseline.of(gaussian(300, 1, 1)).features()).isEqualTo(1);
    }

    @Test
    void of_theGreatestAndSmallestFeatures_isMade() {
        List<float[]> vectors = gaussian(300, 3, 1);
        for (int i = 0; i < vectors.size(); i++) {
            vectors.get(i)[0] = i % 2 == 0 ? Float.MAX_VALUE : -Float.MAX_VALUE;
            vectors.get(i)[1] = i % 2 == 0 ? Float.MIN_VALUE : 0;
        }

        assertThat(Baseline.of(vectors, 1).logDistances())
                .doesNotContain(Double.NaN)
                .isSorted();
    }

    @Test
    void of_aSample_doesNotKeepIt() {
        List<float[]> vectors = gaussian(300, 2, 1);
        Baseline baseline = Baseline.of(vectors, 1);
        float[] query = {0.1f, 0.2f};
        float[] before = baseline.point(query);
        vectors.forEach(vector -> vector[0] = 1e9f);

        assertThat(baseline.point(query)).isEqualTo(before);
    }

    @Test
    void range_reachesAQuarterBeyondTheSample() {
        List<float[]> vectors = gaussian(300, 1, 1);
        vectors.set(0, new float[] {-10});
        vectors.set(1, new float[] {10});
        Baseline baseline = Baseline.of(vectors);

        assertThat(baseline.isInRange(new float[] {15})).isTrue();
        assertThat(baseline.isInRange(new float[] {15.01f})).isFalse();
        assertThat(baseline.isInRange(new float[] {-15.01f})).isFalse();
        assertThat(baseline.isInRange(new float[] {Float.NaN})).isFalse();
    }

    @Test
    void point_ofALongVector_keepsDistancesAbout() {
        Baseline baseline = Baseline.of(gaussian(300, 500, 1), 1);
        List<float[]> vectors = gaussian(2, 500, 2);
        float[] a = baseline.point(vectors.get(0));
        float[] b = baseline.point(vectors.get(1));
        double squared = 0;
        for (int i = 0; i < a.length; i++) {
            squared += (a[i] - b[i]) * (a[i] - b[i]);
        }

        assertThat(a).hasSize(32);
        assertThat(squared).isCloseTo(1_000, within(700.0)); // 2 a feature; seeds are fixed
    }

    /** Fresh queries of the same distribution visit as many cells as expected, within and beyond the sample's size. */
    @ParameterizedTest
    @ValueSource(ints = {100, 400, 1_000, 2_000})
    void expectedCells_areThoseOfFreshQueries(int queries) {
        Baseline baseline = Baseline.of(gaussian(1_000, 6, 1), 1);
        BitSet visited = new BitSet();
        gaussian(queries, 6, 2).forEach(query -> baseline.grid().mark(query, baseline, visited));

        assertThat(visited.cardinality() / baseline.expectedCells(queries)).isCloseTo(1, within(0.08));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 1L << 40, Long.MAX_VALUE})
    void expectedCells_atTheLimits_areFinite(long queries) {
        Baseline baseline = Baseline.of(gaussian(300, 6, 1), 1);

        assertThat(baseline.expectedCells(queries)).isBetween(15.9, 4096.0);
    }

    @Test
    void logDistances_areSortedAndFinite() {
        double[] distances = Baseline.of(gaussian(300, 6, 1), 1).logDistances();

        assertThat(distances).isSorted().hasSizeGreaterThan(1_000);
        assertThat(distances[0]).isFinite();
    }
}
