package io.aidc.privacy.testkit;

import java.util.function.DoublePredicate;

/** The two tests behind {@link CanaryGuesses}, and the search for the largest claim that a test refutes. */
final class OneRunMath {
    private static final double PRECISION = 1e-12;

    private OneRunMath() {}

    static double largestEpsilon(CanaryGuesses seen, double significance, double delta) {
        return largestRefuted(epsilon -> pValue(seen, epsilon, delta) <= significance);
    }

    static double largestMu(CanaryGuesses seen, double significance) {
        return largestRefuted(mu -> refutesGaussian(seen, significance, mu));
    }

    static double pValue(CanaryGuesses seen, double epsilon, double delta) {
        var right = new Binomial(seen.guesses(), 1 / (1 + Math.exp(-epsilon)), 1 / (1 + Math.exp(epsilon)));
        double value = right.atLeast(seen.right());
        if (delta > 0) {
            value += 2.0 * seen.canaries() * delta * steepest(right, seen, epsilon);
        }
        return Math.min(1, value);
    }

    /** The largest mean of the i probabilities just below v: by how much δ can shift the distribution upwards. */
    private static double steepest(Binomial right, CanaryGuesses seen, double epsilon) {
        int v = seen.right();
        double most = 0;
        double sum = 0;
        double log = 0;
        for (int u = v - 1; u >= 0; u--) {
            // in logarithms, since the first ones may be too small for a double
            log = u == v - 1
                    ? right.logProbability(u)
                    : log + Math.log((u + 1) / ((double) seen.guesses() - u)) - epsilon;
            sum += Math.exp(log);
            most = Math.max(most, sum / (v - u));
        }
        return most;
    }

    /**
     * Whether μ-GDP makes so many right guesses less likely than the significance.
     *
     * <p>Let p_j be the chance of j right guesses, r_i = Σ_{j≥i} j·p_j/m and h_i = Σ_{j≥i} (c−j)·p_j/m for c guesses. The
     * trade-off curve demands h_i ≥ Φ(Φ⁻¹(r_{i+1}) − μ). Starting with all the suspected tail at v, the least r and h are
     * followed down to 0, where r + h is c/m times the sum of all p_j; above c/m there is no such distribution.
     */
    static boolean refutesGaussian(CanaryGuesses seen, double significance, double mu) {
        double c = seen.guesses();
        double most = c / seen.canaries();
        double r = significance * seen.right() / seen.canaries();
        double h = significance * (c - seen.right()) / seen.canaries();
        for (int i = seen.right() - 1; i >= 0 && r + h <= most; i--) {
            double least = Normal.cdf(Normal.quantile(r) - mu);
            if (least <= h) {
                return false;
            }
            r += i / (c - i) * (least - h);
            h = least;
        }
        return r + h > most;
    }

    private static double largestRefuted(DoublePredicate refuted) {
        if (!refuted.test(0)) {
            return 0;
        }
        double low = 0;
        double high = 1;
        while (refuted.test(high)) {
            low = high;
            high *= 2;
        }
        while (high - low > PRECISION * Math.max(1, high)) {
            double middle = low + (high - low) / 2;
            if (refuted.test(middle)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
