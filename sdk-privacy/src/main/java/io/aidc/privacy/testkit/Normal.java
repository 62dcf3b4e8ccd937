package io.aidc.privacy.testkit;

/** The standard normal distribution and its inverse, with relative accuracy in the lower tail. */
final class Normal {
    private static final double LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);
    private static final double SERIES_UP_TO = 2;

    private Normal() {}

    /** Φ(x). */
    static double cdf(double x) {
        double tail = density(x) * millsRatio(Math.abs(x));
        return x < 0 ? tail : 1 - tail;
    }

    /** The x with Φ(x) = p. */
    static double quantile(double p) {
        if (p > 0.5) {
            return -quantile(1 - p);
        }
        if (p == 0) {
            return Double.NEGATIVE_INFINITY;
        }
        // Φ(−√(−2 ln p)) is at most p/2; ln Φ is concave, so that Newton's steps from there only go right
        double target = Math.log(p);
        double x = -Math.sqrt(-2 * target);
        while (true) {
            double mills = millsRatio(-x);
            double next = x + (target - (Math.log(mills) - x * x / 2 - LOG_SQRT_2PI)) * mills;
            if (!(next > x + 1e-15 * Math.abs(x)) || next >= 0) {
                return Math.min(0, next);
            }
            x = next;
        }
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2 - LOG_SQRT_2PI);
    }

    /** (1 − Φ(x))/φ(x) for x ≥ 0: a series near 0, beyond it Laplace's continued fraction from the far end. */
    private static double millsRatio(double x) {
        if (x <= SERIES_UP_TO) {
            double term = x;
            double sum = x;
            for (int k = 3; term > 1e-17 * sum; k += 2) {
                term *= x * x / k;
                sum += term;
            }
            return 0.5 / density(x) - sum;
        }
        double fraction = x;
        for (int k = (int) (20 + 1000 / (x * x)); k > 0; k--) {
            fraction = x + k / fraction;
        }
        return 1 / fraction;
    }
}
