package io.aidc.privacy.accounting;

/** The standard normal distribution with relative accuracy in its lower tail. */
final class NormalDistribution {
    private static final double LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);
    private static final double SERIES_UP_TO = 1.5;

    private NormalDistribution() {}

    /** Φ(x). */
    static double cdf(double x) {
        if (Math.abs(x) <= SERIES_UP_TO) {
            return 0.5 + density(x) * series(x);
        }
        double tail = density(x) * millsRatio(Math.abs(x));
        return x < 0 ? tail : 1 - tail;
    }

    /** ln Φ(x), finite for every finite x. */
    static double logCdf(double x) {
        return x < -SERIES_UP_TO ? -x * x / 2 - LOG_SQRT_2PI + Math.log(millsRatio(-x)) : Math.log(cdf(x));
    }

    static double density(double x) {
        return Math.exp(-x * x / 2 - LOG_SQRT_2PI);
    }

    /** (1 − Φ(x))/φ(x) for x ≥ 0: Laplace's continued fraction beyond 1.5, evaluated from the far end. */
    static double millsRatio(double x) {
        if (x <= SERIES_UP_TO) {
            return 0.5 / density(x) - series(x);
        }
        // enough terms for 1e-17 at x = 1.5; fewer are needed further out
        int terms = (int) (20 + 1000 / (x * x));
        double fraction = x;
        for (int k = terms; k > 0; k--) {
            fraction = x + k / fraction;
        }
        return 1 / fraction;
    }

    /** (Φ(x) − ½)/φ(x) = x + x³/3 + x⁵/15 + …, all of one sign. */
    private static double series(double x) {
        double term = x;
        double sum = x;
        for (int k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
            term *= x * x / k;
            sum += term;
        }
        return sum;
    }
}
