package io.aidc.privacy.accounting;

/** The upper tail of the binomial distribution, rounded up. */
final class BinomialTail {
    // covers the rounding of log-factorials of numbers up to 2^53, and of the sum
    private static final double ROUND_UP = 1 + 1e-9;

    private BinomialTail() {}

    /**
     * Bounds P[Bin(trials, p) > threshold] from above, exact but for rounding where it is below a half. Its first term
     * is taken by Loader's deviance, which keeps its digits for large counts, the others by their ratios.
     */
    static double above(long trials, double p, long threshold) {
        if (threshold >= trials || p == 0) {
            return 0;
        }
        double first = threshold + 1.0;
        if (first <= trials * p) {
            return 1;
        }
        double term = Math.exp(logTerm((double) trials, p, first));
        double sum = 0;
        for (double k = first; k <= trials && term > 1e-18 * sum; k++) {
            sum += term;
            term *= (trials - k) / (k + 1) * (p / (1 - p));
        }
        // never nothing where there is something
        return Math.min(1, Math.max(Double.MIN_NORMAL, sum * ROUND_UP));
    }

    /** ln P[Bin(n, p) = k] for np < k. */
    private static double logTerm(double n, double p, double k) {
        if (k == n) {
            return n * Math.log(p);
        }
        double deviance = deviance(k, n * p) + deviance(n - k, n * (1 - p));
        return stirling(n) - stirling(k) - stirling(n - k) - deviance + 0.5 * Math.log(n / (2 * Math.PI * k * (n - k)));
    }

    /** x·ln(x/m) + m − x. */
    private static double deviance(double x, double m) {
        double relative = (x - m) / m;
        if (Math.abs(relative) > 0.1) {
            return x * Math.log(x / m) + m - x;
        }
        // m·((1+r)·ln(1+r) − r) = m·Σ_{k≥2} (−r)^k / (k(k−1))
        double power = relative * relative;
        double sum = 0;
        for (int k = 2; k < 30; k++) {
            sum += power / (k * (k - 1.0));
            power *= -relative;
        }
        return m * sum;
    }

    /** ln n! − ln(√(2πn)·(n/e)^n). */
    private static double stirling(double n) {
        if (n < 16) {
            double logFactorial = 0;
            for (double i = 2; i <= n; i++) {
                logFactorial += Math.log(i);
            }
            return logFactorial - (n + 0.5) * Math.log(n) + n - 0.5 * Math.log(2 * Math.PI);
        }
        double square = n * n;
        return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / square) / square) / square) / n;
    }
}
