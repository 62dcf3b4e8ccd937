package io.aidc.security.guard;

/**
 * The W statistic of Shapiro and Wilk: near 1 for samples of a normal distribution.
 *
 * @see <a href="https://doi.org/10.2307/2986146">Royston 1995, algorithm AS R94, for the weights; those of small samples are
 *     left out</a>
 * @see <a href="https://doi.org/10.2307/2347330">Wichura 1988, algorithm AS 241, for the normal quantiles, to 7 digits</a>
 */
final class ShapiroWilk {
    static final int FEWEST = 12;

    private ShapiroWilk() {}

    /**
     * Computes W.
     *
     * @param sorted ascending, at least {@link #FEWEST} values, not all equal
     * @return above 0, at most 1
     */
    static double w(double[] sorted) {
        int n = sorted.length;
        double[] weights = weights(n);
        double mean = 0;
        for (double value : sorted) {
            mean += value / n;
        }
        double weighted = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            weighted += weights[i] * sorted[i];
            squares += (sorted[i] - mean) * (sorted[i] - mean);
        }
        return Math.min(1, weighted * weighted / squares);
    }

    private static double[] weights(int n) {
        double[] m = new double[n];
        double squares = 0;
        for (int i = 0; i < n; i++) {
            m[i] = quantile((i + 1 - 0.375) / (n + 0.25));
            squares += m[i] * m[i];
        }
        double u = 1 / Math.sqrt(n);
        double norm = Math.sqrt(squares);
        double last = polynomial(u, m[n - 1] / norm, 0.221157, -0.147981, -2.071190, 4.434685, -2.706056);
        double second = polynomial(u, m[n - 2] / norm, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633);
        double scale = Math.sqrt((squares - 2 * m[n - 1] * m[n - 1] - 2 * m[n - 2] * m[n - 2])
                / (1 - 2 * last * last - 2 * second * second));
        for (int i = 0; i < n; i++) {
            m[i] /= scale;
        }
        m[n - 1] = last;
        m[0] = -last;
        m[n - 2] = second;
        m[1] = -second;
        return m;
    }

    /** The quantile of the standard normal distribution, for probabilities from 1e-10 to 1 - 1e-10. */
    static double quantile(double probability) {
        double q = probability - 0.5;
        if (Math.abs(q) <= 0.425) {
            double r = 0.180625 - q * q;
            return q
                    * polynomial(r, 3.3871327179, 50.434271938, 159.29113202, 59.109374720)
                    / polynomial(r, 1, 17.895169469, 78.757757664, 67.187563600);
        }
        double r = Math.sqrt(-Math.log(Math.min(probability, 1 - probability))) - 1.6;
        double tail = polynomial(r, 1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103)
                / polynomial(r, 1, 0.73700164250, 0.12021132975);
        return Math.copySign(tail, q);
    }

    private static double polynomial(double x, double... coefficients) {
        double sum = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            sum = sum * x + coefficients[i];
        }
        return sum;
    }
}
