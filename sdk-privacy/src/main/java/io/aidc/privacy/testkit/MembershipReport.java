package io.aidc.privacy.testkit;

import java.util.List;

/**
 * How well {@link MembershipInference} told members from non-members. Immutable.
 *
 * @param rows how many rows there were
 * @param models how many models were trained and attacked
 * @param auc the chance that a member gets a higher score than a non-member, ties counting half: 0.5 is guessing, 1 is
 *     certainty. It hides the few rows that are given away for sure; {@code caught} shows them
 * @param caught the share of members recognised at few false alarms
 * @param curve the whole trade-off, from (0, 0) to (1, 1)
 */
public record MembershipReport(int rows, int models, double auc, List<Caught> caught, List<RocPoint> curve) {
    /** Copies the lists. */
    public MembershipReport {
        caught = List.copyOf(caught);
        curve = List.copyOf(curve);
    }

    /**
     * The share of members recognised when at most a given share of non-members is called a member. Guessing would give
     * equal shares.
     *
     * @param falsePositiveRate the share of non-members, such as 0.001
     * @param truePositiveRate the share of members
     * @param low lower end of its 95 % interval
     * @param high upper end; Hoeffding bounds over rows, which are taken to be independent, with the threshold as found
     */
    public record Caught(double falsePositiveRate, double truePositiveRate, double low, double high) {}

    /**
     * A point of the trade-off.
     *
     * @param falsePositiveRate the share of non-members above some score
     * @param truePositiveRate the share of members above it
     */
    public record RocPoint(double falsePositiveRate, double truePositiveRate) {}

    /**
     * Draws the report as a page of its own, without scripts or anything to load.
     *
     * @return an HTML document, to be stored in UTF-8
     */
    public String toHtml() {
        return MembershipPage.of(this);
    }
}
