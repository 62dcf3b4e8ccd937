package io.aidc.privacy.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.PrivacyBudget;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class QuerySnippetsTest {
    record Visit(int patientId, String ward, double cents) {}

    private final List<Visit> visits = IntStream.range(0, 3000)
            .mapToObj(i -> new Visit(i % 1000, i % 2 == 0 ? "surgery" : "eye", i % 500))
            .toList();

    @Test
    void groups_areSelected() {
        double total = 0;
        // @start region="groups"
        PrivacyBudget budget = PrivacyBudget.builder()
                .epsilon(2.0)
                .delta(1e-7)
                .approximateDelta(5e-8) // for choices of groups
                .build();
        GroupedRelease<String> wards = budget.from(visits)
                .unit(Visit::patientId)
                .boundedTo(3, 1) // groups, rows a group
                .groupBy(Visit::ward, Groups.selectedPrivately().preThreshold(4))
                .count("n")
                .sum("cents", Visit::cents, 0, 500_000)
                .spending(0.4, 2e-8);
        if (wards instanceof GroupedRelease.Granted<String> granted) {
            for (String ward : granted.groups().keySet()) {
                Estimate count = granted.find(ward, "n").orElseThrow();
                total += count.value(); // @replace regex="total.*" replacement="show(ward, count.value(),
                // count.interval(0.95));"
            }
        }
        // @end
        assertThat(total).isBetween(800.0, 1200.0);
        assertThat(budget.spent()).isEqualTo(0.4);
    }

    @Test
    void quantiles_areOneRelease() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(2.0).build();
        // @start region="quantiles"
        VectorRelease quartiles = budget.from(visits)
                .quantiles(Visit::cents, 0.25, 0.5, 0.75)
                .clampedTo(0, 1000)
                .spending(0.5);
        // @end
        assertThat(((VectorRelease.Granted) quartiles).values()).isSorted();
    }
}
