package io.aidc.privacy.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Charge;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.Sampling;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PldAccountant;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.RdpAccountant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DpPlanTest {
    private static final Sampling SAMPLING = Sampling.poisson(0.1);

    @Test
    void open_chargesTheWholePlanAtOnce() {
        PrivacyBudget budget = Runs.plenty(Neighbours.ADD_OR_REMOVE);
        PrivacyEvent expected = SAMPLING.event(4).times(10);
        try (DpRun run = (DpRun) Runs.plan(SAMPLING, 100, 3)
                .clip(1)
                .noiseMultiplier(4)
                .paidBy(budget)
                .open()) {
            assertThat(run.event()).isEqualTo(expected);
            assertThat(RdpAccountant.of(budget.charged()).epsilon(1e-6))
                    .isEqualTo(RdpAccountant.of(expected).epsilon(1e-6));
            run.next();
        }
        assertThat(RdpAccountant.of(budget.charged()).epsilon(1e-6))
                .isEqualTo(RdpAccountant.of(expected).epsilon(1e-6));
    }

    @Test
    void close_noStepTaken_givesTheBudgetBack() {
        PrivacyBudget budget = Runs.plenty(Neighbours.ADD_OR_REMOVE);
        ((DpRun) Runs.plan(SAMPLING, 100, 3)
                        .clip(1)
                        .noiseMultiplier(4)
                        .paidBy(budget)
                        .open())
                .close();
        assertThat(budget.spent()).isZero();
    }

    @Test
    void open_overBudget_isRefusedAndSpendsNothing() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(0.5).delta(1e-6).build();
        PlanOpening opening = Runs.plan(SAMPLING, 100, 3)
                .clip(1)
                .noiseMultiplier(0.5)
                .paidBy(budget)
                .open();
        assertThat(opening).isInstanceOfSatisfying(PlanOpening.Refused.class, refused -> {
            assertThat(refused.epsilonAsked()).isGreaterThan(0.5);
            assertThat(refused.epsilonLeft()).isEqualTo(0.5);
        });
        assertThat(budget.spent()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1, 8})
    void target_ofItsOwn_isMetAndUsedUp(double epsilon) {
        try (DpRun run = (DpRun)
                Runs.plan(SAMPLING, 100, 3).clip(1).target(epsilon, 1e-6).open()) {
            double spent = RdpAccountant.of(run.event()).epsilon(1e-6).epsilon();
            assertThat(spent).isBetween(0.9 * epsilon, epsilon);
        }
    }

    @Test
    void target_paidByABudget_isChargedThere() {
        PrivacyBudget budget = Runs.plenty(Neighbours.ADD_OR_REMOVE);
        try (DpRun run = (DpRun) Runs.plan(SAMPLING, 100, 3)
                .clip(1)
                .target(1, 1e-6)
                .paidBy(budget)
                .open()) {
            assertThat(RdpAccountant.of(run.event()).epsilon(1e-6).epsilon()).isCloseTo(1, within(1e-6));
            assertThat(budget.spent()).isPositive();
        }
    }

    @Test
    void target_fixedSize_isForReplacing() {
        try (DpRun run = (DpRun) Runs.plan(Sampling.fixedSize(10, 100), 100, 3)
                .clip(1)
                .target(2, 1e-6)
                .open()) {
            assertThat(run.noiseDeviation()).isCloseTo(2 * run.noiseMultiplier() / 10, within(1e-12));
            assertThat(run.next().indices()).hasSize(10);
        }
    }

    @Test
    void target_shuffled_paysEpochs() {
        try (DpRun run = (DpRun)
                Runs.plan(Sampling.shuffled(5), 100, 3).clip(1).target(2, 1e-6).open()) {
            assertThat(run.event()).isEqualTo(new PrivacyEvent.Gaussian(run.noiseMultiplier()).times(2));
            int units = 0;
            for (int i = 0; i < 5; i++) {
                units += run.next().indices().length;
            }
            assertThat(units).isEqualTo(100);
        }
    }

    @Test
    void open_relationNotProved_isRefused() {
        assertThatThrownBy(() -> Runs.run(SAMPLING, 100, 3, Neighbours.REPLACE_ONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the budget has REPLACE_ONE, for which nothing is proved of Poisson");
        assertThatThrownBy(() -> Runs.run(Sampling.fixedSize(10, 100), 100, 3, Neighbours.ADD_OR_REMOVE))
                .hasMessageContaining("the budget has ADD_OR_REMOVE");
        assertThatThrownBy(() -> Runs.run(Sampling.unamplified(n -> new int[] {0}), 100, 3, Neighbours.ADD_OR_REMOVE))
                .hasMessageContaining("the budget has ADD_OR_REMOVE");
    }

    @Test
    void open_truncatedPoisson_needsDeltaSetAside() {
        Sampling capped = Sampling.truncatedPoisson(0.1, 30, 100);
        assertThatThrownBy(() -> Runs.run(capped, 100, 3, Neighbours.ADD_OR_REMOVE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no delta set aside");
        PrivacyBudget budget = PrivacyBudget.builder()
                .epsilon(2)
                .delta(1e-4)
                .approximateDelta(capped.ownDelta(10))
                .build();
        double z = budget.noiseMultiplierFor(capped, 10);
        DpPlan plan = Runs.plan(capped, 100, 3).clip(1).noiseMultiplier(z).paidBy(budget);
        try (DpRun run = (DpRun) plan.open()) {
            assertThat(run.event()).isEqualTo(capped.event(z).times(10));
            // for a step more there is no δ
            assertThat(budget.charge(capped.event(1e6))).isInstanceOf(Charge.Refused.class);
        }
    }

    @Test
    void target_openedAgain_isRefusedForItsBudgetIsSpent() {
        DpPlan plan = Runs.plan(SAMPLING, 100, 3).clip(1).target(2, 1e-6);
        double z;
        try (DpRun unused = (DpRun) plan.open()) {
            z = unused.noiseMultiplier();
        }
        try (DpRun run = (DpRun) plan.open()) {
            assertThat(run.noiseMultiplier()).isEqualTo(z);
            run.next();
            assertThat(run.budget().certificate().epsilonAtMost()).isBetween(1.5, 2.0);
        }
        assertThat(plan.open()).isInstanceOf(PlanOpening.Refused.class);
    }

    @Test
    void open_otherPopulation_isRefusedBeforeAnythingIsPaid() {
        PrivacyBudget budget = Runs.plenty(Neighbours.REPLACE_ONE);
        DpPlan plan = Runs.plan(Sampling.fixedSize(10, 100), 99, 3)
                .clip(1)
                .noiseMultiplier(4)
                .paidBy(budget);
        assertThatThrownBy(plan::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("this sampling is for 100 units, got 99");
        assertThat(budget.spent()).isZero();
    }

    @Test
    void target_truncatedPoisson_setsItsDeltaAside() {
        Sampling capped = Sampling.truncatedPoisson(0.1, 30, 100);
        try (DpRun run =
                (DpRun) Runs.plan(capped, 100, 3).clip(1).target(2, 1e-4).open()) {
            assertThat(PldAccountant.of(run.event()).delta(2)).isLessThan(1e-4);
            // less δ for the noise: more of it
            assertThat(run.noiseMultiplier()).isGreaterThan(targetMultiplier(Sampling.poisson(0.1)));
        }
        assertThatThrownBy(
                        () -> Runs.plan(capped, 100, 3).clip(1).target(2, 1e-12).open())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the sampling alone costs a delta of ")
                .hasMessageEndingWith("the target has 1.0E-12: raise the cap");
    }

    private static double targetMultiplier(Sampling sampling) {
        try (DpRun run =
                (DpRun) Runs.plan(sampling, 100, 3).clip(1).target(2, 1e-4).open()) {
            return run.noiseMultiplier();
        }
    }

    @Test
    void open_pureBudget_isRefused() {
        PrivacyBudget pure = PrivacyBudget.builder().epsilon(1).build();
        assertThatThrownBy(() -> Runs.plan(SAMPLING, 100, 3)
                        .clip(1)
                        .noiseMultiplier(4)
                        .paidBy(pure)
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("delta 0");
    }

    @Test
    void open_missingNumbers_areNamed() {
        PrivacyBudget budget = Runs.plenty(Neighbours.ADD_OR_REMOVE);
        assertMissing("steps", plan -> plan);
        assertMissing("over", plan -> plan.steps(1));
        assertMissing("parameters", plan -> plan.steps(1).over(1));
        assertMissing("normaliseBy", plan -> plan.steps(1).over(1).parameters(1));
        assertMissing("clip", plan -> plan.steps(1).over(1).parameters(1).normaliseBy(1));
        assertMissing(
                "target",
                plan -> plan.steps(1).over(1).parameters(1).normaliseBy(1).clip(1));
        assertMissing(
                "target",
                plan -> plan.steps(1)
                        .over(1)
                        .parameters(1)
                        .normaliseBy(1)
                        .clip(1)
                        .paidBy(budget));
        assertMissing(
                "paidBy",
                plan -> plan.steps(1)
                        .over(1)
                        .parameters(1)
                        .normaliseBy(1)
                        .clip(1)
                        .noiseMultiplier(1));
    }

    private static void assertMissing(String name, UnaryOperator<DpPlan> options) {
        assertThatThrownBy(() -> options.apply(DpPlan.of(SAMPLING)).open())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(name + "(...) is missing");
    }

    @Test
    void options_outOfRange_areNamed() {
        DpPlan plan = DpPlan.of(SAMPLING);
        assertThatThrownBy(() -> plan.steps(0)).hasMessage("steps must be >= 1, got 0");
        assertThatThrownBy(() -> plan.over(0)).hasMessage("units must be >= 1, got 0");
        assertThatThrownBy(() -> plan.parameters(0)).hasMessage("parameters must be >= 1, got 0");
        assertThatThrownBy(() -> plan.clip(Double.NaN)).hasMessage("clip must be in [1.0E-60, 1.0E60], got NaN");
        assertThatThrownBy(() -> plan.noiseMultiplier(0))
                .hasMessage("noiseMultiplier must be in [0.001, 1.0E9], got 0.0");
        assertThatThrownBy(() -> plan.normaliseBy(0)).hasMessageStartingWith("normaliseBy must be in");
        assertThatThrownBy(() -> plan.target(0, 0.1)).hasMessageStartingWith("epsilon must be in");
        assertThatThrownBy(() -> plan.target(1, 0)).hasMessage("delta must be in (0, 1), got 0.0");
        assertThatThrownBy(() -> plan.target(1, Double.NaN)).hasMessage("delta must be in (0, 1), got NaN");
    }

    @Test
    void options_setTwice_areRefused() {
        var clip = new AdaptiveClip(1, 0.5, 0.2, 5);
        PrivacyBudget budget = Runs.plenty(Neighbours.ADD_OR_REMOVE);
        DpPlan plan = DpPlan.of(SAMPLING)
                .steps(1)
                .over(2)
                .parameters(3)
                .clip(4)
                .noiseMultiplier(5)
                .normaliseBy(6)
                .paidBy(budget);
        assertThatThrownBy(() -> plan.steps(1)).hasMessage("steps is already set to 1");
        assertThatThrownBy(() -> plan.over(1)).hasMessage("units is already set to 2");
        assertThatThrownBy(() -> plan.parameters(1)).hasMessage("parameters is already set to 3");
        assertThatThrownBy(() -> plan.clip(clip)).hasMessage("clip is already set to 4.0");
        assertThatThrownBy(() -> plan.clip(1)).hasMessage("clip is already set to 4.0");
        assertThatThrownBy(() -> plan.target(1, 0.1)).hasMessage("noiseMultiplier is already set to 5.0");
        assertThatThrownBy(() -> plan.normaliseBy(1)).hasMessage("normaliseBy is already set to 6.0");
        assertThatThrownBy(() -> plan.paidBy(budget)).hasMessage("paidBy is already set");
    }

    @Test
    void open_tooLittleNoiseForSoManyUnits_isRefused() {
        assertThatThrownBy(() -> DpPlan.of(SAMPLING)
                        .steps(1)
                        .over(Integer.MAX_VALUE)
                        .parameters(1)
                        .clip(1)
                        .noiseMultiplier(0.1)
                        .normaliseBy(1)
                        .paidBy(Runs.plenty(Neighbours.ADD_OR_REMOVE))
                        .open())
                .hasMessage("a noise multiplier of 0.1 is too small for so many units");
    }

    @ParameterizedTest
    @EnumSource(Neighbours.class)
    void open_adaptive_costsWhatTheMultiplierSays(Neighbours neighbours) {
        try (DpRun run = (DpRun) Runs.plan(Sampling.fullBatch(), 100, 3)
                .clip(new AdaptiveClip(1, 0.5, 0.2, 5))
                .noiseMultiplier(4)
                .paidBy(Runs.plenty(neighbours))
                .open()) {
            assertThat(run.event()).isEqualTo(new PrivacyEvent.Gaussian(4).times(10));
            double gradient = run.noiseDeviation() * 10 / Checks.changed(neighbours);
            assertThat(1 / (gradient * gradient) + 1 / (10.0 * 10)).isCloseTo(1 / 16.0, within(1e-12));
        }
    }
}
