package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Seeds;
import io.aidc.privacy.anonymize.LatticeSearch.Optimum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LatticeSearchTest {
    private static final SearchProgress QUIET = (nodes, total) -> {};
    private static final double ROUNDING = 1e-12;

    static LongStream seeds() {
        return Seeds.few(60);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void run_randomTable_findsWhatTryingEveryNodeFinds(long seed) {
        Random random = new Random(seed);
        int rows = 1 + random.nextInt(80);
        List<Dimension> dimensions = Tables.random(random, rows, 1 + random.nextInt(5));
        double share = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.4;
        // 1 branches on every column, 128 tries nearly every node of so small a lattice
        int branches = random.nextBoolean() ? 1 : random.nextBoolean() ? 8 : 128;
        for (List<Requirement> requirements : requirements(random, rows)) {
            for (LossMeasure measure : LossMeasure.values()) {
                Optional<Optimum> found =
                        new LatticeSearch(dimensions, requirements, share, measure).run(2, branches, QUIET);
                assertIsBest(found, dimensions, requirements, share, measure);
            }
        }
    }

    private static List<List<Requirement>> requirements(Random random, int rows) {
        Requirement size = new Tables.Size(1 + random.nextInt(6));
        List<Integer> sensitive = Tables.sensitive(random, rows, 2 + random.nextInt(4));
        Requirement noneAbove = new Tables.NoneAbove(sensitive, 0.3 + random.nextDouble() * 0.6);
        return List.of(
                List.of(),
                List.of(size),
                List.of(noneAbove),
                List.of(noneAbove, size),
                List.of(new Tables.Different(sensitive, 1 + random.nextInt(3)), size),
                List.of(new Tables.SizeByHeight(1 + random.nextInt(9))));
    }

    private static void assertIsBest(
            Optional<Optimum> found,
            List<Dimension> dimensions,
            List<Requirement> requirements,
            double share,
            LossMeasure measure) {
        List<int[]> best = new ArrayList<>();
        double least = Double.POSITIVE_INFINITY;
        for (int[] node : Tables.nodes(dimensions)) {
            Classes classes = Tables.suppress(Tables.group(dimensions, node), requirements, node);
            if (classes.suppressed() > share * dimensions.get(0).rows()) {
                continue;
            }
            double loss = Tables.loss(measure, dimensions, node, classes);
            if (loss < least - ROUNDING * (1 + least)) {
                best.clear();
            }
            least = Math.min(least, loss);
            if (loss <= least + ROUNDING * (1 + least)) {
                best.add(node);
            }
        }
        assertThat(found.isPresent()).isEqualTo(!best.isEmpty());
        if (found.isPresent()) {
            int[] node = found.get().node().stream().mapToInt(level -> level).toArray();
            assertThat(found.get().loss()).isCloseTo(least, within(ROUNDING * (1 + least)));
            assertThat(best).anyMatch(tied -> Arrays.equals(tied, node));
            Classes expected = Tables.suppress(Tables.group(dimensions, node), requirements, node);
            assertThat(found.get().classes().classOf()).isEqualTo(expected.classOf());
        }
    }

    @Test
    void run_anyThreads_givesTheSame() {
        Random random = new Random(7);
        List<Dimension> dimensions = Tables.random(random, 300, 7);
        List<Requirement> requirements =
                List.of(new Tables.Size(4), new Tables.NoneAbove(Tables.sensitive(random, 300, 5), 0.5));
        for (LossMeasure measure : LossMeasure.values()) {
            LatticeSearch search = new LatticeSearch(dimensions, requirements, 0.1, measure);
            Optimum one = search.run(1, 128, QUIET).orElseThrow();
            for (int threads : new int[] {2, 3, 8}) {
                Optimum many = search.run(threads, 128, QUIET).orElseThrow();
                assertThat(many.node()).isEqualTo(one.node());
                assertThat(many.loss()).isEqualTo(one.loss());
                assertThat(many.checked()).isEqualTo(one.checked());
                assertThat(many.classes().classOf()).isEqualTo(one.classes().classOf());
            }
        }
    }

    @Test
    void run_equalLosses_takesTheLowestThenTheFirst() {
        // two equal columns of two values each, so that raising either one gives two classes of two
        int[][] levels = {{0, 1}, {0, 0}};
        List<Dimension> dimensions = List.of(
                Tables.categorical(new int[] {0, 0, 1, 1}, levels), Tables.categorical(new int[] {0, 1, 0, 1}, levels));
        for (LossMeasure measure : LossMeasure.values()) {
            Optimum optimum = new LatticeSearch(dimensions, List.of(new Tables.Size(2)), 0, measure)
                    .run(QUIET)
                    .orElseThrow();
            assertThat(optimum.node()).as(measure.name()).containsExactly(0, 1);
        }
    }

    @Test
    void run_equalLossesFoundInAnotherOrder_takesTheFirstColumnsLower() {
        // the second column has one more value in its hierarchy, so that its levels are branched on first
        List<Dimension> dimensions = List.of(
                Tables.categorical(new int[] {0, 0, 1, 1}, new int[][] {{0, 1}, {0, 0}}),
                Tables.categorical(new int[] {0, 1, 0, 1}, new int[][] {{0, 1, 2}, {0, 0, 0}}));
        LatticeSearch search = new LatticeSearch(dimensions, List.of(new Tables.Size(2)), 0, LossMeasure.PRECISION);
        for (int branches : new int[] {1, 128}) {
            assertThat(search.run(2, branches, QUIET).orElseThrow().node()).containsExactly(0, 1);
        }
    }

    @Test
    void run_requirementThatMergingBreaks_isNotRuledOutByCoarserNodes() {
        // two rows of one town have one value; merged with the rest they break what the rest keeps
        Dimension town = Tables.categorical(new int[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, new int[][] {{0, 1}, {0, 0}});
        Requirement half = new Tables.NoneAbove(List.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 0), 0.5);
        LatticeSearch search = new LatticeSearch(List.of(town), List.of(half), 0.2, LossMeasure.PRECISION);
        for (int branches : new int[] {1, 128}) {
            Optimum optimum = search.run(2, branches, QUIET).orElseThrow();
            assertThat(optimum.node()).containsExactly(0);
            assertThat(optimum.classes().suppressed()).isEqualTo(2);
        }
    }

    @Test
    void run_manyColumns_checksFewNodes() {
        Random random = new Random(3);
        List<Dimension> dimensions = IntStream.range(0, 12)
                .mapToObj(d -> Tables.categorical(
                        random.ints(200, 0, 4).toArray(), new int[][] {{0, 1, 2, 3}, {0, 0, 1, 1}, {0, 0, 0, 0}}))
                .toList();
        Optimum optimum = new LatticeSearch(dimensions, List.of(new Tables.Size(3)), 0.05, LossMeasure.PRECISION)
                .run(QUIET)
                .orElseThrow();
        assertThat(optimum.checked()).isLessThan(531_441 / 4);
        assertThat(optimum.classes().suppressed()).isLessThanOrEqualTo(10);
    }

    @Test
    void run_shareThatIsNoBinaryFraction_allowsTheExactCount() {
        // 0.29 * 100 is 28.999999999999996 in double
        int[] codes = IntStream.range(0, 100).map(row -> row < 29 ? row + 1 : 0).toArray();
        int[] all = IntStream.range(0, 30).toArray();
        List<Dimension> dimensions = List.of(Tables.categorical(codes, new int[][] {all}));
        assertThat(search(dimensions, 0.29).run(QUIET).orElseThrow().classes().suppressed())
                .isEqualTo(29);
        assertThat(search(dimensions, 0.2899).run(QUIET)).isEmpty();
    }

    @Test
    void run_everythingMayBeSuppressed_isFoundEvenIfNothingHolds() {
        List<Dimension> dimensions = Tables.random(new Random(1), 10, 2);
        Optimum optimum = new LatticeSearch(dimensions, List.of(new Tables.Size(11)), 1, LossMeasure.DISCERNIBILITY)
                .run(QUIET)
                .orElseThrow();
        assertThat(optimum.classes().count()).isZero();
        assertThat(optimum.loss()).isEqualTo(100);
    }

    @Test
    void run_nothingHolds_isEmpty() {
        assertThat(new LatticeSearch(
                                Tables.random(new Random(1), 10, 2),
                                List.of(new Tables.Size(11)),
                                0.5,
                                LossMeasure.HEIGHT)
                        .run(QUIET))
                .isEmpty();
    }

    @Test
    void run_progress_growsToTheWholeLatticeOnTheCallersThread() {
        List<Dimension> dimensions = Tables.random(new Random(5), 50, 8);
        long total = Tables.nodes(dimensions).size();
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        Thread caller = Thread.currentThread();
        search(dimensions, 0.1).run(2, 16, (nodes, of) -> {
            assertThat(Thread.currentThread()).isSameAs(caller);
            assertThat(of).isEqualTo(total);
            seen.add(nodes);
        });
        assertThat(seen).isSorted().endsWith(total).hasSizeGreaterThan(1);
    }

    @Test
    void run_progressThrows_ends() {
        LatticeSearch search = search(Tables.random(new Random(5), 50, 8), 0.1);
        assertThatThrownBy(() -> search.run(2, 16, (nodes, total) -> {
                    throw new IllegalStateException("enough");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("enough");
    }

    @Test
    void run_requirementThrows_reachesTheCaller() {
        // a requirement that must be asked for at a node, hidden behind one that forgets to
        Requirement broken = new Requirement() {
            @Override
            public boolean holds(Classes classes, int cls) {
                throw new UnsupportedOperationException("broken");
            }

            @Override
            public boolean monotone() {
                return true;
            }
        };
        LatticeSearch search =
                new LatticeSearch(Tables.random(new Random(5), 9, 2), List.of(broken), 0, LossMeasure.HEIGHT);
        assertThatThrownBy(() -> search.run(QUIET)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void construct_latticeTooLarge_pointsToMondrian() {
        int[][] levels = new int[10][1];
        List<Dimension> million = Collections.nCopies(6, Tables.categorical(new int[] {0}, levels));
        assertThat(search(million, 0)).isNotNull();
        List<Dimension> more = new ArrayList<>(million);
        more.add(Tables.categorical(new int[] {0}, new int[2][1]));
        assertThatThrownBy(() -> search(more, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("up to 1000000 nodes, got 2000000")
                .hasMessageContaining("mondrian()");
    }

    @Test
    void construct_shareOutOfRange_isRefused() {
        List<Dimension> dimensions = Tables.random(new Random(1), 10, 2);
        for (double share : new double[] {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> search(dimensions, share))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("in [0, 1], got " + share);
        }
    }

    @Test
    void construct_nothingToAnonymise_isRefused() {
        assertThatThrownBy(() -> search(List.of(), 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tables.categorical(new int[0], new int[1][0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static LatticeSearch search(List<Dimension> dimensions, double share) {
        return new LatticeSearch(dimensions, List.of(new Tables.Size(2)), share, LossMeasure.CERTAINTY_PENALTY);
    }
}
