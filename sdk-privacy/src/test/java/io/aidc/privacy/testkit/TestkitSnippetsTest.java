package io.aidc.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.accounting.AnalyticGaussian;
import io.aidc.privacy.noise.GaussianNoise;
import io.aidc.privacy.noise.LaplaceNoise;
import io.aidc.privacy.noise.SeededBits;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class TestkitSnippetsTest {
    @Test
    void clopperPearson_boundsARate() {
        // @start region="clopper-pearson"
        double atLeast = ClopperPearson.lower(95, 100, 0.01); // wrong in at most 1 of 100 such experiments
        double atMost = ClopperPearson.upper(95, 100, 0.01);
        // @end
        assertThat(atLeast).isBetween(0.87, 0.89);
        assertThat(atMost).isBetween(0.98, 0.99);
    }

    @Test
    void attackCounts_boundEpsilon() {
        // @start region="attack-counts"
        // 500 models trained with the row and 500 without; the attack said "with" 400 and 20 times
        AttackCounts counts = new AttackCounts(400, 500, 20, 500);
        double epsilon = counts.epsilonLowerBound(0.01, 1e-5); // 2.39: a claim of 1 would be wrong
        // @end
        assertThat(epsilon).isBetween(2.39, 2.40);
    }

    @Test
    void oneRun_auditsTraining() {
        // @start region="one-run"
        CanaryGuesses guesses = OneRunAudit.of(1000) // canaries
                .guessing(100, 100) // the surest on either side
                .run(included -> {
                    double[] model = trainWith(included);
                    return scores(model); // one for each canary, higher is "in"
                });
        OneRunBound bound = guesses.bound(0.01, 1e-5); // chance of a false alarm, and δ of the claim
        if (bound.refutes(3.0)) {
            throw new AssertionError(bound.verdict(3.0));
        }
        // @end
        // a claim above what so many guesses can show would not be tested at all
        assertThat(bound.epsilonCeiling()).isBetween(3.0, 8.0);
    }

    private static double[] trainWith(boolean[] included) {
        double[] model = new double[included.length];
        Arrays.setAll(model, i -> included[i] ? 1 : 0);
        try (GaussianNoise noise = GaussianNoise.open()) {
            noise.addTo(model, 1);
        }
        return model;
    }

    private static double[] scores(double[] model) {
        return model;
    }

    @Test
    void mechanism_isTested() {
        try (LaplaceNoise noise = SeededBits.laplaceNoise(1)) {
            // @start region="mechanism"
            MechanismVerdict verdict = MechanismTester.claiming(1.0, 0) // ε and δ
                    .samples(100_000)
                    .numbers(() -> noisyCount(noise, 100), () -> noisyCount(noise, 101)); // neighbours
            if (verdict instanceof MechanismVerdict.Refuted refuted) {
                throw new AssertionError(refuted.evidence());
            }
            // @end
            assertThat(verdict.epsilonLowerBound()).isBetween(0.8, 1.0);
        }
    }

    private static double noisyCount(LaplaceNoise noise, int rows) {
        double[] value = {rows};
        noise.addTo(value, 1, 1.0);
        return value[0];
    }

    @Test
    void pipeline_isReplayed() {
        double[] minutes = {30, 50, 20};
        double[] withOutlier = {30, 50, 20, 1e9};
        double[] withNan = {30, 50, 20, Double.NaN};
        // @start region="replay"
        ReplayReport report = ReplayAudit.of(minutes)
                .against(withOutlier)
                .against(withNan)
                .run((rows, mechanisms) -> meanMinutes(rows, mechanisms));
        if (!report.passed()) {
            throw new AssertionError(report.summary());
        }
        // @end
        assertThat(report.releases().get(1).largestMove()).isEqualTo(120);
        try (GaussianNoise noise = GaussianNoise.open()) {
            // @start region="mechanisms"
            Mechanisms production = (name, values, sensitivity) -> {
                double[] noised = values.clone();
                noise.addTo(noised, 8 * sensitivity.bound()); // charged under that name
                return noised;
            };
            double mean = meanMinutes(minutes, production);
            // @end
            assertThat(mean).isFinite();
        }
    }

    private static double meanMinutes(double[] rows, Mechanisms mechanisms) {
        double count = mechanisms.release("count", rows.length, Sensitivity.l2(1));
        double sum = Arrays.stream(rows)
                .map(x -> Double.isNaN(x) ? 0 : Math.max(0, Math.min(120, x)))
                .sum();
        return mechanisms.release("sum", sum, Sensitivity.l2(120)) / Math.max(1, count);
    }

    @Test
    void models_areAttacked() {
        // @start region="membership"
        MembershipReport report = MembershipInference.of(2000) // rows
                .models(16)
                .run(rows -> {
                    IntToDoubleFunction lossOfRow = train(rows);
                    return lossOfRow; // asked for every row, in or not
                });
        double auc = report.auc();
        String page = report.toHtml(); // for a browser
        // @end
        assertThat(auc).isBetween(0.75, 0.99);
        assertThat(page).startsWith("<!DOCTYPE html>");
    }

    private static IntToDoubleFunction train(int[] rows) {
        boolean[] in = new boolean[2000];
        Arrays.stream(rows).forEach(row -> in[row] = true);
        var random = new SplittableRandom(rows.length);
        return row -> Math.exp(random.nextGaussian() - (in[row] ? 2 : 0));
    }

    @Test
    void claims_areCheckedTogether() {
        double epsilon = AnalyticGaussian.epsilon(1, 1, 1e-5);
        assertThat(OneRunAudit.of(1000)
                        .run(TestkitSnippetsTest::trainWith)
                        .bound(1e-6, 1e-5)
                        .refutes(epsilon))
                .isFalse();
    }
}
