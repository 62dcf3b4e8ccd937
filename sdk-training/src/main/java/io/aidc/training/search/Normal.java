package io.aidc.training.search;

/** The standard normal distribution, to about 14 digits. */
final class Normal {
    /** Up to here the series is short and loses no digits; beyond, the continued fraction is short. */
    private static final double SERIES = 2.5;
    /** Beyond, the probability is less than the least positive double. */
    private static final double NOTHING = 38.6;

    private Normal() {}

    /** The probability of the interval from a to b, a ≤ b, also where it is tiny. */
    static double mass(double a, double b) {
        if (a > 0) {
            return above(a) - above(b);
        } else if (b < 0) {
            return above(-b) - above(-a);
        }
        return 1 - above(-a) - above(b);
    }

    /** The probability above x, x ≥ 0. */
    static double above(double x) {
        if (x > NOTHING) {
            return 0;
        }
        double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
        if (x < SERIES) {
            // Abramowitz and Stegun 26.2.11
            double term = x;
            double sum = x;
            for (int n = 3; term > sum * 1e-17; n += 2) {
                term *= x * x / n;
                sum += term;
            }
            return 0.5 - density * sum;
        }
        // Abramowitz and Stegun 26.2.14, from the inside out
        double fraction = x;
        for (int k = (int) (10 + 500 / (x * x)); k >= 1; k--) {
            fraction = x + k / fraction;
        }
        return density / fraction;
    }
}
