package io.aidc.privacy.testkit;

/**
 * Bounds the mean of a quantity in [0, 1] from the average of independent values of it, whatever its distribution.
 *
 * <p>The chance of an average of n values at or above x is at most e^(−n·KL(x‖mean)).
 *
 * @see <a href="https://doi.org/10.1080/01621459.1963.10500830">Hoeffding 1963, Theorem 1</a>
 */
final class MeanInterval {
    private MeanInterval() {}

    static double lower(double average, int count, double significance) {
        return 1 - upper(1 - average, count, significance);
    }

    static double upper(double average, int count, double significance) {
        double room = -Math.log(significance) / count;
        double low = average;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (divergence(average, middle) > room) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private static double divergence(double x, double mean) {
        return term(x, mean) + term(1 - x, 1 - mean);
    }

    private static double term(double x, double y) {
        return x == 0 ? 0 : x * Math.log(x / y);
    }
}
