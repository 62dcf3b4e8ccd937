package io.aidc.training.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Functions whose shares of variance are known; seeds are fixed. */
class ImportanceTest {
    private static Map<String, Double> shares(int trials, Objective objective) {
        List<Importance> importances = Search.minimise(objective)
                .sampler(RandomSampler.seeded(1))
                .trials(trials)
                .run()
                .importances();
        return importances.stream().collect(Collectors.toMap(Importance::parameter, Importance::share));
    }

    /** Variances 9/12, 1/12 and 0: shares 0.9, 0.1 and 0. */
    @Test
    void shares_ofASum_areThoseOfItsTerms() {
        Map<String, Double> shares = shares(
                400,
                t -> 3 * t.uniform("x", 0, 1) + Math.log10(t.logUniform("y", 1e-3, 1e-2)) + 0 * t.uniform("z", 0, 1));
        assertThat(shares.get("x")).isCloseTo(0.9, within(0.05));
        assertThat(shares.get("y")).isCloseTo(0.1, within(0.05));
        assertThat(shares.get("z")).isLessThan(0.01);
    }

    /** A product of two centred numbers is all interaction. */
    @Test
    void shares_ofAnInteraction_areSmall() {
        Map<String, Double> shares = shares(400, t -> (t.uniform("x", 0, 1) - 0.5) * (t.uniform("y", 0, 1) - 0.5));
        assertThat(shares.get("x")).isLessThan(0.1);
        assertThat(shares.get("y")).isLessThan(0.1);
    }

    /** Options at 0, 0, 4 have a variance of 32/9, whole numbers 0 to 3 one of 5/4: shares 0.74 and 0.26. */
    @Test
    void shares_ofOptionsAndWholeNumbers_areThoseOfTheirTerms() {
        Map<String, Double> shares =
                shares(300, t -> (t.choice("kind", "a", "b", "c").equals("c") ? 4 : 0) + t.integer("n", 0, 3));
        assertThat(shares.get("kind")).isCloseTo(0.74, within(0.05));
        assertThat(shares.get("n")).isCloseTo(0.26, within(0.05));
    }

    /** Where values are wild, as of a network that diverges, ranks stay right. */
    @Test
    void shares_ofHugeValues_areFinite() {
        Map<String, Double> shares = shares(100, t -> 1e300 * t.uniform("x", -1, 1) + t.uniform("y", 0, 1));
        assertThat(shares.get("x")).isGreaterThan(0.9);
        assertThat(shares.get("y")).isLessThan(0.05);
    }

    @Test
    void parameters_ofABranch_areJudgedInTheBranch() {
        Map<String, Double> shares = shares(
                300,
                t -> t.choice("model", "a", "b").equals("a") ? t.uniform("inA", 0, 1) : 5 + t.uniform("inB", 0, 0.001));
        assertThat(shares.get("model")).isGreaterThan(0.9);
        assertThat(shares.get("inA")).isGreaterThan(0.95);
    }

    @Test
    void importances_areSortedAndTheSameEachTime() {
        SearchResult result = Search.minimise(t -> t.uniform("little", 0, 1) + 10 * t.uniform("much", 0, 1))
                .seed(1)
                .trials(40)
                .run();
        assertThat(result.importances()).isEqualTo(result.importances());
        assertThat(result.importances()).extracting(Importance::parameter).containsExactly("much", "little");
        assertThat(Search.minimise(t -> t.uniform("x", 0, 1)).trials(3).run().importances())
                .isEmpty();
    }
}
