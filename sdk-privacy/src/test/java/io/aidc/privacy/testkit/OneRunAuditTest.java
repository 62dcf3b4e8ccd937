package io.aidc.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.accounting.AnalyticGaussian;
import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OneRunAuditTest {
    private static double[] truth(boolean[] included) {
        return IntStream.range(0, included.length)
                .mapToDouble(i -> included[i] ? 1 : 0)
                .toArray();
    }

    private static CanaryGuesses seeded(OneRunAudit audit, long seed, Function<boolean[], double[]> training) {
        try (RandomBits bits = SeededBits.of(seed)) {
            return audit.run(training, bits);
        }
    }

    @Test
    void run_modelThatTells_isGuessedRightWhereItAbstainsOtherwise() {
        // fewer than 100 of 1000 fair coins on one side: chance below 1e-150
        assertThat(OneRunAudit.of(1000).guessing(100, 100).run(OneRunAuditTest::truth))
                .isEqualTo(new CanaryGuesses(1000, 200, 200));
        assertThat(OneRunAudit.of(1000).guessing(0, 100).run(OneRunAuditTest::truth))
                .isEqualTo(new CanaryGuesses(1000, 100, 100));
        assertThat(OneRunAudit.of(1000).guessing(100, 0).run(OneRunAuditTest::truth))
                .isEqualTo(new CanaryGuesses(1000, 100, 100));
    }

    @Test
    void run_scoresTheWrongWayRound_areAllWrong() {
        CanaryGuesses guesses = OneRunAudit.of(1000)
                .guessing(100, 100)
                .run(included -> Arrays.stream(truth(included)).map(x -> -x).toArray());
        assertThat(guesses.right()).isZero();
    }

    @Test
    void run_unlessSet_guessesForAll() {
        assertThat(OneRunAudit.of(7).run(included -> new double[7]).guesses()).isEqualTo(7);
        assertThat(OneRunAudit.of(1).run(included -> new double[1]).guesses()).isEqualTo(1);
    }

    @Test
    void run_modelThatTellsNothing_isNotRefuted() {
        CanaryGuesses guesses = seeded(OneRunAudit.of(1000), 1, included -> new double[included.length]);
        assertThat(guesses.right()).isBetween(420, 580);
        assertThat(guesses.bound(1e-6, 0).epsilonLowerBound()).isZero();
    }

    @Test
    void run_coins_areFairIndependentAndFresh() {
        List<boolean[]> tosses = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            OneRunAudit.of(2000).run(included -> {
                tosses.add(included.clone());
                return new double[included.length];
            });
        }
        // 250 from the mean is 11 deviations: below 1e-27
        int in = 0;
        int same = 0;
        for (int i = 0; i < 2000; i++) {
            in += tosses.get(0)[i] ? 1 : 0;
            same += tosses.get(0)[i] == tosses.get(1)[i] ? 1 : 0;
        }
        assertThat(in).isBetween(750, 1250);
        assertThat(same).isBetween(750, 1250);
    }

    @Test
    void run_trainingThatOverwritesItsArgument_cannotChangeTheTruth() {
        CanaryGuesses guesses = seeded(OneRunAudit.of(1000), 2, included -> {
            Arrays.fill(included, 0, 500, true);
            return truth(included);
        });
        // all of the first 500 are ranked first, and half of them were in; had the truth changed, 750 would be right
        assertThat(guesses.right()).isBetween(400, 600);
    }

    /** Sure guesses only, of noised canaries, at four levels; the number of false alarms allowed is 2000 · level. */
    @Test
    void run_honestGaussianWithAbstentions_isRarelyRefuted() {
        double mu = 1;
        var noise = new SplittableRandom(4);
        double[] levels = {0.5, 0.2, 0.05, 0.01};
        int[] gaussianAlarms = new int[levels.length];
        int[] plainAlarms = new int[levels.length];
        double delta = 0.001;
        double epsilon = AnalyticGaussian.epsilon(1 / mu, 1, delta);
        try (RandomBits bits = SeededBits.of(4)) {
            for (int i = 0; i < 2000; i++) {
                CanaryGuesses guesses = OneRunAudit.of(30)
                        .guessing(4, 2)
                        .run(
                                included -> Arrays.stream(truth(included))
                                        .map(x -> mu * x + noise.nextGaussian())
                                        .toArray(),
                                bits);
                for (int level = 0; level < levels.length; level++) {
                    gaussianAlarms[level] += OneRunMath.refutesGaussian(guesses, levels[level], mu) ? 1 : 0;
                    plainAlarms[level] += guesses.pValue(epsilon, delta) <= levels[level] ? 1 : 0;
                }
            }
        }
        for (int level = 0; level < levels.length; level++) {
            assertThat(gaussianAlarms[level]).isLessThanOrEqualTo((int) (2000 * levels[level]));
            assertThat(plainAlarms[level]).isLessThanOrEqualTo((int) (2000 * levels[level]));
        }
        // the test is not idle: at the laxest level it speaks up
        assertThat(gaussianAlarms[0]).isPositive();
    }

    @Test
    void run_infiniteScores_areOrdered() {
        CanaryGuesses guesses = OneRunAudit.of(100)
                .guessing(10, 10)
                .run(included -> Arrays.stream(truth(included))
                        .map(x -> x > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY)
                        .toArray());
        // fewer than 10 of 100 coins on one side: below 1e-17
        assertThat(guesses.right()).isEqualTo(20);
    }

    @SuppressWarnings("NullAway") // a caller without NullAway
    @Test
    void arguments_outOfRange_areNamed() {
        assertThatThrownBy(() -> OneRunAudit.of(0)).hasMessage("canaries must be >= 1, got 0");
        OneRunAudit audit = OneRunAudit.of(10);
        assertThatThrownBy(() -> audit.guessing(-1, 2)).hasMessage("in must be in 0 to 10, got -1");
        assertThatThrownBy(() -> audit.guessing(6, 5)).hasMessage("out must be in 0 to 4, got 5");
        assertThatThrownBy(() -> audit.guessing(0, 0)).hasMessage("in + out must be >= 1, got 0");
        audit.guessing(6, 4);
        assertThatThrownBy(() -> audit.guessing(1, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("guessing is already set to 6 in and 4 out");
        assertThatThrownBy(() -> audit.run(included -> new double[9]))
                .hasMessage("there must be one score for each of 10 canaries, got 9");
        assertThatThrownBy(() -> OneRunAudit.of(2).run(included -> new double[] {0, Double.NaN}))
                .hasMessage("the score of canary 1 must be a number, got NaN");
        assertThatThrownBy(() -> audit.run(null)).isInstanceOf(NullPointerException.class);
    }
}
