package io.aidc.privacy.query;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.DiscreteGaussian;
import io.aidc.privacy.noise.RandomBits;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A private search for the range of every column, to be released at once for one payment.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="bounds"}
 *
 * <p>Each column gets a histogram over sign and power of two, from 2^−32 to 2^64 (smaller magnitudes count as 0, larger
 * ones as the largest), with Gaussian noise. The bounds are the outer edges of the bins whose noised count stands out,
 * and always include the fullest bin.
 *
 * <p>Guarantee: with probability 0.99 no empty bin of any column stands out, so bounds are not wider than the data's
 * own powers of two; and a bin with more than twice the threshold σ·√(2 ln(bins/0.01)), σ =
 * noiseMultiplier·rowsPerGroup·√columns, is included. Failure mode: with too few rows for the noise, a column's range
 * is that of an arbitrary bin; nothing signals it, for that would leak. As a rule, have 15·σ rows: 330 for one column
 * at multiplier 22, or for 30 columns at multiplier 4. Immutable.
 */
public final class BoundsQuery {
    private static final int LEAST_EXPONENT = -32;
    private static final int MOST_EXPONENT = 63;
    private static final int MAGNITUDES = MOST_EXPONENT - LEAST_EXPONENT + 1;
    private static final int BINS = 2 * MAGNITUDES + 1;
    private static final double FALSE_ALARM = 0.01;

    private final PrivateRecords<?> records;
    private final BiConsumer<RandomBits, Consumer<double[]>> rows;
    private final int columns;

    BoundsQuery(PrivateRecords<?> records, BiConsumer<RandomBits, Consumer<double[]>> rows, int columns) {
        if (columns < 1) {
            throw new IllegalArgumentException("columns must be >= 1, got " + columns);
        }
        this.records = records;
        this.rows = rows;
        this.columns = columns;
    }

    /**
     * Releases the bounds with discrete Gaussian noise.
     *
     * @param noiseMultiplier standard deviation over the L2 sensitivity rowsPerGroup·√columns of all histograms
     *     together, from 0.001 to 1e6
     * @return the bounds, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0; or, when it is paid,
     *     if a row has not as many values as there are columns
     */
    public BoundsRelease gaussian(double noiseMultiplier) {
        Checks.noiseMultiplier(noiseMultiplier);
        DiscreteGaussian noise = noise(noiseMultiplier);
        double threshold = noise.standardDeviation() * Math.sqrt(2 * Math.log((double) columns * BINS / FALSE_ALARM));
        return records.budget()
                .answer(
                        new PrivacyEvent.Gaussian(noiseMultiplier),
                        (bits, spent) -> search(histograms(noise, bits), threshold, spent),
                        BoundsRelease.Refused::new);
    }

    /** A row is in one bin of every column, so one unit moves rowsPerGroup·√columns in L2. */
    DiscreteGaussian noise(double noiseMultiplier) {
        int units = Difference.units(records.budget().neighbours());
        return NoiseScale.gaussian(records.rowsPerGroup() * Math.sqrt((double) units * columns), noiseMultiplier);
    }

    private long[][] histograms(DiscreteGaussian noise, RandomBits bits) {
        long[][] counts = new long[columns][BINS];
        rows.accept(bits, row -> {
            MeansQuery.checkLength(row, columns);
            for (int i = 0; i < columns; i++) {
                if (!Double.isNaN(row[i])) {
                    counts[i][bin(row[i])]++;
                }
            }
        });
        for (long[] column : counts) {
            for (int bin = 0; bin < BINS; bin++) {
                column[bin] += noise.sample(bits);
            }
        }
        return counts;
    }

    private static BoundsRelease search(long[][] counts, double threshold, double spent) {
        double[] lower = new double[counts.length];
        double[] upper = new double[counts.length];
        for (int i = 0; i < counts.length; i++) {
            int first = fullest(counts[i]);
            int last = first;
            for (int bin = 0; bin < BINS; bin++) {
                if (counts[i][bin] > threshold) {
                    first = Math.min(first, bin);
                    last = Math.max(last, bin);
                }
            }
            lower[i] = edge(first);
            upper[i] = edge(last + 1);
        }
        return new BoundsRelease.Granted(lower, upper, spent);
    }

    private static int fullest(long[] column) {
        int fullest = 0;
        for (int bin = 1; bin < BINS; bin++) {
            if (column[bin] > column[fullest]) {
                fullest = bin;
            }
        }
        return fullest;
    }

    /** Negative magnitudes falling, then 0, then positive ones rising. */
    static int bin(double value) {
        double magnitude = Math.abs(value);
        if (magnitude < Math.scalb(1.0, LEAST_EXPONENT)) {
            return MAGNITUDES;
        }
        int step = Math.min(Math.getExponent(magnitude), MOST_EXPONENT) - LEAST_EXPONENT + 1;
        return value < 0 ? MAGNITUDES - step : MAGNITUDES + step;
    }

    /** The lower end of a bin, which is the upper end of the one before. */
    static double edge(int bin) {
        int step = bin - MAGNITUDES;
        return step <= 0 ? -Math.scalb(1.0, LEAST_EXPONENT - step) : Math.scalb(1.0, LEAST_EXPONENT + step - 1);
    }
}
