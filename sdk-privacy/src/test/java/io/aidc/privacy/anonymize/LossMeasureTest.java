package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LossMeasureTest {
    /** Ages 20, 30, 30, 60 in the groups 20-39 and 40-69, then all; towns a, b, c, c in ab and c. */
    private static final Dimension AGE = Dimension.numeric(
            new int[] {0, 1, 1, 2}, new int[][] {{0, 1, 2}, {0, 0, 1}, {0, 0, 0}}, new double[] {20, 30, 60});

    private static final Dimension TOWN =
            Dimension.categorical(new int[] {0, 1, 2, 2}, new int[][] {{0, 1, 2}, {0, 0, 1}}, new int[] {0, 1, 2});

    private static final List<Dimension> BOTH = List.of(AGE, TOWN);

    @ParameterizedTest
    @CsvSource({
        // node (1, 1): classes {0, 1}, {2}, {3}; 20-39 covers 3 rows and a quarter of the axis, ab 2 rows and a half
        // Σ log2(n/n_v) = 2·log2(4) + 2·log2(2) for each column = 12
        // lost: ages log2(3/1) + 2·log2(3/2); towns 2·log2(2/1)
        "HEIGHT, 2",
        "PRECISION, 0.75",
        "DISCERNIBILITY, 6",
        "AVERAGE_CLASS_SIZE, 1.3333333333333333",
        "NON_UNIFORM_ENTROPY, 0.39624062518028907",
        "CERTAINTY_PENALTY, 0.21875"
    })
    void of_fullDomain_isWhatTheFormulaSays(LossMeasure measure, double loss) {
        Classes classes = new Classes(new int[] {0, 0, 1, 2}, 3);
        assertThat(Tables.loss(measure, BOTH, new int[] {1, 1}, classes)).isCloseTo(loss, within(1e-15 * loss));
    }

    @ParameterizedTest
    @CsvSource({
        // the same with rows 2 and 3 suppressed: they count heights 2 and 1, 1 a cell, n = 4 rows, one class more,
        // log2(4/2) and log2(4/2), log2(4/1) and log2(4/2), and 1 a cell
        "HEIGHT, 2.5",
        "PRECISION, 0.875",
        "DISCERNIBILITY, 12",
        "AVERAGE_CLASS_SIZE, 2",
        "NON_UNIFORM_ENTROPY, 0.7641604167868594",
        "CERTAINTY_PENALTY, 0.6875"
    })
    void of_suppressedRows_countFully(LossMeasure measure, double loss) {
        Classes classes = new Classes(new int[] {0, 0, -1, -1}, 1);
        assertThat(Tables.loss(measure, BOTH, new int[] {1, 1}, classes)).isCloseTo(loss, within(1e-15 * loss));
    }

    @ParameterizedTest
    @CsvSource({
        // boxes {0, 1, 2} and {3}: ages 20 to 30 lie in one group, towns a to c in none, so they are suppressed
        "HEIGHT, 1.5",
        "PRECISION, 0.5625",
        "DISCERNIBILITY, 10",
        "AVERAGE_CLASS_SIZE, 2",
        "NON_UNIFORM_ENTROPY, 0.646240625180289",
        "CERTAINTY_PENALTY, 0.46875"
    })
    void loss_localRecoding_isThatOfIntervalsAndCommonAncestors(LossMeasure measure, double loss) {
        Boxes boxes = new Boxes(BOTH, new Classes(new int[] {0, 0, 0, 1}, 2));
        assertThat(boxes.loss(measure)).isCloseTo(loss, within(1e-15 * loss));
    }

    @ParameterizedTest
    @EnumSource
    void of_everyRowByItself_losesNothing(LossMeasure measure) {
        double least = measure == LossMeasure.DISCERNIBILITY ? 4 : measure == LossMeasure.AVERAGE_CLASS_SIZE ? 1 : 0;
        Classes classes = new Classes(new int[] {0, 1, 2, 3}, 4);
        assertThat(Tables.loss(measure, BOTH, new int[] {0, 0}, classes)).isEqualTo(least);
    }

    @ParameterizedTest
    @CsvSource({
        "HEIGHT, 3",
        "PRECISION, 1",
        "DISCERNIBILITY, 16",
        "AVERAGE_CLASS_SIZE, 4",
        "NON_UNIFORM_ENTROPY, 1",
        "CERTAINTY_PENALTY, 1"
    })
    void of_everythingSuppressed_losesMost(LossMeasure measure, double most) {
        Classes classes = new Classes(new int[] {-1, -1, -1, -1}, 0);
        assertThat(Tables.loss(measure, BOTH, new int[] {0, 0}, classes)).isEqualTo(most);
    }

    @Test
    void of_columnWithoutHierarchy_stillLosesWhenSuppressed() {
        Dimension plain = Dimension.categorical(new int[] {0, 1}, new int[][] {{0, 1}}, new int[] {0, 1});
        Classes classes = new Classes(new int[] {0, -1}, 1);
        for (LossMeasure measure : List.of(LossMeasure.HEIGHT, LossMeasure.PRECISION)) {
            assertThat(Tables.loss(measure, List.of(plain), new int[] {0}, classes))
                    .isEqualTo(0.5);
        }
    }

    static LongStream seeds() {
        return Seeds.few(60);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void of_randomTable_agreesWithRowByRowAndWithTheSearch(long seed) {
        Random random = new Random(seed);
        List<Dimension> dimensions = Tables.random(random, 1 + random.nextInt(40), 1 + random.nextInt(4));
        List<Requirement> requirements = List.of(new Tables.Size(1 + random.nextInt(4)));
        for (int[] node : Tables.nodes(dimensions)) {
            Classes all = Tables.group(dimensions, node);
            Classes kept = Tables.suppress(all, requirements, node);
            Grouping grouping = Grouping.ofRows(dimensions).raisedTo(node);
            Failures failures = new Failures(grouping);
            failures.add(requirements);
            for (LossMeasure measure : LossMeasure.values()) {
                double loss = Tables.loss(measure, dimensions, node, kept);
                assertThat(loss).isCloseTo(rowByRow(measure, dimensions, node, kept), within(1e-12 * (1 + loss)));
                NodeLoss search = new NodeLoss(measure, dimensions);
                assertThat(search.of(grouping, failures::contains)).isCloseTo(loss, within(1e-12 * (1 + loss)));
                assertThat(search.atLeast(node)).isLessThanOrEqualTo(loss * (1 + 1e-12) + 1e-12);
                assertThat(search.atLeast(grouping)).isLessThanOrEqualTo(loss * (1 + 1e-12) + 1e-12);
            }
        }
    }

    private static double rowByRow(LossMeasure measure, List<Dimension> dimensions, int[] node, Classes classes) {
        int rows = dimensions.get(0).rows();
        double sum = 0;
        double whole = 0;
        for (int row = 0; row < rows; row++) {
            int cls = classes.classOf()[row];
            int alike = cls < 0 ? rows : classes.size(cls);
            for (int d = 0; d < node.length; d++) {
                List<Double> extents = new ArrayList<>();
                List<Double> everything = new ArrayList<>();
                int covered = 0;
                int same = 0;
                Dimension dimension = dimensions.get(d);
                int own = dimension.code(row);
                for (int code = 0; code < dimension.size(0); code++) {
                    everything.add(dimension.extent(own, code));
                    if (dimension.generalised(node[d], code) == dimension.generalised(node[d], own)) {
                        extents.add(dimension.extent(own, code));
                    }
                }
                for (int other = 0; other < rows; other++) {
                    int code = dimension.code(other);
                    same += code == own ? 1 : 0;
                    boolean alikeInColumn = dimension.generalised(node[d], code) == dimension.generalised(node[d], own);
                    covered += cls < 0 || alikeInColumn ? 1 : 0;
                }
                double height = dimension.height();
                switch (measure) {
                    case HEIGHT -> {
                        sum += cls < 0 ? Math.max(1, height) : node[d];
                        whole += d == 0 ? 1 : 0;
                    }
                    case PRECISION -> {
                        sum += cls < 0 ? 1 : height == 0 ? 0 : node[d] / height;
                        whole++;
                    }
                    case NON_UNIFORM_ENTROPY -> {
                        sum += Math.log((double) covered / same);
                        whole += Math.log((double) rows / same);
                    }
                    case CERTAINTY_PENALTY -> {
                        sum += cls < 0 ? 1 : spread(extents) / Math.max(1e-300, spread(everything));
                        whole++;
                    }
                    case DISCERNIBILITY -> {
                        sum += d == 0 ? alike : 0;
                        whole = 1;
                    }
                    case AVERAGE_CLASS_SIZE -> {
                        sum += d == 0 ? 1.0 / (cls < 0 ? classes.suppressed() : alike) : 0;
                        whole = 1;
                    }
                }
            }
        }
        if (measure == LossMeasure.AVERAGE_CLASS_SIZE) {
            return rows / sum;
        }
        return whole == 0 ? 0 : sum / whole;
    }

    private static double spread(List<Double> values) {
        return values.stream().mapToDouble(value -> value).max().orElseThrow()
                - values.stream().mapToDouble(value -> value).min().orElseThrow();
    }
}
