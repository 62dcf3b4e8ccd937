package io.aidc.privacy.local;

import io.aidc.privacy.noise.RandomBits;

/**
 * Randomised response: a reporter tells the truth with a known probability, and otherwise one of the other answers.
 *
 * {@snippet class="io.aidc.privacy.local.LocalSnippetsTest" region="response"}
 *
 * <p>Guarantee: any two answers of the reporter make each report likely within a factor e^ε, locally, under replacement
 * of the answer. Cost: O(1). Rounding: the truth's probability is a {@code double}, tossed exactly, and rounded down
 * where it is derived from ε. The best choice for few categories, up to about 3e^ε + 2; beyond use
 * {@link UnaryEncoding}. Immutable.
 *
 * @see <a href="https://doi.org/10.1080/01621459.1965.10480775">Warner 1965</a>; for more than two answers
 *     <a href="https://arxiv.org/abs/1407.1338">Kairouz, Oh, Viswanath 2014</a>
 */
public final class RandomizedResponse {
    private final int categories;
    private final double truth;

    private RandomizedResponse(int categories, double truth) {
        this.categories = categories;
        this.truth = truth;
    }

    /**
     * Chooses how often to tell the truth: e^ε/(e^ε + categories − 1), rounded down.
     *
     * @param categories how many answers there are, 2 to 2^20
     * @param epsilon the guarantee of one report, &gt; 0
     * @return the mechanism
     * @throws IllegalArgumentException if a number is out of range, or ε so small that the truth is no likelier than
     *     another answer
     */
    public static RandomizedResponse of(int categories, double epsilon) {
        Checks.categories(categories);
        double truth = 1 / (1 + (categories - 1) * Math.exp(-Checks.epsilon(epsilon)));
        return withTruth(categories, Rounding.down(truth));
    }

    /**
     * Takes how often to tell the truth.
     *
     * @param categories how many answers there are, 2 to 2^20
     * @param truth the probability, above 1/categories and below 1
     * @return the mechanism
     * @throws IllegalArgumentException if a number is out of range
     */
    public static RandomizedResponse withTruth(int categories, double truth) {
        Checks.categories(categories);
        return new RandomizedResponse(categories, Checks.inside(truth, 1.0 / categories, 1, "truth"));
    }

    /**
     * Returns the guarantee of one report.
     *
     * @return ε, rounded up: ln(truth·(categories − 1)/(1 − truth))
     */
    public double epsilon() {
        return Rounding.guarantee(Math.log(truth / (1 - truth) * (categories - 1)));
    }

    /**
     * Returns how often the truth is told.
     *
     * @return the probability
     */
    public double truth() {
        return truth;
    }

    /**
     * Makes a report.
     *
     * @param answer the true answer, from 0
     * @param bits where randomness comes from
     * @return the answer to report
     * @throws IllegalArgumentException if there is no such answer
     */
    public int report(int answer, RandomBits bits) {
        Checks.answer(answer, categories);
        if (bits.nextBoolean(truth)) {
            return answer;
        }
        int other = (int) bits.nextBelow(categories - 1L);
        return other < answer ? other : other + 1;
    }

    /**
     * Estimates how many reporters had each answer.
     *
     * @param reports one a reporter
     * @return the estimates
     * @throws IllegalArgumentException if a report is not an answer
     */
    public Frequencies estimate(int... reports) {
        long[] votes = new long[categories];
        for (int report : reports) {
            votes[Checks.answer(report, categories)]++;
        }
        return Frequencies.of(votes, reports.length, truth, (1 - truth) / (categories - 1));
    }
}
