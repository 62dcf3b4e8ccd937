package io.aidc.privacy.local;

import io.aidc.privacy.noise.RandomBits;
import java.util.BitSet;

/**
 * Unary encoding: one bit a category, of which the reporter's own is set, each bit then flipped at random.
 *
 * {@snippet class="io.aidc.privacy.local.LocalSnippetsTest" region="unary"}
 *
 * <p>The own bit is reported with probability p, each of the others with probability q &lt; p. Guarantee: any two
 * answers of the reporter make each report likely within a factor e^ε = p(1 − q)/((1 − p)q), locally, under replacement
 * of the answer. Cost: a report takes one exact toss a category and categories/8 bytes. Rounding: probabilities are
 * {@code double}s, rounded away from each other's guarantee, and tossed exactly. Immutable.
 *
 * @see <a href="https://www.usenix.org/conference/usenixsecurity17/technical-sessions/presentation/wang-tianhao">Wang,
 *     Blocki, Li, Jha 2017, section 4</a>
 */
public final class UnaryEncoding {
    private final int categories;
    private final double own;
    private final double other;

    private UnaryEncoding(int categories, double own, double other) {
        this.categories = categories;
        this.own = own;
        this.other = other;
    }

    /**
     * Makes the encoding with the least variance for rare categories: p = 1/2, q = 1/(e^ε + 1), rounded up.
     *
     * @param categories how many answers there are, 2 to 2^20
     * @param epsilon the guarantee of one report, &gt; 0
     * @return the mechanism
     * @throws IllegalArgumentException if a number is out of range, or ε so small that p and q are equal
     */
    public static UnaryEncoding optimised(int categories, double epsilon) {
        double other = Rounding.up(1 / (Math.exp(Checks.epsilon(epsilon)) + 1));
        return new UnaryEncoding(Checks.categories(categories), 0.5, Checks.inside(other, 0, 0.5, "q"));
    }

    /**
     * Makes the encoding in which a set bit and a clear one are flipped alike: p = e^(ε/2)/(e^(ε/2) + 1), rounded down,
     * and q = 1 − p. Better than {@link #optimised} only where one category has most of the reporters.
     *
     * @param categories how many answers there are, 2 to 2^20
     * @param epsilon the guarantee of one report, &gt; 0
     * @return the mechanism
     * @throws IllegalArgumentException if a number is out of range, or ε so small that p and q are equal
     */
    public static UnaryEncoding symmetric(int categories, double epsilon) {
        double own = Rounding.down(1 / (1 + Math.exp(-Checks.epsilon(epsilon) / 2)));
        return new UnaryEncoding(Checks.categories(categories), Checks.inside(own, 0.5, 1, "p"), 1 - own);
    }

    /**
     * Returns the guarantee of one report.
     *
     * @return ε, rounded up
     */
    public double epsilon() {
        return Rounding.guarantee(Math.log(own / other) + Math.log((1 - other) / (1 - own)));
    }

    /**
     * Returns how likely the reporter's own bit is set.
     *
     * @return p
     */
    public double own() {
        return own;
    }

    /**
     * Returns how likely each other bit is set.
     *
     * @return q
     */
    public double other() {
        return other;
    }

    /**
     * Makes a report.
     *
     * @param answer the true answer, from 0
     * @param bits where randomness comes from
     * @return the bits to report
     * @throws IllegalArgumentException if there is no such answer
     */
    public BitSet report(int answer, RandomBits bits) {
        Checks.answer(answer, categories);
        var report = new BitSet(categories);
        for (int category = 0; category < categories; category++) {
            report.set(category, bits.nextBoolean(category == answer ? own : other));
        }
        return report;
    }

    /**
     * Estimates how many reporters had each answer.
     *
     * @param reports one a reporter
     * @return the estimates
     * @throws IllegalArgumentException if a report has more bits than there are categories
     */
    public Frequencies estimate(Iterable<BitSet> reports) {
        return Tally.of(reports, categories).frequencies(own, other);
    }
}
