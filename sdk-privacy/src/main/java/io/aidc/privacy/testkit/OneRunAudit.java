package io.aidc.privacy.testkit;

import io.aidc.privacy.noise.RandomBits;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Audits a private training run by hiding some canaries in its data, training once, and guessing which went in.
 *
 * <p>A canary is a row made to be noticed: mislabelled, or with a gradient of its own. A secret coin decides for each
 * whether it is in the data. The caller trains on the real rows and the canaries that are in, and scores every canary,
 * higher meaning "surely in" (such as minus its loss). The audit guesses <em>in</em> for the highest scores and
 * <em>out</em> for the lowest; the more are right, the more leaked.
 *
 * {@snippet class="io.aidc.privacy.testkit.TestkitSnippetsTest" region="one-run"}
 *
 * <p>The scores may use everything the claim covers (the model; every noised gradient if the claim covers those), but
 * nothing else: not the coins, and nothing from inside the training that is not released. How many guesses to make is
 * fixed before the run. The neighbouring relation is adding or removing a row. Cost: one training run. Confined: one
 * thread at a time.
 *
 * @see <a href="https://arxiv.org/abs/2305.08846">Steinke, Nasr, Jagielski 2023, Algorithm 1</a>
 */
public final class OneRunAudit {
    private final int canaries;
    private int guessesIn;
    private int guessesOut;
    private boolean guessing;

    private OneRunAudit(int canaries) {
        this.canaries = canaries;
        guessesOut = canaries / 2;
        guessesIn = canaries - guessesOut;
    }

    /**
     * Starts an audit that guesses for every canary, half of them in.
     *
     * @param canaries how many there are, &ge; 1; some hundreds are needed to show an ε of 3 or 4
     * @return the audit
     * @throws IllegalArgumentException if there is no canary
     */
    public static OneRunAudit of(int canaries) {
        Checks.atLeast(1, canaries, "canaries");
        return new OneRunAudit(canaries);
    }

    /**
     * Guesses only where it is surest and abstains for the rest, which shows more when only extreme scores tell.
     *
     * @param in how many of the highest scores are guessed to be in, &ge; 0
     * @param out how many of the lowest scores are guessed to be out, &ge; 0
     * @return this
     * @throws IllegalArgumentException if a count is negative, both are 0, or there are more guesses than canaries
     * @throws IllegalStateException on the second call
     */
    public OneRunAudit guessing(int in, int out) {
        Checks.once(guessing ? guessesIn + " in and " + guessesOut + " out" : null, "guessing");
        Checks.within(in, canaries, "in");
        Checks.within(out, canaries - in, "out");
        Checks.atLeast(1, (long) in + out, "in + out");
        guessing = true;
        guessesIn = in;
        guessesOut = out;
        return this;
    }

    /**
     * Tosses the coins, trains, and guesses.
     *
     * @param training given whether each canary is in, trains and returns a score for each canary, called once on this
     *     thread
     * @return how many guesses were right
     * @throws IllegalArgumentException if the number of scores is not the number of canaries, or one is NaN
     */
    public CanaryGuesses run(Function<? super boolean[], double[]> training) {
        try (RandomBits bits = RandomBits.open()) {
            return run(training, bits);
        }
    }

    CanaryGuesses run(Function<? super boolean[], double[]> training, RandomBits bits) {
        Objects.requireNonNull(training, "training");
        boolean[] included = new boolean[canaries];
        for (int i = 0; i < canaries; i++) {
            included[i] = bits.nextBits(1) == 1;
        }
        double[] scores = training.apply(included.clone());
        check(scores);
        int[] ranked = IntStream.range(0, canaries)
                .boxed()
                .sorted((a, b) -> Double.compare(scores[b], scores[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        int right = 0;
        for (int i = 0; i < guessesIn; i++) {
            right += included[ranked[i]] ? 1 : 0;
        }
        for (int i = canaries - guessesOut; i < canaries; i++) {
            right += included[ranked[i]] ? 0 : 1;
        }
        return new CanaryGuesses(canaries, guessesIn + guessesOut, right);
    }

    private void check(double[] scores) {
        if (scores.length != canaries) {
            throw new IllegalArgumentException(
                    "there must be one score for each of %d canaries, got %d".formatted(canaries, scores.length));
        }
        for (int i = 0; i < canaries; i++) {
            if (Double.isNaN(scores[i])) {
                throw new IllegalArgumentException("the score of canary " + i + " must be a number, got NaN");
            }
        }
    }
}
