package io.aidc.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.accounting.AnalyticGaussian;
import io.aidc.privacy.noise.GaussianNoise;
import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import io.aidc.privacy.testkit.MechanismVerdict.NotRefuted;
import io.aidc.privacy.testkit.MechanismVerdict.Refuted;
import io.aidc.privacy.testkit.ReplayFinding.MovedTooFar;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A small private logistic regression, right and wrong, under every audit. All seeds are fixed. */
class BrokenTrainersTest {
    private static final int CANARIES = 2000;
    private static final int STEPS = 10;
    private static final double CLIP = 1;
    private static final double MULTIPLIER = 5;
    private static final double MU = Math.sqrt(STEPS) / MULTIPLIER;
    private static final double DELTA = 1e-5;

    enum Bug {
        NONE,
        NO_NOISE,
        HALF_THE_NOISE,
        CLIP_AFTER_SUM,
        ONE_CLIP_FORGOTTEN
    }

    private final GaussianNoise noise = SeededBits.gaussianNoise(11);
    private final RandomBits coins = SeededBits.of(11);

    @AfterEach
    void close() {
        noise.close();
        coins.close();
    }

    /** Full-batch gradient steps; canary i has a feature of its own, and label 1. */
    private double[] weights(boolean[] included, Bug bug) {
        double[] weights = new double[included.length];
        for (int step = 0; step < STEPS; step++) {
            double[] sum = new double[included.length];
            for (int i = 0; i < included.length; i++) {
                if (included[i]) {
                    double gradient = 5 / (1 + Math.exp(5 * weights[i]));
                    sum[i] = bug == Bug.CLIP_AFTER_SUM || (bug == Bug.ONE_CLIP_FORGOTTEN && i == 0)
                            ? gradient
                            : Math.min(CLIP, gradient);
                }
            }
            if (bug == Bug.CLIP_AFTER_SUM) {
                clip(sum, CLIP * included.length);
            }
            if (bug != Bug.NO_NOISE) {
                noise.addTo(sum, MULTIPLIER * CLIP * (bug == Bug.HALF_THE_NOISE ? 0.5 : 1));
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] += 1e-3 * sum[i];
            }
        }
        return weights;
    }

    private static void clip(double[] vector, double norm) {
        double length = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
        double factor = Math.min(1, norm / length);
        Arrays.setAll(vector, i -> factor * vector[i]);
    }

    private CanaryGuesses audit(Bug bug) {
        return OneRunAudit.of(CANARIES).guessing(50, 50).run(included -> weights(included, bug), coins);
    }

    @Test
    void oneRun_rightTrainer_isNotRefuted() {
        CanaryGuesses guesses = audit(Bug.NONE);
        // it learns something, as (ε, δ) allows
        assertThat(guesses.right()).isBetween(60, 99);
        double epsilon = AnalyticGaussian.epsilon(MULTIPLIER, Math.sqrt(STEPS), DELTA);
        assertThat(guesses.bound(0.01, DELTA).refutes(epsilon)).isFalse();
        assertThat(guesses.gaussianBound(0.01, DELTA).refutes(MU)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"NO_NOISE", "HALF_THE_NOISE", "CLIP_AFTER_SUM"})
    void oneRun_wrongTrainer_isRefuted(Bug bug) {
        CanaryGuesses guesses = audit(bug);
        GaussianBound bound = guesses.gaussianBound(0.01, DELTA);
        assertThat(bound.refutes(MU)).as(bound.verdict(MU)).isTrue();
    }

    @Test
    void oneRun_noNoise_isRefutedWithoutAssumingGaussianNoise() {
        double epsilon = AnalyticGaussian.epsilon(MULTIPLIER, Math.sqrt(STEPS), DELTA);
        CanaryGuesses guesses = OneRunAudit.of(CANARIES).run(included -> weights(included, Bug.NO_NOISE), coins);
        assertThat(guesses.right()).isGreaterThan(1900);
        assertThat(guesses.bound(0.01, DELTA).refutes(epsilon)).isTrue();
    }

    /** The sum is clipped to one row's norm: no row shows much, but one can turn the sum around. */
    @Test
    void mechanism_clipAfterSum_movesByTwice() {
        double[] data = {1};
        double[] neighbour = {1, -3};
        double sigma = AnalyticGaussian.standardDeviation(2, DELTA, CLIP);
        var random = new SplittableRandom(5);
        MechanismTester tester = MechanismTester.claiming(2, DELTA);
        assertThat(tester.numbers(
                        () -> rightSum(data) + sigma * random.nextGaussian(),
                        () -> rightSum(neighbour) + sigma * random.nextGaussian()))
                .isInstanceOf(NotRefuted.class);
        assertThat(tester.numbers(
                        () -> wrongSum(data) + sigma * random.nextGaussian(),
                        () -> wrongSum(neighbour) + sigma * random.nextGaussian()))
                .isInstanceOf(Refuted.class);
    }

    private static double rightSum(double[] rows) {
        return Arrays.stream(rows).map(BrokenTrainersTest::clipped).sum();
    }

    private static double wrongSum(double[] rows) {
        return clipped(Arrays.stream(rows).sum());
    }

    private static double clipped(double x) {
        return Math.max(-CLIP, Math.min(CLIP, x));
    }

    @ParameterizedTest
    @EnumSource(names = {"CLIP_AFTER_SUM", "ONE_CLIP_FORGOTTEN"})
    void replay_wrongClipping_isFoundWithoutStatistics(Bug bug) {
        ReplayReport report = replay(bug);
        assertThat(report.findings())
                .isNotEmpty()
                .allSatisfy(finding -> assertThat(finding).isInstanceOf(MovedTooFar.class));
    }

    @Test
    void replay_rightTrainer_passes() {
        assertThat(replay(Bug.NONE).passed()).isTrue();
    }

    private static ReplayReport replay(Bug bug) {
        return ReplayAudit.of(List.of(2.0, 0.5))
                .against(List.of(2.0, 0.5, -9.0))
                .against(List.of(2.0))
                .allowing("step", STEPS)
                .run((rows, mechanisms) -> {
                    double weight = 0;
                    for (int step = 0; step < STEPS; step++) {
                        weight += 0.1 * mechanisms.release("step", gradient(rows, weight, bug), Sensitivity.l2(CLIP));
                    }
                    return weight;
                });
    }

    private static double gradient(List<Double> rows, double weight, Bug bug) {
        double sum = 0;
        for (int i = 0; i < rows.size(); i++) {
            double one = 10 * (rows.get(i) - weight);
            boolean raw = bug == Bug.CLIP_AFTER_SUM || (bug == Bug.ONE_CLIP_FORGOTTEN && i == rows.size() - 1);
            sum += raw ? one : clipped(one);
        }
        return bug == Bug.CLIP_AFTER_SUM ? clipped(sum) : sum;
    }
}
