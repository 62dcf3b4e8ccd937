package io.aidc.privacy.testkit;

/**
 * Bounds an unknown probability from the number of successes, exactly: a bound is wrong with at most the stated chance,
 * whatever the probability is.
 *
 * {@snippet class="io.aidc.privacy.testkit.TestkitSnippetsTest" region="clopper-pearson"}
 *
 * <p>Each bound is one-sided; for an interval give half the chance of error to each. Found by bisecting the binomial
 * tail to neighbouring doubles, each on its safe side. Cost: some 60 tails of about √trials terms. Immutable, no state.
 *
 * @see <a href="https://doi.org/10.1093/biomet/26.4.404">Clopper, Pearson 1934</a>
 */
public final class ClopperPearson {
    private ClopperPearson() {}

    /**
     * Returns a lower bound of the probability of success.
     *
     * @param successes how many, 0 to {@code trials}
     * @param trials how often it was tried, independently, &ge; 1
     * @param significance the chance that the bound is too high, in (0, 1)
     * @return the bound in [0, 1); 0 if there was no success
     * @throws IllegalArgumentException if a number is outside its range
     */
    public static double lower(long successes, long trials, double significance) {
        check(successes, trials, significance);
        if (successes == 0) {
            return 0;
        }
        double low = 0;
        double high = (double) successes / trials;
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                return low;
            }
            if (new Binomial(trials, middle, 1 - middle).atLeast(successes) <= significance) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }

    /**
     * Returns an upper bound of the probability of success.
     *
     * @param successes how many, 0 to {@code trials}
     * @param trials how often it was tried, independently, &ge; 1
     * @param significance the chance that the bound is too low, in (0, 1)
     * @return the bound in (0, 1]; 1 if all were successes
     * @throws IllegalArgumentException if a number is outside its range
     */
    public static double upper(long successes, long trials, double significance) {
        check(successes, trials, significance);
        if (successes == trials) {
            return 1;
        }
        double low = (double) successes / trials;
        double high = 1;
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                return high;
            }
            if (new Binomial(trials, 1 - middle, middle).atLeast(trials - successes) <= significance) {
                high = middle;
            } else {
                low = middle;
            }
        }
    }

    private static void check(long successes, long trials, double significance) {
        Checks.atLeast(1, trials, "trials");
        Checks.within(successes, trials, "successes");
        Checks.significance(significance);
    }
}
