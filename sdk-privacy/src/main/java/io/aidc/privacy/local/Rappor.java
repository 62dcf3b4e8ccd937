package io.aidc.privacy.local;

import io.aidc.privacy.noise.RandomBits;
import java.util.BitSet;
import java.util.Objects;

/**
 * Reports of the same answer again and again, after RAPPOR: one bit a category, noised once for good and then afresh in
 * every report.
 *
 * {@snippet class="io.aidc.privacy.local.LocalSnippetsTest" region="rappor"}
 *
 * <p>A device makes {@link #permanent} once for an answer and keeps it; each report is noised from that. However many
 * reports are seen, they say no more about the answer than {@link #epsilonForever}; a single one says
 * {@link #epsilonOnce}. That holds for one answer that does not change: each further answer costs
 * {@link #epsilonForever} again, and a kept response that is lost and made again does so too. Guarantees are local,
 * under replacement of the answer. Categories are bits of their own, which is the case of one hash function without
 * collisions; unknown strings, hashed into a Bloom filter, are not offered. Cost: one or two exact tosses a category.
 * Immutable.
 *
 * @see <a href="https://arxiv.org/abs/1407.6981">Erlingsson, Pihur, Korolova 2014, sections 2 and 3 and equations 2 and
 *     4</a>, whose h is 1 here
 */
public final class Rappor {
    private final int categories;
    private final double f;
    private final double p;
    private final double q;

    private Rappor(int categories, double f, double p, double q) {
        this.categories = categories;
        this.f = f;
        this.p = p;
        this.q = q;
    }

    /**
     * Takes the parameters by their names in the paper, whose own choice is 0.5, 0.5, 0.75.
     *
     * @param categories how many answers there are, 2 to 2^20
     * @param f how often a permanent bit is a coin toss, in (0, 1)
     * @param p how often a clear permanent bit is reported as set, in (0, 1)
     * @param q how often a set permanent bit is reported as set, above {@code p} and below 1
     * @return the mechanism
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Rappor of(int categories, double f, double p, double q) {
        Checks.inside(f, 0, 1, "f");
        Checks.inside(p, 0, 1, "p");
        Checks.inside(q, p, 1, "q");
        var rappor = new Rappor(Checks.categories(categories), f, p, q);
        if (!(rappor.own() > rappor.other())) {
            throw new IllegalArgumentException("q must be farther above p = %s, got %s".formatted(p, q));
        }
        return rappor;
    }

    /**
     * Returns the guarantee of all reports of one answer together.
     *
     * @return ε, rounded up: 2·ln((1 − f/2)/(f/2))
     */
    public double epsilonForever() {
        return Rounding.guarantee(2 * Math.log((1 - f / 2) / (f / 2)));
    }

    /**
     * Returns the guarantee of one report, if no other is seen.
     *
     * @return ε, rounded up: ln(q*(1 − p*)/(p*(1 − q*))), p* and q* being the probabilities of a set bit that is not,
     *     and is, the reporter's own
     */
    public double epsilonOnce() {
        return Rounding.guarantee(Math.log(own() / other()) + Math.log((1 - other()) / (1 - own())));
    }

    /**
     * Makes the noised bits that stand for an answer from then on. Keep them on the device, as secret as the answer.
     *
     * @param answer the true answer, from 0
     * @param bits where randomness comes from
     * @return the permanent response
     * @throws IllegalArgumentException if there is no such answer
     */
    public BitSet permanent(int answer, RandomBits bits) {
        Checks.answer(answer, categories);
        var permanent = new BitSet(categories);
        for (int category = 0; category < categories; category++) {
            permanent.set(category, bits.nextBoolean(f) ? bits.nextBits(1) == 1 : category == answer);
        }
        return permanent;
    }

    /**
     * Makes a report.
     *
     * @param permanent the response that {@link #permanent} made for the answer
     * @param bits where randomness comes from
     * @return the bits to report
     * @throws IllegalArgumentException if the response has more bits than there are categories
     */
    public BitSet report(BitSet permanent, RandomBits bits) {
        Objects.requireNonNull(permanent, "permanent");
        Checks.length(permanent, categories);
        var report = new BitSet(categories);
        for (int category = 0; category < categories; category++) {
            report.set(category, bits.nextBoolean(permanent.get(category) ? q : p));
        }
        return report;
    }

    /**
     * Estimates how many reporters had each answer.
     *
     * @param reports one a reporter; several of one reporter share their permanent noise, which the standard errors do
     *     not know
     * @return the estimates
     * @throws IllegalArgumentException if a report has more bits than there are categories
     */
    public Frequencies estimate(Iterable<BitSet> reports) {
        return Tally.of(reports, categories).frequencies(own(), other());
    }

    /** q*: how likely the reporter's own bit is set in a report. */
    private double own() {
        return f / 2 * (p + q) + (1 - f) * q;
    }

    /** p*: how likely any other bit is. */
    private double other() {
        return f / 2 * (p + q) + (1 - f) * p;
    }
}
