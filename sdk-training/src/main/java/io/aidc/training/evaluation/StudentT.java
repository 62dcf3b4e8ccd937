package io.aidc.training.evaluation;

/**
 * Student's t distribution for whole degrees of freedom, by its finite sums; O(freedom).
 *
 * @see <a href="https://personal.math.ubc.ca/~cbm/aands/page_948.htm">Abramowitz and Stegun 1964, 26.7.3 and 26.7.4</a>
 */
final class StudentT {
    private static final int BISECTIONS = 200;

    private StudentT() {}

    /** The chance of a value nearer to 0 than {@code t}, which is ≥ 0. */
    static double within(double t, int freedom) {
        if (Double.isInfinite(t)) {
            return 1;
        }
        double angle = Math.atan(t / Math.sqrt(freedom));
        double cosine2 = freedom / (freedom + t * t);
        boolean odd = freedom % 2 == 1;
        double term = odd ? Math.sqrt(cosine2) : 1;
        double sum = 0;
        for (int k = odd ? 3 : 2; k <= freedom; k += 2) {
            sum += term;
            term *= cosine2 * (k - 1) / k;
        }
        double within = odd ? 2 / Math.PI * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
        return Math.min(Math.max(within, 0), 1);
    }

    /** The chance of a value as far from 0 or farther. */
    static double twoSided(double t, int freedom) {
        return Double.isNaN(t) ? Double.NaN : 1 - within(Math.abs(t), freedom);
    }

    /** The distance from 0 that a value keeps within with this chance. */
    static double distance(double chance, int freedom) {
        double low = 0;
        double high = 1;
        while (within(high, freedom) < chance) {
            high *= 2;
        }
        for (int i = 0; i < BISECTIONS && low < high; i++) {
            double middle = low + (high - low) / 2;
            if (within(middle, freedom) < chance) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
