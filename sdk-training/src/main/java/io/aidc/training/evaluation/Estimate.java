package io.aidc.training.evaluation;

import java.util.Arrays;

/**
 * Holds the mean of a figure over folds with the range it may be off by.
 *
 * <p>Folds share training rows, so their figures hang together and the usual t interval is much too narrow. The range is that of
 * the corrected resampled t-test: variance s²·(1/J + n<sub>test</sub>/n<sub>train</sub>) for J folds in all, J - 1 degrees of
 * freedom. It is not cut at the bounds of the score.
 *
 * @param mean over the folds; NaN if the figure is not defined in one of them
 * @param deviation standard deviation over the folds, with J - 1
 * @param low lower end of the range
 * @param high upper end of the range
 * @param level how sure the range is, in (0, 1)
 * @param p chance of a mean as far from 0 or farther if the true one is 0, two-sided; of use for differences. NaN if all folds
 *     have the same figure, unless that is 0, when it is 1
 * @see <a href="https://doi.org/10.1023/A:1024068626366">Nadeau and Bengio 2003, section 4</a>
 * @see <a href="https://doi.org/10.1007/978-3-540-24775-3_3">Bouckaert and Frank 2004, section 2.4, for repeated folds</a>
 */
public record Estimate(double mean, double deviation, double low, double high, double level, double p) {
    /** How sure a range is unless stated otherwise. */
    public static final double DEFAULT_LEVEL = 0.95;

    static Estimate of(double[] values, double testToTrain, double level) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level must be in (0, 1), got " + level);
        }
        int count = values.length;
        double mean = Arrays.stream(values).sum() / count;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double deviation = Math.sqrt(squares / (count - 1));
        double error = deviation * Math.sqrt(1.0 / count + testToTrain);
        double half = StudentT.distance(level, count - 1) * error;
        double p = error == 0 ? (mean == 0 ? 1 : Double.NaN) : StudentT.twoSided(mean / error, count - 1);
        return new Estimate(mean, deviation, mean - half, mean + half, level, p);
    }
}
