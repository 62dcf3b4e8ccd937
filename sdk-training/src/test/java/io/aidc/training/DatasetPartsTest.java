package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.BufferOverflowException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DatasetPartsTest {
    /** Row i has the features i and 2i and a label of three, the second one ten times rarer than the first. */
    private static Dataset data(int rows) {
        float[] features = new float[2 * rows];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            features[2 * i] = i;
            features[2 * i + 1] = 2 * i;
            labels[i] = i % 11 == 3 ? 1 : i % 2 * 2;
        }
        return Dataset.ofRows(features, 2).named(List.of("a", "b")).classification(labels, List.of("x", "y", "z"));
    }

    private static Dataset numbers(int rows) {
        return Dataset.ofRows(new float[rows], 1).regression(new float[rows], 1);
    }

    private static List<Integer> rows(Dataset... parts) {
        List<Integer> rows = new ArrayList<>();
        for (Dataset part : parts) {
            for (float value : part.column(0)) {
                rows.add((int) value);
            }
        }
        return rows;
    }

    private static List<Integer> all(int rows) {
        return IntStream.range(0, rows).boxed().toList();
    }

    static LongStream seeds() {
        return Samples.seeds(20);
    }

    @ParameterizedTest
    @CsvSource({"10, 1", "10, 3", "10, 10", "7, 2"})
    void shard_givesEachRowToOneWorker(int rows, int workers) {
        Dataset data = data(rows);
        Dataset[] shards = IntStream.range(0, workers)
                .mapToObj(worker -> data.shard(worker, workers))
                .toArray(Dataset[]::new);
        assertThat(rows(shards)).containsExactlyInAnyOrderElementsOf(all(rows));
        assertThat(IntStream.range(0, workers)
                        .map(i -> shards[i].rows())
                        .distinct()
                        .count())
                .isLessThanOrEqualTo(2);
        assertThat(shards[0].rows() - shards[workers - 1].rows()).isBetween(0, 1);
    }

    @Test
    void shard_outOfRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> data(3).shard(0, 4))
                .withMessage("workers must be in [1, 3], got 4");
        assertThatIllegalArgumentException().isThrownBy(() -> data(3).shard(0, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> data(3).shard(3, 3));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void shuffled_keepsRowsWithTheirLabels(long seed) {
        Dataset data = data(40);
        Dataset shuffled = data.shuffled(seed);
        assertThat(rows(shuffled)).containsExactlyInAnyOrderElementsOf(all(40));
        for (int i = 0; i < 40; i++) {
            assertThat(shuffled.label(i)).isEqualTo(data.label((int) shuffled.row(i)[0]));
        }
        assertThat(data.shuffled(seed).fingerprint())
                .isEqualTo(shuffled.fingerprint())
                .isNotEqualTo(data.shuffled(seed + 1).fingerprint());
    }

    @ParameterizedTest
    @CsvSource({"10, 0.6, 0.2, 0.2, 6, 2, 2", "3, 0.98, 0.01, 0.01, 1, 1, 1", "3, 0.01, 0.01, 0.98, 1, 1, 1"})
    void split_inThree_givesEachRowToOnePart(
            int rows, double train, double validation, double test, int trained, int chosen, int judged) {
        Dataset.Parts parts = data(rows).split(train, validation, test, 5);
        assertThat(rows(parts.train(), parts.validation(), parts.test()))
                .containsExactlyInAnyOrderElementsOf(all(rows));
        assertThat(parts.train().rows()).isEqualTo(trained);
        assertThat(parts.validation().rows()).isEqualTo(chosen);
        assertThat(parts.test().rows()).isEqualTo(judged);
    }

    @Test
    void split_inThree_byFractionsThatAreNotOne_isRefused() {
        assertThat(data(10).split(0.7, 0.2, 0.1, 1).train().rows()).isEqualTo(7);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> data(10).split(0.7, 0.2, 0.2, 1))
                .withMessage("train, validation and test must add up to 1, got 0.7 + 0.2 + 0.2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> data(10).split(1, 0.5, -0.5, 1))
                .withMessage("train must be in (0, 1), got 1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> data(2).split(0.4, 0.3, 0.3, 1));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void stratifiedSplit_keepsTheFractionOfEachClass(long seed) {
        Dataset data = data(110);
        Dataset.Split split = data.stratifiedSplit(0.2, seed);
        assertThat(rows(split.train(), split.heldAside())).containsExactlyInAnyOrderElementsOf(all(110));
        int[] counts = data.classCounts();
        int[] aside = split.heldAside().classCounts();
        assertThat(counts).containsExactly(50, 10, 50);
        assertThat(aside).containsExactly(10, 2, 10);
        assertThat(data.stratifiedSplit(0.2, seed).train().fingerprint())
                .isEqualTo(split.train().fingerprint());
    }

    @Test
    void stratifiedSplit_ofRareClasses_keepsThemForTraining() {
        Dataset data = Dataset.classification(new float[][] {{0}, {1}, {2}}, new int[] {0, 0, 1}, 2);
        Dataset.Split split = data.stratifiedSplit(0.01, 1);
        assertThat(split.train().classCounts()).containsExactly(1, 1);
        assertThat(split.heldAside().classCounts()).containsExactly(1, 0);
        Dataset lone = data.subset(1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lone.stratifiedSplit(0.5, 1))
                .withMessage("a stratified split needs a class of at least 2 rows");
        assertThatIllegalArgumentException().isThrownBy(() -> data.stratifiedSplit(Double.NaN, 1));
        assertThatIllegalStateException().isThrownBy(() -> numbers(4).stratifiedSplit(0.5, 1));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void folds_holdEachRowAsideOnce(long seed) {
        Dataset data = data(23);
        List<Dataset.Split> folds = data.folds(4, seed);
        assertThat(folds).hasSize(4);
        assertThat(rows(folds.stream().map(Dataset.Split::heldAside).toArray(Dataset[]::new)))
                .containsExactlyInAnyOrderElementsOf(all(23));
        for (Dataset.Split fold : folds) {
            assertThat(rows(fold.train(), fold.heldAside())).containsExactlyInAnyOrderElementsOf(all(23));
            assertThat(fold.heldAside().rows()).isBetween(5, 6);
        }
        assertThat(data.folds(4, seed).get(2).train().fingerprint())
                .isEqualTo(folds.get(2).train().fingerprint());
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void stratifiedFolds_spreadEachClass(long seed) {
        Dataset data = data(47);
        List<Dataset.Split> folds = data.stratifiedFolds(5, seed);
        assertThat(rows(folds.stream().map(Dataset.Split::heldAside).toArray(Dataset[]::new)))
                .containsExactlyInAnyOrderElementsOf(all(47));
        int[] counts = data.classCounts();
        for (Dataset.Split fold : folds) {
            assertThat(fold.heldAside().rows()).isBetween(9, 10);
            int[] aside = fold.heldAside().classCounts();
            for (int i = 0; i < aside.length; i++) {
                assertThat(aside[i]).isBetween(counts[i] / 5, counts[i] / 5 + 1);
            }
        }
    }

    @Test
    void folds_outOfRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> data(5).folds(6, 1))
                .withMessage("folds must be in [2, 5], got 6");
        assertThatIllegalArgumentException().isThrownBy(() -> data(5).stratifiedFolds(1, 1));
        assertThatIllegalStateException().isThrownBy(() -> numbers(5).stratifiedFolds(2, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> data(5).folds(2, 1).get(2));
    }

    @Test
    void concat_appendsRowsOfTheSameKind() {
        Dataset data = data(10);
        assertThat(data.subset(0, 1, 2).concat(data.subset(3, 4, 5, 6, 7, 8, 9)).fingerprint())
                .isEqualTo(data.fingerprint());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> data.concat(data.select("b", "a")))
                .withMessage("features must be [a, b], got [b, a]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.ofRows(new float[1], 1)
                        .regression(new float[2], 2)
                        .concat(numbers(1)))
                .withMessage("targets must be 2, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> data.concat(
                        Dataset.ofRows(new float[2], 2).named(List.of("a", "b")).classification(new int[1], 2)))
                .withMessage("classes must be [x, y, z], got [0, 1]");
    }

    @Test
    void select_picksFeaturesInTheOrderWanted() {
        Dataset data = data(4);
        Dataset swapped = data.select("b", "a");
        assertThat(swapped.featureNames()).containsExactly("b", "a");
        assertThat(swapped.row(3)).containsExactly(6, 3);
        assertThat(swapped.label(3)).isEqualTo(data.label(3));
        assertThat(data.select("b").features()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> data.select("c"))
                .withMessage("no feature 'c'; there are [a, b]");
        assertThatIllegalArgumentException().isThrownBy(() -> data.select("a", "a"));
        assertThatIllegalArgumentException().isThrownBy(data::select);
    }

    @Test
    void withFeatureNames_renames() {
        Dataset named = data(4).withFeatureNames(List.of("c", "d"));
        assertThat(named.featureNames()).containsExactly("c", "d");
        assertThat(named.row(3)).containsExactly(3, 6);
        assertThatIllegalArgumentException().isThrownBy(() -> data(4).withFeatureNames(List.of("c")));
    }

    @Test
    void classCounts_ofNumbers_isRefused() {
        assertThatIllegalStateException().isThrownBy(() -> numbers(2).classCounts());
    }

    @Test
    void ofRows_takesTheArrayOverAndChecksIt() {
        float[] flat = {1, 2, 3, 4};
        Dataset data = Dataset.ofRows(flat, 2).regression(new float[] {5, 6}, 1);
        assertThat(data.row(1)).containsExactly(3, 4);
        assertThat(data.featureNames()).containsExactly("x0", "x1");
        flat[0] = 9;
        assertThat(data.row(0)).containsExactly(9, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.ofRows(flat, 3))
                .withMessage("features: 4 numbers are no whole number of rows of 3");
        assertThatIllegalArgumentException().isThrownBy(() -> Dataset.ofRows(flat, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Dataset.ofRows(new float[0], 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.ofRows(new float[] {0, 0, 0, Float.NaN}, 2))
                .withMessage("features: row 1, column 1 must be finite, got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.ofRows(flat, 2).regression(new float[3], 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Dataset.ofRows(flat, 2).named(List.of("a")));
    }

    @Test
    void copy_appendsRowsToBuffers() {
        Dataset data = data(4);
        FloatBuffer x = FloatBuffer.allocate(4);
        FloatBuffer y = FloatBuffer.allocate(2);
        data.copy(new int[] {3, 1}, x, y);
        assertThat(x.array()).containsExactly(3, 6, 1, 2);
        assertThat(y.array()).containsExactly(data.label(3), data.label(1));
        assertThatExceptionOfType(BufferOverflowException.class).isThrownBy(() -> data.copy(new int[] {0}, x, y));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> data.copy(new int[] {4}, x.clear(), y.clear()));
    }
}
