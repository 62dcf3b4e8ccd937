package io.aidc.privacy.testkit;

/**
 * What came out of a {@link OneRunAudit}, and what follows from it.
 *
 * <p>Two readings are offered, {@link #bound(double, double)} for a claim (ε, δ) and {@link #gaussianBound(double,
 * double)} for a claim about Gaussian noise, which shows more. Decide beforehand on the reading, the significance and
 * δ: whoever tries several and keeps the best has several chances of a false alarm. Immutable.
 *
 * @param canaries m, how many rows were in or out by a fair coin, &ge; 1
 * @param guesses r, for how many a guess was made, 1 to {@code canaries}
 * @param right v, how many guesses were right, 0 to {@code guesses}
 */
public record CanaryGuesses(int canaries, int guesses, int right) {
    /** Checks the counts. */
    public CanaryGuesses {
        Checks.atLeast(1, canaries, "canaries");
        Checks.atLeast(1, guesses, "guesses");
        Checks.within(guesses, canaries, "guesses");
        Checks.within(right, guesses, "right");
    }

    /**
     * Bounds the chance that an (ε, δ)-private run lets so many guesses be right.
     *
     * <p>P[Bin(r, e^ε/(1+e^ε)) &ge; v] + 2mδ·max over i = 1…v of P[v−i &le; Bin &lt; v]/i, at most 1. Cost: O(guesses).
     *
     * @param epsilon ε, &ge; 0
     * @param delta δ, in [0, 1)
     * @return the p-value of the claim: a small one refutes it
     * @throws IllegalArgumentException if a number is outside its range
     * @see <a href="https://arxiv.org/abs/2305.08846">Steinke, Nasr, Jagielski 2023</a>
     */
    public double pValue(double epsilon, double delta) {
        Checks.notNegative(epsilon, "epsilon");
        Checks.delta(delta);
        return OneRunMath.pValue(this, epsilon, delta);
    }

    /**
     * Returns the largest ε that these guesses refute at this δ.
     *
     * <p>A δ can explain many right guesses at once: where canaries·δ comes near the significance, little can be shown.
     *
     * @param significance the chance of a bound above the ε that the run really has, in (0, 1); 0.05 is usual in
     *     papers, a build that must not fail by accident wants less
     * @param delta δ, in [0, 1)
     * @return the bound and the most that could have been shown
     * @throws IllegalArgumentException if a number is outside its range
     */
    public OneRunBound bound(double significance, double delta) {
        Checks.significance(significance);
        Checks.delta(delta);
        return new OneRunBound(
                this,
                significance,
                delta,
                OneRunMath.largestEpsilon(this, significance, delta),
                OneRunMath.largestEpsilon(allRight(), significance, delta));
    }

    /**
     * Returns the least noise that these guesses still refute, if the run is as private as <em>one Gaussian
     * release</em>.
     *
     * <p>Tests μ-GDP: no test tells a row's presence better than it tells N(0, 1) from N(μ, 1), as after noise of
     * standard deviation sensitivity/μ. It uses that whole trade-off curve and so shows more than {@link #bound(double,
     * double)}. What it refutes is the claim μ. The ε it states is that of a Gaussian with this μ: it speaks against an
     * ε claimed for full-batch Gaussian noise, but not against an (ε, δ) claimed on other grounds, such as subsampling.
     *
     * @param significance the chance of a bound above the μ that the run really has, in (0, 1)
     * @param delta the δ at which μ is also stated as an ε, in (0, 1)
     * @return the bound and the most that could have been shown
     * @throws IllegalArgumentException if a number is outside its range
     * @see <a href="https://arxiv.org/abs/2410.22235">Mahloujifar, Melis, Chaudhuri 2024, the numerical algorithm with
     *     abstentions</a> for two alternatives
     */
    public GaussianBound gaussianBound(double significance, double delta) {
        Checks.significance(significance);
        if (!(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("delta must be in (0, 1), got " + delta);
        }
        return new GaussianBound(
                this,
                significance,
                delta,
                OneRunMath.largestMu(this, significance),
                OneRunMath.largestMu(allRight(), significance));
    }

    private CanaryGuesses allRight() {
        return new CanaryGuesses(canaries, guesses, guesses);
    }
}
