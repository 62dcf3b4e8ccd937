package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetTest {
    private static final float[][] X = {{1, 2}, {3, 4}, {5, 6}};

    @Test
    void classification_givesBackWhatItWasGiven() {
        Dataset data = Dataset.classification(X, new int[] {1, 0, 1}, List.of("a", "b"), List.of("no", "yes"));
        assertThat(data.rows()).isEqualTo(3);
        assertThat(data.features()).isEqualTo(2);
        assertThat(data.targets()).isEqualTo(1);
        assertThat(data.classes()).isEqualTo(2);
        assertThat(data.featureNames()).containsExactly("a", "b");
        assertThat(data.classNames()).containsExactly("no", "yes");
        assertThat(data.row(1)).containsExactly(3, 4);
        assertThat(data.column(1)).containsExactly(2, 4, 6);
        assertThat(data.label(2)).isEqualTo(1);
        assertThat(data.target(2)).containsExactly(1);
    }

    @Test
    void regression_hasTargetsAndNoLabels() {
        Dataset data = Dataset.regression(X, new float[][] {{1, 2}, {3, 4}, {5, 6}});
        assertThat(data.targets()).isEqualTo(2);
        assertThat(data.classes()).isZero();
        assertThat(data.target(1)).containsExactly(3, 4);
        assertThat(data.featureNames()).containsExactly("x0", "x1");
        assertThatIllegalStateException().isThrownBy(() -> data.label(0));
    }

    @Test
    void data_isCopiedOnTheWayInAndOut() {
        float[][] features = {{1}, {2}};
        Dataset data = Dataset.classification(features, new int[] {0, 1}, 2);
        features[0][0] = 9;
        data.row(0)[0] = 9;
        assertThat(data.row(0)).containsExactly(1);
    }

    @Test
    void badRows_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.classification(new float[][] {{1, 2}, {3}}, new int[2], 2))
                .withMessage("features: row 1 has 1 columns, but row 0 has 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.classification(new float[][] {{1, Float.NaN}}, new int[1], 2))
                .withMessage("features: row 0, column 1 must be finite, got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.regression(X, new float[][] {{1}, {2}, {Float.NEGATIVE_INFINITY}}))
                .withMessage("targets: row 2, column 0 must be finite, got -Infinity");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.classification(X, new int[] {0, 1, 2}, 2))
                .withMessage("label of row 2 must be in [0, 2)");
        assertThatIllegalArgumentException().isThrownBy(() -> Dataset.classification(X, new int[] {0, -1, 1}, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.classification(X, new int[2], 2))
                .withMessage("labels must be one for each of 3 rows, got 2");
        assertThatIllegalArgumentException().isThrownBy(() -> Dataset.classification(X, new int[3], 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Dataset.classification(new float[0][], new int[0], 2));
        assertThatIllegalArgumentException().isThrownBy(() -> Dataset.classification(new float[1][0], new int[1], 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.classification(X, new int[3], List.of("a"), List.of("n", "y")));
    }

    @Test
    void subset_picksRowsInOrder() {
        Dataset data = Dataset.classification(X, new int[] {1, 0, 1}, 2).subset(2, 1, 2);
        assertThat(data.rows()).isEqualTo(3);
        assertThat(data.row(0)).containsExactly(5, 6);
        assertThat(data.label(1)).isZero();
        assertThatThrownBy(() -> data.subset(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatIllegalArgumentException().isThrownBy(data::subset);
    }

    static LongStream seeds() {
        return Samples.seeds(50);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void split_keepsEachRowOnce(long seed) {
        int rows = (int) (2 + Math.floorMod(seed, 97L));
        float[][] features = new float[rows][1];
        List<Float> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            features[i][0] = i;
            all.add((float) i);
        }
        Dataset.Split split = Dataset.classification(features, new int[rows], 2).split(0.2, seed);
        List<Float> found = new ArrayList<>();
        for (Dataset part : List.of(split.train(), split.heldAside())) {
            for (float value : part.column(0)) {
                found.add(value);
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(all);
        assertThat(split.heldAside().rows()).isEqualTo((int) Math.max(Math.round(rows * 0.2), 1));
    }

    @Test
    void split_withOneSeed_isAlwaysTheSame() {
        Dataset data = Samples.classes(50, 1);
        assertThat(data.split(0.2, 7).train().fingerprint())
                .isEqualTo(data.split(0.2, 7).train().fingerprint())
                .isNotEqualTo(data.split(0.2, 8).train().fingerprint());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.5, Double.NaN})
    void split_byAFractionOutOfRange_isRefused(double fraction) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Samples.classes(5, 1).split(fraction, 1))
                .withMessage("heldAside must be in (0, 1), got " + fraction);
    }

    @Test
    void split_ofOneRow_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Samples.classes(1, 1).split(0.5, 1));
    }

    /** Digest of the documented bytes, computed with Python's hashlib. */
    @Test
    void fingerprint_isSha256OfTheDocumentedBytes() {
        Dataset data =
                Dataset.classification(new float[][] {{1, -2.5f}}, new int[] {1}, List.of("a", "ü"), List.of("n", "y"));
        assertThat(data.fingerprint()).isEqualTo("813e71279150c93e992452d6e816a128108a79d4e77efe961f24b36a9169bc85");
    }

    @Test
    void fingerprint_changesWithAnyPart() {
        Dataset data = Dataset.classification(X, new int[] {1, 0, 1}, List.of("a", "b"), List.of("no", "yes"));
        assertThat(List.of(
                        data,
                        Dataset.classification(X, new int[] {1, 0, 0}, List.of("a", "b"), List.of("no", "yes")),
                        Dataset.classification(X, new int[] {1, 0, 1}, List.of("a", "c"), List.of("no", "yes")),
                        Dataset.classification(X, new int[] {1, 0, 1}, List.of("a", "b"), List.of("no", "yep")),
                        data.subset(0, 2, 1)))
                .extracting(Dataset::fingerprint)
                .doesNotHaveDuplicates();
    }
}
