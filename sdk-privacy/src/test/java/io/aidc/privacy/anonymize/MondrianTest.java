package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MondrianTest {
    static LongStream seeds() {
        return Seeds.few(100);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void run_randomTable_cutsAsTheSlowReferenceDoes(long seed) {
        Random random = new Random(seed);
        int rows = 1 + random.nextInt(150);
        List<Dimension> dimensions = Tables.random(random, rows, 1 + random.nextInt(4));
        for (List<Requirement> requirements : requirements(random, rows)) {
            Optional<Boxes> boxes = Mondrian.run(dimensions, requirements);
            List<List<Integer>> expected = new ArrayList<>();
            List<Integer> all = IntStream.range(0, rows).boxed().toList();
            if (holds(rows, List.of(all), requirements)) {
                reference(all, dimensions, requirements, expected);
            }
            assertThat(boxes.map(found -> leaves(found.classes())).orElse(List.of()))
                    .isEqualTo(expected);
        }
    }

    private static void reference(
            List<Integer> rows,
            List<Dimension> dimensions,
            List<Requirement> requirements,
            List<List<Integer>> leaves) {
        List<Dimension> widestFirst = dimensions.stream()
                .sorted(Comparator.comparingDouble((Dimension dimension) -> -extent(rows, dimension)))
                .toList();
        for (Dimension dimension : widestFirst) {
            List<List<Integer>> sides = halves(rows, dimension);
            if (sides.size() == 2 && holds(dimension.rows(), sides, requirements)) {
                sides.forEach(side -> reference(side, dimensions, requirements, leaves));
                return;
            }
        }
        leaves.add(rows);
    }

    private static double extent(List<Integer> rows, Dimension dimension) {
        double widest = 0;
        for (int one : rows) {
            for (int other : rows) {
                widest = Math.max(widest, dimension.extent(dimension.code(one), dimension.code(other)));
            }
        }
        return widest;
    }

    /** Tries every cut and takes the first whose sides differ least. */
    private static List<List<Integer>> halves(List<Integer> rows, Dimension dimension) {
        List<List<Integer>> best = List.of();
        int[] ranks = rows.stream()
                .mapToInt(row -> dimension.rank(dimension.code(row)))
                .distinct()
                .sorted()
                .toArray();
        for (int cut : Arrays.stream(ranks).skip(1).toArray()) {
            List<Integer> below = rows.stream()
                    .filter(row -> dimension.rank(dimension.code(row)) < cut)
                    .toList();
            List<Integer> above = rows.stream()
                    .filter(row -> dimension.rank(dimension.code(row)) >= cut)
                    .toList();
            if (best.isEmpty()
                    || Math.abs(below.size() - above.size())
                            < Math.abs(best.get(0).size() - best.get(1).size())) {
                best = List.of(below, above);
            }
        }
        return best;
    }

    private static boolean holds(int rows, List<List<Integer>> sides, List<Requirement> requirements) {
        int[] classOf = new int[rows];
        Arrays.fill(classOf, Classes.SUPPRESSED);
        for (int side = 0; side < sides.size(); side++) {
            for (int row : sides.get(side)) {
                classOf[row] = side;
            }
        }
        Classes classes = new Classes(classOf, sides.size());
        return IntStream.range(0, sides.size())
                .allMatch(cls -> requirements.stream().allMatch(requirement -> requirement.holds(classes, cls)));
    }

    private static List<List<Requirement>> requirements(Random random, int rows) {
        Requirement size = new Tables.Size(1 + random.nextInt(8));
        List<Integer> sensitive = Tables.sensitive(random, rows, 2 + random.nextInt(4));
        return List.of(
                List.of(),
                List.of(size),
                List.of(new Tables.NoneAbove(sensitive, 0.6), size),
                List.of(size, new Tables.Different(sensitive, 2)));
    }

    private static List<List<Integer>> leaves(Classes classes) {
        return IntStream.range(0, classes.count())
                .mapToObj(cls -> Arrays.stream(classes.rows(cls)).boxed().toList())
                .toList();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void run_randomTable_boxesCoverTheirRowsAndDoNotOverlap(long seed) {
        Random random = new Random(seed);
        List<Dimension> dimensions = Tables.random(random, 120, 3);
        Boxes boxes = Mondrian.run(dimensions, List.of(new Tables.Size(4))).orElseThrow();
        for (int row = 0; row < 120; row++) {
            int inside = 0;
            for (int cls = 0; cls < boxes.classes().count(); cls++) {
                inside += contains(boxes, cls, dimensions, row) ? 1 : 0;
            }
            assertThat(inside).isEqualTo(1);
            assertThat(contains(boxes, boxes.classes().classOf()[row], dimensions, row))
                    .isTrue();
        }
    }

    private static boolean contains(Boxes boxes, int cls, List<Dimension> dimensions, int row) {
        return IntStream.range(0, dimensions.size()).allMatch(d -> {
            Dimension dimension = dimensions.get(d);
            int rank = dimension.rank(dimension.code(row));
            return rank >= dimension.rank(boxes.lowest(d, cls)) && rank <= dimension.rank(boxes.highest(d, cls));
        });
    }

    @Test
    void run_numbers_areCutByValueAndNotByCode() {
        // values 10, 1, 7, 3, 8, 2: sorted 1 2 3 | 7 8 10
        double[] values = {10, 1, 7, 3, 8, 2};
        int[] codes = {0, 1, 2, 3, 4, 5};
        Dimension age = Dimension.numeric(codes, new int[][] {codes}, values);
        Boxes boxes = Mondrian.run(List.of(age), List.of(new Tables.Size(3))).orElseThrow();
        assertThat(boxes.classes().classOf()).containsExactly(1, 0, 1, 0, 1, 0);
        assertThat(new int[] {boxes.lowest(0, 0), boxes.highest(0, 0)}).containsExactly(1, 3);
        assertThat(new int[] {boxes.lowest(0, 1), boxes.highest(0, 1)}).containsExactly(2, 0);
    }

    @Test
    void run_medianIsTheLargestValue_cutsBelowIt() {
        int[] codes = {0, 0, 1, 1, 1, 1, 1, 1};
        Dimension column = Dimension.numeric(codes, new int[][] {{0, 1}}, new double[] {5, 6});
        assertThat(leaves(Mondrian.run(List.of(column), List.of(new Tables.Size(2)))
                        .orElseThrow()
                        .classes()))
                .containsExactly(List.of(0, 1), List.of(2, 3, 4, 5, 6, 7));
    }

    @Test
    void run_widestColumnCannotBeCut_cutsTheNext() {
        int[] lonely = {0, 1, 1, 1};
        int[] even = {0, 1, 1, 0};
        Dimension first = Dimension.numeric(lonely, new int[][] {{0, 1}}, new double[] {0, 1});
        Dimension second = Dimension.numeric(even, new int[][] {{0, 1}}, new double[] {0, 1});
        assertThat(leaves(Mondrian.run(List.of(first, second), List.of(new Tables.Size(2)))
                        .orElseThrow()
                        .classes()))
                .containsExactly(List.of(0, 3), List.of(1, 2));
    }

    @Test
    void run_columnsThatDoNotVary_areOneClass() {
        Dimension column = Tables.categorical(new int[5], new int[1][1]);
        Boxes boxes = Mondrian.run(List.of(column), List.of(new Tables.Size(1))).orElseThrow();
        assertThat(boxes.classes().count()).isEqualTo(1);
        assertThat(Arrays.stream(LossMeasure.values())
                        .filter(measure -> measure != LossMeasure.DISCERNIBILITY)
                        .filter(measure -> measure != LossMeasure.AVERAGE_CLASS_SIZE)
                        .mapToDouble(boxes::loss))
                .containsOnly(0.0);
    }

    @Test
    void run_tableAsAWholeFails_isEmpty() {
        assertThat(Mondrian.run(Tables.random(new Random(1), 10, 2), List.of(new Tables.Size(11))))
                .isEmpty();
    }

    @Test
    void run_nothingRequired_separatesAllValues() {
        int[] codes = IntStream.range(0, 20_000).toArray();
        Dimension column = Dimension.numeric(
                codes,
                new int[][] {codes},
                Arrays.stream(codes).asDoubleStream().toArray());
        assertThat(Mondrian.run(List.of(column), List.of())
                        .orElseThrow()
                        .classes()
                        .count())
                .isEqualTo(20_000);
    }

    @Test
    void run_noColumns_isRefused() {
        assertThatThrownBy(() -> Mondrian.run(List.of(), List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
