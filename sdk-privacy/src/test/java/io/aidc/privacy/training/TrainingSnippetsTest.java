package io.aidc.privacy.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.Charge;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.Sampling;
import io.aidc.privacy.accounting.Neighbours;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class TrainingSnippetsTest {
    private final float[] weights = new float[2];

    @Test
    void plan_trains() {
        // @start region="plan"
        DpPlan plan = DpPlan.of(Sampling.poisson(0.05))
                .steps(40)
                .over(2000)
                .parameters(weights.length)
                .clip(1.0)
                .target(2.0, 1e-6)
                .normaliseBy(100); // public: the batch to be expected
        if (plan.open() instanceof DpRun opened) {
            try (DpRun run = opened) {
                while (run.stepsLeft() > 0) {
                    DpStep step = run.next();
                    for (int unit : step.indices()) {
                        step.add(gradient(unit));
                    }
                    descend(step.noisedMean());
                }
            }
        }
        // @end
        // every gradient is (1, 0): 40 steps of 1; noise of deviation 0.07 altogether, sampling 0.6
        assertThat(weights[0]).isBetween(-46f, -34f);
        assertThat(weights[1]).isBetween(-3f, 3f);
    }

    @Test
    void plan_adaptive() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(2).delta(1e-6).build();
        // @start region="adaptive"
        PlanOpening opening = DpPlan.of(Sampling.poisson(0.05))
                .steps(40)
                .over(2000)
                .parameters(weights.length)
                .clip(new AdaptiveClip(0.1, 0.5, 0.2, 5))
                .noiseMultiplier(2.0)
                .normaliseBy(100)
                .paidBy(budget)
                .open();
        // @end
        assertThat(opening).isInstanceOf(DpRun.class);
        ((DpRun) opening).close();
    }

    @Test
    void tree_sums() {
        PrivacyBudget budget = PrivacyBudget.builder()
                .epsilon(2)
                .delta(1e-6)
                .neighbours(Neighbours.REPLACE_ONE)
                .build();
        int shown = 0;
        // @start region="tree"
        var shape = new TreeSum.Shape(weights.length, 16, 1.0, 20.0, budget.neighbours());
        if (budget.charge(shape.event()) instanceof Charge.Granted) {
            try (TreeSum tree = TreeSum.open(shape)) {
                for (int step = 0; step < 16; step++) {
                    for (int unit = 100 * step; unit < 100 * step + 100; unit++) {
                        tree.add(unit, gradient(unit));
                    }
                    double[] sumSoFar = tree.next();
                    shown += sumSoFar.length;
                }
            }
        }
        // @end
        assertThat(shown).isEqualTo(32);
    }

    private float[] gradient(int unit) {
        return new float[] {unit >= 0 ? 3 : -3, 0};
    }

    private void descend(float[] mean) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] -= mean[i];
        }
    }
}
