package io.aidc.privacy.aggregation;

/**
 * How many of {@code marked} clients among {@code total} are in a random sample of {@code sampled}.
 *
 * <p>Tails are sums of positive terms from the thin end, good to a relative 1e-7 for up to a million clients; both
 * bounds are taken with a margin of 1e-6 to the safe side.
 */
final class Hypergeometric {
    private static final double MARGIN = 1 + 1e-6;

    private final int total;
    private final int marked;
    private final int sampled;
    private final double constant;

    Hypergeometric(int total, int marked, int sampled) {
        this.total = total;
        this.marked = marked;
        this.sampled = sampled;
        constant = logFactorial(sampled)
                + logFactorial(total - sampled)
                + logFactorial(marked)
                + logFactorial(total - marked)
                - logFactorial(total);
    }

    /** Returns the least t with P[X &gt; t] &le; probability. */
    int upperBound(double probability) {
        int t = Math.min(sampled, marked);
        double tail = mass(t);
        while (tail * MARGIN <= probability) {
            t--;
            tail += mass(t);
        }
        return t;
    }

    /** Returns the least t with P[X &le; t] &ge; probability. */
    int lowerBound(double probability) {
        int t = Math.max(0, sampled + marked - total);
        double tail = mass(t);
        while (tail * MARGIN < probability) {
            t++;
            tail += mass(t);
        }
        return t;
    }

    double mass(int x) {
        return Math.exp(constant
                - logFactorial(x)
                - logFactorial(sampled - x)
                - logFactorial(marked - x)
                - logFactorial(total - marked - sampled + x));
    }

    /** ln n!, by Stirling's series from 16 on, where the error is below 1e-13. */
    static double logFactorial(int n) {
        if (n < 16) {
            long product = 1;
            for (int i = 2; i <= n; i++) {
                product *= i;
            }
            return Math.log((double) product);
        }
        double inverse = 1.0 / n;
        double square = inverse * inverse;
        double correction = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
        return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + correction;
    }
}
