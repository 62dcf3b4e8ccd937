package io.aidc.privacy.testkit;

/**
 * How often an attack said yes, over independent runs with and without the thing it looks for.
 *
 * {@snippet class="io.aidc.privacy.testkit.TestkitSnippetsTest" region="attack-counts"}
 *
 * <p>Each run must be a fresh one: new noise, new model. Guesses about many rows of <em>one</em> model are not
 * independent; for those see {@link OneRunAudit}. Immutable.
 *
 * @param truePositives how often it said yes with the thing there, 0 to {@code members}
 * @param members how many runs had it, &ge; 1
 * @param falsePositives how often it said yes without, 0 to {@code nonMembers}
 * @param nonMembers how many runs were without, &ge; 1
 */
public record AttackCounts(long truePositives, long members, long falsePositives, long nonMembers) {
    /** Checks the counts. */
    public AttackCounts {
        Checks.atLeast(1, members, "members");
        Checks.within(truePositives, members, "truePositives");
        Checks.atLeast(1, nonMembers, "nonMembers");
        Checks.within(falsePositives, nonMembers, "falsePositives");
    }

    /**
     * Returns an ε that the mechanism must at least have had at this δ.
     *
     * <p>Clopper-Pearson bounds of both rates, each with half the chance of error, put into TPR &le; e^ε·FPR + δ and into
     * the same with yes and no exchanged; the two hold together. The attack's threshold must have been fixed before these
     * runs.
     *
     * @param significance the chance that a mechanism which is (ε, δ)-private gets a bound above ε, in (0, 1)
     * @param delta δ, in [0, 1)
     * @return the bound, &ge; 0; a low one proves nothing
     * @throws IllegalArgumentException if a number is outside its range
     */
    public double epsilonLowerBound(double significance, double delta) {
        Checks.significance(significance);
        Checks.delta(delta);
        var saidNo = new AttackCounts(nonMembers - falsePositives, nonMembers, members - truePositives, members);
        return Math.max(boundOfYes(significance, delta), saidNo.boundOfYes(significance, delta));
    }

    /**
     * Returns the bound that a perfect attack would have got from as many runs: the most that this test can show.
     *
     * @param significance as in {@link #epsilonLowerBound(double, double)}
     * @param delta as in {@link #epsilonLowerBound(double, double)}
     * @return the ceiling, &ge; 0
     * @throws IllegalArgumentException if a number is outside its range
     */
    public double epsilonCeiling(double significance, double delta) {
        return new AttackCounts(members, members, 0, nonMembers).epsilonLowerBound(significance, delta);
    }

    /** From TPR &le; e^ε·FPR + δ alone. */
    double boundOfYes(double significance, double delta) {
        double rate = ClopperPearson.lower(truePositives, members, significance / 2) - delta;
        double otherRate = ClopperPearson.upper(falsePositives, nonMembers, significance / 2);
        return rate > otherRate ? Math.log(rate / otherRate) : 0;
    }
}
