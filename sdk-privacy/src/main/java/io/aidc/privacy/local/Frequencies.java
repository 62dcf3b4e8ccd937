package io.aidc.privacy.local;

import java.util.Arrays;

/**
 * How many reporters are estimated to be in each category. The estimates are unbiased, hence may be negative; they need
 * not add up to the number of reports.
 *
 * @param counts one estimate a category; copied
 * @param standardErrors the standard deviation of each estimate over the reporters' noise, as estimated; copied
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record Frequencies(double[] counts, double[] standardErrors) {

    /** Copies both. */
    public Frequencies {
        if (counts.length != standardErrors.length) {
            throw new IllegalArgumentException(
                    "one standard error a count, got %d and %d".formatted(standardErrors.length, counts.length));
        }
        counts = counts.clone();
        standardErrors = standardErrors.clone();
    }

    /**
     * Inverts the noise. Of n reports, those that speak for a category are Bin(c, inside) + Bin(n − c, outside) where c
     * are in it.
     */
    static Frequencies of(long[] votes, long reports, double inside, double outside) {
        double[] counts = new double[votes.length];
        double[] errors = new double[votes.length];
        double gap = inside - outside;
        for (int i = 0; i < votes.length; i++) {
            counts[i] = ((double) votes[i] - reports * outside) / gap;
            double likely = Math.max(0, Math.min((double) reports, counts[i]));
            errors[i] = Math.sqrt(likely * inside * (1 - inside) + (reports - likely) * outside * (1 - outside)) / gap;
        }
        return new Frequencies(counts, errors);
    }

    /**
     * Returns the estimates.
     *
     * @return a copy
     */
    @Override
    public double[] counts() {
        return counts.clone();
    }

    /**
     * Returns the standard errors.
     *
     * @return a copy
     */
    @Override
    public double[] standardErrors() {
        return standardErrors.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frequencies that
                && Arrays.equals(counts, that.counts)
                && Arrays.equals(standardErrors, that.standardErrors);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(counts) + Arrays.hashCode(standardErrors);
    }

    @Override
    public String toString() {
        return "Frequencies[counts=" + Arrays.toString(counts) + ", standardErrors=" + Arrays.toString(standardErrors)
                + "]";
    }
}
