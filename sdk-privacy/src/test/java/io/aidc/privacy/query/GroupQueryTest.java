package io.aidc.privacy.query;

import static io.aidc.privacy.query.Sample.assertNoise;
import static io.aidc.privacy.query.Sample.laplaceVariance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Budgets;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several numbers by group. Seeds are fixed, tolerances are five standard errors. */
class GroupQueryTest {
    private static final List<String> WARDS = List.of("red", "green", "blue");

    record Visit(int patient, String ward, double cost) {}

    private static final List<Visit> VISITS = List.of(
            new Visit(1, "green", 10),
            new Visit(1, "green", 20),
            new Visit(2, "green", Double.NaN),
            new Visit(3, "blue", 1e9),
            new Visit(3, "pink", 5));

    @Test
    void spending_publicGroups_answersForEachInOrder() {
        PrivacyBudget budget = Budgets.plenty(1);
        var granted = (GroupedRelease.Granted<String>) budget.from(VISITS)
                .groupBy(Visit::ward, Groups.of(WARDS))
                .count("n")
                .sum("cost", Visit::cost, 0, 100)
                .mean("mean", Visit::cost, 0, 100)
                .variance("spread", Visit::cost, 0, 100)
                .spending(1e5);
        assertThat(granted.groups().keySet()).containsExactly("red", "green", "blue");
        assertThat(granted.groups().getOrDefault("red", Map.of()).keySet())
                .containsExactly("n", "cost", "mean", "spread");
        assertThat(value(granted, "red", "n")).isZero();
        assertThat(value(granted, "green", "n")).isEqualTo(3);
        assertThat(value(granted, "green", "cost")).isCloseTo(30, within(0.1));
        assertThat(value(granted, "green", "mean")).isCloseTo(80.0 / 3, within(0.1)); // NaN counts as 50
        assertThat(value(granted, "green", "spread")).isCloseTo(3000 / 3.0 - 6400 / 9.0, within(2.0));
        assertThat(value(granted, "blue", "cost")).isCloseTo(100, within(0.1));
        assertThat(granted.find("pink", "n")).isEmpty();
        assertThatThrownBy(() -> granted.find("red", "m"))
                .hasMessage("no number is named m, only [n, cost, mean, spread]");
        assertThat(budget.charged()).isEqualTo(new PrivacyEvent.PureDp(1e5));
    }

    /** Two numbers, each for half of ε, over so many groups and rows. */
    @ParameterizedTest
    @CsvSource({"1, 1, ADD_OR_REMOVE, 1", "2, 3, ADD_OR_REMOVE, 6", "2, 1, REPLACE_ONE, 4", "9, 1, ADD_OR_REMOVE, 3"})
    void spending_laplace_hasTheNoiseItPaidFor(int groups, int rows, Neighbours neighbours, double norm) {
        PrivacyBudget budget =
                Budgets.seeded(2).epsilon(1e9).neighbours(neighbours).build();
        var query = budget.from(List.<Visit>of())
                .boundedTo(groups, rows)
                .groupBy(Visit::ward, Groups.of(WARDS))
                .count("n")
                .sum("cost", Visit::cost, -3, 10);
        assertNoise(3000, laplaceVariance(norm / 0.25), () -> value(query.spending(0.5), "green", "n"));
        assertNoise(3000, 2 * Math.pow(10 * norm / 0.25, 2), () -> value(query.spending(0.5), "blue", "cost"));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, ADD_OR_REMOVE, 1, 1", "2, 3, ADD_OR_REMOVE, 18, 18", "2, 1, REPLACE_ONE, 4, 8"})
    void gaussian_publicGroups_hasTheNoiseItPaidFor(
            int groups, int rows, Neighbours neighbours, double countNorm, double sumNorm) {
        PrivacyBudget budget = Budgets.seeded(3)
                .epsilon(1e9)
                .delta(1e-6)
                .neighbours(neighbours)
                .build();
        var query = budget.from(List.<Visit>of())
                .boundedTo(groups, rows)
                .groupBy(Visit::ward, Groups.of(WARDS))
                .count("n")
                .sum("cost", Visit::cost, -3, 10);
        assertNoise(3000, 4 * 2 * countNorm, () -> value(query.gaussian(2), "green", "n"));
        assertNoise(3000, 4 * 2 * 100 * sumNorm, () -> value(query.gaussian(2), "blue", "cost"));
        assertThat(query.gaussian(2)).isInstanceOf(GroupedRelease.Granted.class);
    }

    /** The bound is enforced: whoever is in five groups counts in two, chosen fairly, with two rows each. */
    @Test
    void boundedTo_unitInManyGroups_countsInFew() {
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            visits.add(new Visit(7, "ward" + i % 5, 1));
        }
        List<String> wards = IntStream.range(0, 5).mapToObj(i -> "ward" + i).toList();
        var query = free(4, visits)
                .unit(Visit::patient)
                .boundedTo(2, 2)
                .groupBy(Visit::ward, Groups.of(wards))
                .count("n");
        int[] chosen = new int[5];
        for (int i = 0; i < 2000; i++) {
            var granted = (GroupedRelease.Granted<String>) query.spending(1e5);
            double total = 0;
            for (int ward = 0; ward < 5; ward++) {
                double count = value(granted, "ward" + ward, "n");
                assertThat(count).isIn(0.0, 2.0);
                total += count;
                chosen[ward] += count > 0 ? 1 : 0;
            }
            assertThat(total).isEqualTo(4);
        }
        for (int times : chosen) {
            assertThat(times / 2000.0).isCloseTo(0.4, within(5 * Math.sqrt(0.24 / 2000)));
        }
    }

    /** Groups of one, three and many units; the price of the choice is half of ε and all of δ. */
    @Test
    void spending_selectedGroups_showsThemAsOftenAsTheRuleSays() {
        List<Visit> visits = new ArrayList<>();
        addUnits(visits, "one", 1);
        addUnits(visits, "three", 3);
        addUnits(visits, "many", 100);
        var budget = new FreeBudget(5, Neighbours.ADD_OR_REMOVE);
        var query = PrivateRecords.of(budget, visits)
                .unit(Visit::patient)
                .groupBy(Visit::ward, Groups.selectedPrivately())
                .count("n");
        Map<String, Integer> shown = new HashMap<>();
        int[] first = new int[1];
        for (int i = 0; i < 4000; i++) {
            var granted = (GroupedRelease.Granted<String>) query.spending(2 * Math.log(2), 0.1);
            granted.groups().keySet().forEach(key -> shown.merge(key, 1, Integer::sum));
            List<String> order = new ArrayList<>(granted.groups().keySet());
            if (order.contains("three") && order.indexOf("three") < order.indexOf("many")) {
                first[0]++;
            }
        }
        assertThat(shown.getOrDefault("one", 0) / 4000.0).isCloseTo(0.1, within(5 * Math.sqrt(0.09 / 4000)));
        assertThat(shown.getOrDefault("three", 0) / 4000.0).isCloseTo(0.7, within(5 * Math.sqrt(0.21 / 4000)));
        assertThat(shown).containsEntry("many", 4000);
        assertThat(budget.paid.get(0)).isEqualTo(new PrivacyEvent.ApproximateDp(2 * Math.log(2), 0.1));
        // the order says nothing about who came first in the data
        assertThat(first[0] / (double) shown.getOrDefault("three", 0))
                .isCloseTo(0.5, within(5 * Math.sqrt(0.25 / 2800)));
    }

    /** With two groups a unit, as with half the price each: published as the same case. */
    @ParameterizedTest
    @CsvSource({"2, ADD_OR_REMOVE, 2", "1, REPLACE_ONE, 2", "2, REPLACE_ONE, 4"})
    void spending_selectedGroups_sharesThePriceAmongThoseThatDiffer(int groups, Neighbours neighbours, int parts) {
        List<Visit> visits = new ArrayList<>();
        addUnits(visits, "three", 3);
        var query = PrivateRecords.of(new FreeBudget(6, neighbours), visits)
                .unit(Visit::patient)
                .boundedTo(groups, 1)
                .groupBy(Visit::ward, Groups.selectedPrivately())
                .count("n");
        double shown = 0;
        for (int i = 0; i < 3000; i++) {
            var granted = (GroupedRelease.Granted<String>) query.spending(2 * parts * Math.log(2), 0.1 * parts);
            shown += granted.groups().size();
        }
        assertThat(shown / 3000).isCloseTo(0.7, within(5 * Math.sqrt(0.21 / 3000)));
    }

    @Test
    void spending_selectedGroups_countNoiseIsItsShareOfThePrice() {
        List<Visit> visits = new ArrayList<>();
        addUnits(visits, "many", 1000);
        var query = free(7, visits)
                .unit(Visit::patient)
                .groupBy(Visit::ward, Groups.selectedPrivately())
                .count("n")
                .mean("mean", Visit::cost, -1, 1);
        assertNoise(3000, laplaceVariance(3 / 0.9), () -> value(query.spending(0.9, 1e-5), "many", "n") - 1000);
        // the count rides along with the sum: an L1 norm of 2; the noise of the sum over some 1000 rows, at value 0
        assertNoise(3000, 2 * Math.pow(6 / 0.9, 2), () -> value(query.spending(0.9, 1e-5), "many", "mean") * 1000);
    }

    @Test
    void spending_preThreshold_hidesSmallGroups() {
        List<Visit> visits = new ArrayList<>();
        addUnits(visits, "nine", 9);
        addUnits(visits, "ten", 10);
        var granted = (GroupedRelease.Granted<String>) free(8, visits)
                .unit(Visit::patient)
                .groupBy(Visit::ward, Groups.selectedPrivately().preThreshold(10))
                .count("n")
                .spending(1e5, 0.09999);
        assertThat(granted.groups().keySet()).isSubsetOf("ten");
        assertThatThrownBy(() -> Groups.selectedPrivately().preThreshold(0))
                .hasMessage("the pre-threshold must be >= 1, got 0");
    }

    @Test
    void spending_nullKeysAndNoRecords_areLeftOut() {
        var granted = (GroupedRelease.Granted<String>) free(9, List.of(new Visit(1, "red", 1)))
                .<String>groupBy(visit -> nothing(), Groups.selectedPrivately())
                .count("n")
                .spending(1e5, 0.01);
        assertThat(granted.groups()).isEmpty();
        assertThat(((GroupedRelease.Granted<String>) free(9, List.<Visit>of())
                                .groupBy(Visit::ward, Groups.selectedPrivately())
                                .count("n")
                                .spending(1e5, 0.01))
                        .groups())
                .isEmpty();
    }

    @Test
    void spending_wrongPrice_isNamedAndSpendsNothing() {
        PrivacyBudget budget =
                Budgets.seeded(10).epsilon(1e9).delta(0.5).approximateDelta(0.5).build();
        var open = budget.from(VISITS).unit(Visit::patient).groupBy(Visit::ward, Groups.of(WARDS));
        var hidden = budget.from(VISITS).groupBy(Visit::ward, Groups.selectedPrivately());
        assertThatThrownBy(() -> open.spending(1))
                .hasMessage("nothing is asked for: say count(name), sum(...), mean(...)");
        assertThatThrownBy(() -> open.count("n").spending(1, 0.1))
                .hasMessage("public groups need no delta: say spending(1.0)");
        assertThatThrownBy(() -> hidden.count("n").spending(1))
                .hasMessage("groups selected privately need a delta: say spending(epsilon, delta)");
        assertThatThrownBy(() -> hidden.count("n").gaussian(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> hidden.count("n").spending(1, 0))
                .hasMessage("delta of one query must be in (0, 1), got 0.0");
        assertThatThrownBy(() -> hidden.count("n").spending(-1, 0.1))
                .hasMessage("epsilon must be > 0 and finite, got -1.0");
        assertThatThrownBy(() -> open.count("n").count("n")).hasMessage("two numbers are named n");
        assertThatThrownBy(() -> open.sum("s", Visit::cost, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> budget.from(VISITS)
                        .boundedTo(1, 2)
                        .groupBy(Visit::ward, Groups.selectedPrivately())
                        .count("n")
                        .spending(1, 0.1))
                .hasMessage("selecting groups privately needs unit(...), rows being bounded to 2");
        assertThatThrownBy(() -> Groups.of(List.of("a", "a"))).isInstanceOf(IllegalArgumentException.class);
        assertThat(budget.spent()).isZero();
    }

    @Test
    void spending_budgetShortOfEpsilonOrDelta_isRefused() {
        PrivacyBudget budget =
                Budgets.seeded(11).epsilon(1).delta(1e-6).approximateDelta(2e-8).build();
        var query = budget.from(VISITS)
                .unit(Visit::patient)
                .groupBy(Visit::ward, Groups.selectedPrivately())
                .count("n");
        assertThat(query.spending(0.5, 1e-8)).isInstanceOf(GroupedRelease.Granted.class);
        assertThat(query.spending(0.6, 1e-8)).isInstanceOf(GroupedRelease.Refused.class);
        assertThat(query.spending(0.1, 1.1e-8))
                .isEqualTo(new GroupedRelease.Refused<String>(Double.POSITIVE_INFINITY, 0.5));
        assertThat(query.spending(0.5, 1e-8)).isInstanceOf(GroupedRelease.Granted.class);
        assertThat(budget.spent()).isEqualTo(1);
    }

    private static <T> PrivateRecords<T> free(long seed, List<T> records) {
        return PrivateRecords.of(new FreeBudget(seed, Neighbours.ADD_OR_REMOVE), records);
    }

    private static void addUnits(List<Visit> visits, String ward, int count) {
        for (int i = 0; i < count; i++) {
            visits.add(new Visit(visits.size(), ward, 0));
        }
    }

    private static double value(GroupedRelease<String> release, String key, String name) {
        return ((GroupedRelease.Granted<String>) release)
                .find(key, name)
                .orElseThrow()
                .value();
    }

    @SuppressWarnings("NullAway") // what a careless caller may return
    private static String nothing() {
        return null;
    }
}
