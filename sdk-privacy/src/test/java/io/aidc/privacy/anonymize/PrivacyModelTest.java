package io.aidc.privacy.anonymize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivacyModelTest {
    private static final Set<String> AGE = Set.of("age");
    /** The salary table of Li, Li, Venkatasubramanian 2007 (tables 3 and 4), in thousands. */
    private static final Table SALARIES = table("A:3 A:4 A:5 B:6 B:11 B:8 C:7 C:9 C:10");

    private static final List<String> SALARY_ORDER = List.of("3", "4", "5", "6", "7", "8", "9", "10", "11");

    @Test
    void kAnonymity_smallClass_isNamedByNumber() {
        Table table = table("A:x B:x A:y B:y C:x A:x");
        assertThat(PrivacyModel.kAnonymity(1).check(table, AGE)).isEqualTo(new Verification.Holds(3, 0));
        assertThat(PrivacyModel.kAnonymity(2).check(table, AGE)).isEqualTo(violated(3, 0, violation(2, 4, 1)));
        assertThat(PrivacyModel.kAnonymity(3).check(table, AGE))
                .isEqualTo(violated(3, 0, violation(1, 1, 2), violation(2, 4, 1)));
    }

    @Test
    void kAnonymity_suppressedRows_areInNoClass() {
        Table table = Table.of(
                List.of("age", "zip"),
                List.of(List.of("*", "*"), List.of("A", "*"), List.of("A", "*"), List.of("*", "B"), List.of("*", "B")));
        assertThat(PrivacyModel.kAnonymity(2).check(table, Set.of("age", "zip")))
                .isEqualTo(new Verification.Holds(2, 1));
    }

    @Test
    void kAnonymity_everythingHidden_isOneClass() {
        assertThat(PrivacyModel.kAnonymity(2).check(table("*:x *:y"), AGE)).isEqualTo(new Verification.Holds(1, 0));
        assertThat(PrivacyModel.kAnonymity(3).check(table("*:x *:y"), AGE))
                .isEqualTo(violated(1, 0, violation(0, 0, 2)));
    }

    @Test
    void diversity_hiddenRowsThatShowTheSecret_areChecked() {
        Table table = table("A:x A:y *:x *:*");
        assertThat(PrivacyModel.distinctDiversity("dx", 2).check(table, AGE))
                .isEqualTo(violated(2, 1, violation(1, 2, 1)));
        assertThat(PrivacyModel.kAnonymity(2).check(table, AGE)).isEqualTo(violated(2, 1, violation(1, 2, 1)));
    }

    @Test
    void check_emptyTable_holds() {
        Table empty = Table.of(List.of("age", "dx"), List.of());
        for (PrivacyModel model : List.of(
                PrivacyModel.kAnonymity(5),
                PrivacyModel.entropyDiversity("dx", 2),
                PrivacyModel.equalCloseness("dx", 0),
                PrivacyModel.orderedCloseness("dx", 0, List.of()),
                PrivacyModel.hierarchicalCloseness("dx", 0, Hierarchy.suppression()),
                PrivacyModel.kMap(5, empty),
                PrivacyModel.deltaPresence(0.5, 0.5, empty))) {
            assertThat(model.check(empty, AGE)).isEqualTo(new Verification.Holds(0, 0));
        }
    }

    @Test
    void distinctDiversity_values_areCounted() {
        Table table = table("A:x A:y A:y B:x B:y B:z");
        assertThat(PrivacyModel.distinctDiversity("dx", 2).check(table, AGE)).isInstanceOf(Verification.Holds.class);
        assertThat(PrivacyModel.distinctDiversity("dx", 3).check(table, AGE))
                .isEqualTo(violated(2, 0, violation(0, 0, 3)));
    }

    @Test
    void entropyDiversity_twoOneOne_isTwoPointEight() {
        // Machanavajjhala et al. 2007, section 4.2: their 3-diverse table is entropy 2.8-diverse; 2^1.5 = 2.828…
        Table table = table("A:heart A:viral A:cancer A:cancer B:cancer B:heart B:viral B:viral");
        assertThat(PrivacyModel.entropyDiversity("dx", 2.8).check(table, AGE)).isInstanceOf(Verification.Holds.class);
        assertThat(PrivacyModel.entropyDiversity("dx", 2.8285).check(table, AGE))
                .isEqualTo(violated(2, 0, violation(0, 0, 4), violation(1, 4, 4)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6, 7, 10, 49, 97})
    void entropyDiversity_equallyFrequentValues_reachTheirNumber(int l) {
        for (int each = 1; each < 12; each++) {
            List<List<String>> rows = new ArrayList<>();
            for (int i = 0; i < l * each; i++) {
                rows.add(List.of("A", "v" + i % l));
            }
            Table table = Table.of(List.of("age", "dx"), rows);
            assertThat(PrivacyModel.entropyDiversity("dx", l).check(table, AGE)).isInstanceOf(Verification.Holds.class);
            assertThat(PrivacyModel.entropyDiversity("dx", l * (1 + 1e-9)).check(table, AGE))
                    .isInstanceOf(Verification.Violated.class);
        }
    }

    /** 1.08·225 is 243 exactly, and a little more as a product of doubles. */
    @Test
    void recursiveDiversity_equality_isNotEnoughWhateverDoublesSay() {
        assertThat(Diversity.recursive(new int[] {243, 225}, 1.08, 2)).isFalse();
        assertThat(Diversity.recursive(new int[] {243, 226}, 1.08, 2)).isTrue();
    }

    @Test
    void recursiveDiversity_bound_isStrict() {
        // counts 3, 2, 1: 3 < c·(2 + 1) for l = 2, 3 < c·1 for l = 3
        Table table = table("A:x A:y A:x A:z A:y A:x");
        assertThat(recursive(table, 1, 2)).isFalse();
        assertThat(recursive(table, 1.01, 2)).isTrue();
        assertThat(recursive(table, 3, 3)).isFalse();
        assertThat(recursive(table, 3.01, 3)).isTrue();
        assertThat(recursive(table, 1e9, 4)).isFalse();
    }

    private static boolean recursive(Table table, double c, int l) {
        return PrivacyModel.recursiveDiversity("dx", c, l).check(table, AGE) instanceof Verification.Holds;
    }

    @Test
    void orderedCloseness_salaries_areAsPublished() {
        // section 4.3: 0.375 for {3, 4, 5}, 0.167 for {6, 8, 11}
        assertThat(ordered(0.375)).isEqualTo(new Verification.Holds(3, 0));
        assertThat(ordered(Math.nextDown(0.375))).isEqualTo(violated(3, 0, violation(0, 0, 3)));
        assertThat(ordered(0.1667))
                .extracting(v -> ((Verification.Violated) v).violations())
                .asInstanceOf(InstanceOfAssertFactories.list(Verification.Violation.class))
                .doesNotContain(violation(1, 3, 3));
        assertThat(ordered(0.1666))
                .extracting(v -> ((Verification.Violated) v).violations())
                .asInstanceOf(InstanceOfAssertFactories.list(Verification.Violation.class))
                .contains(violation(1, 3, 3));
    }

    private static Verification ordered(double t) {
        return PrivacyModel.orderedCloseness("dx", t, SALARY_ORDER).check(SALARIES, AGE);
    }

    @Test
    void equalCloseness_salaries_areTwoThirdsAway() {
        // three of nine values in equal shares: ½(3·(1/3 − 1/9) + 6·1/9) = 2/3
        assertThat(PrivacyModel.equalCloseness("dx", 2.0 / 3).check(SALARIES, AGE))
                .isEqualTo(new Verification.Holds(3, 0));
        assertThat(PrivacyModel.equalCloseness("dx", Math.nextDown(2.0 / 3)).check(SALARIES, AGE))
                .isInstanceOf(Verification.Violated.class);
    }

    @Test
    void hierarchicalCloseness_diseases_areAsComputedByHand() {
        // the diseases and hierarchy of Li et al., tables 3 and figure 1; classes {1, 3, 8}, {4, 5, 6}, {2, 7, 9} are
        // 7/27, 8/27 and 5/27 away: for the second, 2/9 · 1 across the root, 1/9 · 1/3 in each of two groups
        Hierarchy diseases = Hierarchy.builder()
                .path("flu", "respiratory infection", "respiratory", "*")
                .path("pneumonia", "respiratory infection", "respiratory", "*")
                .path("bronchitis", "respiratory infection", "respiratory", "*")
                .path("ulcer", "stomach", "digestive", "*")
                .path("cancer", "stomach", "digestive", "*")
                .path("gastritis", "stomach", "digestive", "*")
                .build();
        Table table = table(
                "A:ulcer A:cancer A:pneumonia B:gastritis B:flu B:bronchitis" + " C:gastritis C:bronchitis C:cancer");
        assertThat(PrivacyModel.hierarchicalCloseness("dx", 8.0 / 27, diseases).check(table, AGE))
                .isEqualTo(new Verification.Holds(3, 0));
        assertThat(PrivacyModel.hierarchicalCloseness("dx", 7.0 / 27, diseases).check(table, AGE))
                .isEqualTo(violated(3, 0, violation(1, 3, 3)));
        assertThat(PrivacyModel.hierarchicalCloseness("dx", 6.9 / 27, diseases).check(table, AGE))
                .isEqualTo(violated(3, 0, violation(0, 0, 3), violation(1, 3, 3)));
    }

    @Test
    void closeness_suppressedRows_areNotPartOfTheWhole() {
        Table table = table("A:x A:y B:x B:y *:* *:*");
        assertThat(PrivacyModel.equalCloseness("dx", 0).check(table, AGE)).isEqualTo(new Verification.Holds(2, 2));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void earthMover_anyCounts_isTheCheapestTransport(long seed) {
        Random random = new Random(seed);
        int values = 1 + random.nextInt(6);
        int[] whole = IntStream.range(0, values).map(i -> 1 + random.nextInt(4)).toArray();
        int[] part = IntStream.of(whole).map(count -> random.nextInt(count + 1)).toArray();
        long n = IntStream.of(part).sum();
        long total = IntStream.of(whole).sum();
        long[] surplus = new long[values];
        Arrays.setAll(surplus, i -> part[i] * total - whole[i] * n);
        int[][] levels = {
            IntStream.range(0, values).toArray(),
            IntStream.range(0, values).map(i -> i / 2).toArray(),
            IntStream.range(0, values).map(i -> i / 4).toArray(),
            new int[values]
        };
        assertThat(EarthMover.equal(surplus)).isCloseTo(transport(surplus, (a, b) -> 1), within(1e-9));
        assertThat(EarthMover.ordered(surplus))
                .isCloseTo(
                        transport(surplus, (a, b) -> Math.abs(a - b) / (double) Math.max(1, values - 1)), within(1e-6));
        assertThat(EarthMover.hierarchical(surplus, levels))
                .isCloseTo(transport(surplus, (a, b) -> level(levels, a, b) / 3.0), within(1e-6));
    }

    private static int level(int[][] levels, int a, int b) {
        return (int)
                Arrays.stream(levels).takeWhile(level -> level[a] != level[b]).count();
    }

    interface Cost {
        double of(int from, int to);
    }

    /** The least cost of moving surplus to where it lacks: one cheapest path at a time, with Bellman and Ford. */
    private static double transport(long[] surplus, Cost cost) {
        int n = surplus.length;
        long[] left = surplus.clone();
        long[][] flow = new long[n][n];
        double sum = 0;
        while (Arrays.stream(left).anyMatch(value -> value > 0)) {
            double[] distance = new double[n];
            int[] from = new int[n];
            for (int i = 0; i < n; i++) {
                distance[i] = left[i] > 0 ? 0 : Double.POSITIVE_INFINITY;
                from[i] = -1;
            }
            for (int round = 0; round < n; round++) {
                for (int a = 0; a < n; a++) {
                    for (int b = 0; b < n; b++) {
                        double step = flow[b][a] > 0 ? -cost.of(b, a) : cost.of(a, b);
                        if (a != b && distance[a] + step < distance[b] - 1e-12) {
                            distance[b] = distance[a] + step;
                            from[b] = a;
                        }
                    }
                }
            }
            int end = IntStream.range(0, n)
                    .filter(i -> left[i] < 0)
                    .boxed()
                    .min(Comparator.comparingDouble(i -> distance[i]))
                    .orElseThrow();
            long amount = -left[end];
            int start = end;
            for (int b = end; from[b] >= 0; b = from[b]) {
                amount = flow[b][from[b]] > 0 ? Math.min(amount, flow[b][from[b]]) : amount;
                start = from[b];
            }
            amount = Math.min(amount, left[start]);
            for (int b = end; from[b] >= 0; b = from[b]) {
                long back = Math.min(amount, flow[b][from[b]]);
                flow[b][from[b]] -= back;
                flow[from[b]][b] += amount - back;
            }
            sum += amount * distance[end];
            left[start] -= amount;
            left[end] += amount;
        }
        return sum;
    }

    static LongStream seeds() {
        return Seeds.all();
    }

    @Test
    void kMap_peopleOfThePopulation_areCounted() {
        Table table = table("A:x B:x B:y");
        Table population = table("A:- A:- A:- B:- B:- C:-");
        assertThat(PrivacyModel.kMap(2, population).check(table, AGE)).isEqualTo(new Verification.Holds(2, 0));
        assertThat(PrivacyModel.kMap(3, population).check(table, AGE)).isEqualTo(violated(2, 0, violation(1, 1, 2)));
        assertThat(PrivacyModel.kMap(1, table("C:-")).check(table, AGE))
                .isEqualTo(violated(2, 0, violation(0, 0, 1), violation(1, 1, 2)));
    }

    @Test
    void deltaPresence_shares_areBounded() {
        Table table = table("A:x B:x B:y");
        Table population = table("A:- A:- A:- A:- B:- B:- B:- B:-");
        assertThat(PrivacyModel.deltaPresence(0.25, 0.5, population).check(table, AGE))
                .isEqualTo(new Verification.Holds(2, 0));
        assertThat(PrivacyModel.deltaPresence(0.26, 0.5, population).check(table, AGE))
                .isEqualTo(violated(2, 0, violation(0, 0, 1)));
        assertThat(PrivacyModel.deltaPresence(0, 0.49, population).check(table, AGE))
                .isEqualTo(violated(2, 0, violation(1, 1, 2)));
    }

    @Test
    void deltaPresence_peopleWhomNothingFits_areAbsent() {
        Table table = table("A:x *:*");
        Table population = table("A:- A:- B:- C:- C:-");
        assertThat(PrivacyModel.deltaPresence(0, 1, population).check(table, AGE))
                .isEqualTo(new Verification.Holds(1, 1));
        assertThat(PrivacyModel.deltaPresence(0.1, 1, population).check(table, AGE))
                .isEqualTo(new Verification.Violated(1, 1, List.of(), 3));
        assertThat(PrivacyModel.deltaPresence(0, 1, table("B:-")).check(table, AGE))
                .isEqualTo(violated(1, 1, violation(0, 0, 1)));
    }

    @Test
    void factories_numbersOutside_areRefused() {
        Table population = table("A:-");
        List<ThrowingCallable> calls = List.of(
                () -> PrivacyModel.kAnonymity(0),
                () -> PrivacyModel.kMap(0, population),
                () -> PrivacyModel.distinctDiversity("dx", 0),
                () -> PrivacyModel.entropyDiversity("dx", 0.99),
                () -> PrivacyModel.entropyDiversity("dx", Double.NaN),
                () -> PrivacyModel.entropyDiversity("dx", Double.POSITIVE_INFINITY),
                () -> PrivacyModel.recursiveDiversity("dx", 0, 2),
                () -> PrivacyModel.recursiveDiversity("dx", Double.NaN, 2),
                () -> PrivacyModel.recursiveDiversity("dx", Double.POSITIVE_INFINITY, 2),
                () -> PrivacyModel.recursiveDiversity("dx", 1, 1),
                () -> PrivacyModel.equalCloseness("dx", -0.1),
                () -> PrivacyModel.equalCloseness("dx", Double.NaN),
                () -> PrivacyModel.orderedCloseness("dx", 1.1, List.of()),
                () -> PrivacyModel.orderedCloseness("dx", 1, List.of("a", "a")),
                () -> PrivacyModel.hierarchicalCloseness("dx", 2, Hierarchy.suppression()),
                () -> PrivacyModel.hierarchicalCloseness(
                        "dx", 1, Hierarchy.builder().path("a").build()),
                () -> PrivacyModel.deltaPresence(-1, 0, population),
                () -> PrivacyModel.deltaPresence(0, 2, population),
                () -> PrivacyModel.deltaPresence(0.5, 0.4, population));
        calls.forEach(call -> assertThatIllegalArgumentException()
                .isThrownBy(call)
                .withMessageMatching(".*(k|l|c|t|min|max|order|hierarchy) must .*got .*"));
    }

    @Test
    void check_wrongColumns_areRefused() {
        Table table = table("A:x");
        PrivacyModel model = PrivacyModel.distinctDiversity("dx", 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.check(table, Set.of()))
                .withMessageContaining("at least one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.check(table, Set.of("dx")))
                .withMessage("column must not be a quasi-identifier, got dx");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.check(table, Set.of("zip")))
                .withMessageContaining("zip");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrivacyModel.distinctDiversity("zip", 1).check(table, AGE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrivacyModel.kMap(1, Table.of(List.of("zip"), List.of()))
                        .check(table, AGE));
    }

    @Test
    void check_valueOutsideOrderOrHierarchy_isRefusedByRow() {
        Table table = table("A:x A:secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PrivacyModel.orderedCloseness("dx", 1, List.of("x")).check(table, AGE))
                .withMessage("column dx, row 1: the value is not in the order");
        Hierarchy forest =
                Hierarchy.builder().path("x", "1").path("secret", "2").build();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PrivacyModel.hierarchicalCloseness("dx", 1, forest).check(table, AGE))
                .withMessage("the hierarchy of dx must end in a single group, got 2");
    }

    private static Verification.Violation violation(int cls, int firstRow, int rows) {
        return new Verification.Violation(cls, firstRow, rows);
    }

    private static Verification violated(int classes, int suppressed, Verification.Violation... violations) {
        return new Verification.Violated(classes, suppressed, List.of(violations), 0);
    }

    private static Table table(String cells) {
        return Table.of(
                List.of("age", "dx"),
                Arrays.stream(cells.split(" "))
                        .map(row -> List.of(row.split(":")))
                        .toList());
    }
}
