package io.aidc.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.training.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FoldsTest {
    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    private static void requirePartition(List<int[]> folds, int rows) {
        assertThat(folds.stream().flatMapToInt(Arrays::stream).sorted())
                .containsExactlyElementsOf(IntStream.range(0, rows).boxed().toList());
        assertThat(folds).allSatisfy(fold -> assertThat(fold).isSorted());
        for (int[] fold : folds) {
            assertThat(IntStream.concat(Arrays.stream(fold), Arrays.stream(Folds.others(rows, fold)))
                            .sorted())
                    .hasSize(rows)
                    .doesNotHaveDuplicates();
        }
    }

    private static int range(int[] counts) {
        return Arrays.stream(counts).max().orElseThrow()
                - Arrays.stream(counts).min().orElseThrow();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void folds_haveEachRowOnceAndEqualSizes(long seed) {
        var random = new SplittableRandom(seed);
        int rows = random.nextInt(2, 60);
        int count = random.nextInt(2, rows + 1);
        List<int[]> folds = Folds.of(rows, count, seed);
        requirePartition(folds, rows);
        assertThat(folds).hasSize(count);
        assertThat(range(folds.stream().mapToInt(fold -> fold.length).toArray()))
                .isLessThanOrEqualTo(1);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void stratifiedFolds_shareEachClassEqually(long seed) {
        var random = new SplittableRandom(seed);
        int rows = random.nextInt(4, 80);
        int[] labels = IntStream.range(0, rows).map(i -> random.nextInt(4)).toArray();
        Dataset data = Dataset.classification(new float[rows][1], labels, 4);
        int count = random.nextInt(2, 5);
        List<int[]> folds = Folds.stratified(data, count, seed);
        requirePartition(folds, rows);
        assertThat(range(folds.stream().mapToInt(fold -> fold.length).toArray()))
                .isLessThanOrEqualTo(1);
        for (int k = 0; k < 4; k++) {
            int label = k;
            assertThat(range(folds.stream()
                            .mapToInt(fold -> (int) Arrays.stream(fold)
                                    .filter(row -> labels[row] == label)
                                    .count())
                            .toArray()))
                    .isLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void groupedFolds_keepGroupsWhole(long seed) {
        var random = new SplittableRandom(seed);
        int[] groups = IntStream.range(0, 60).map(i -> random.nextInt(12) - 5).toArray();
        List<int[]> folds = Folds.grouped(groups, 3, seed);
        requirePartition(folds, 60);
        for (int group : groups) {
            assertThat(folds.stream().filter(fold -> Arrays.stream(fold).anyMatch(row -> groups[row] == group)))
                    .hasSize(1);
        }
        assertThat(range(folds.stream().mapToInt(fold -> fold.length).toArray()))
                .isLessThanOrEqualTo(10);
    }

    @Test
    void sameSeed_givesTheSameFolds() {
        assertThat(Folds.of(30, 5, 1).get(0)).isEqualTo(Folds.of(30, 5, 1).get(0));
        assertThat(Folds.of(30, 5, 1).get(0)).isNotEqualTo(Folds.of(30, 5, 2).get(0));
    }

    @Test
    void badNumbers_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Folds.of(5, 6, 1))
                .withMessage("folds must be in [2, 5], the number of rows, got 6");
        assertThatIllegalArgumentException().isThrownBy(() -> Folds.of(5, 1, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Folds.grouped(new int[] {1, 1, 2}, 3, 1))
                .withMessage("folds must be in [2, 2], the number of groups, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Folds.stratified(Learners.line(4), 2, 1))
                .withMessage("stratified folds need classes, the data has numeric targets");
    }
}
