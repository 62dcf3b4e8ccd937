package io.aidc.training.quality;

/**
 * Says how drift is measured and how much of it is borne, for {@link DataChecks#hasNoDrift(String,
 * io.aidc.training.Table, DriftLimit)}.
 *
 * <p>Measures of counts take numbers in ten bins of equal parts of the reference, categories one by one, and missing cells
 * as one more bin, so that cells that begin to be missing count as drift.
 *
 * @param measure what is measured
 * @param bound the greatest value allowed; for the two tests, the smallest p-value allowed
 */
public record DriftLimit(Measure measure, double bound) {
    /** Names the measures, each a method of {@link Drift}. */
    public enum Measure {
        /** The population stability index, of numbers or categories. */
        POPULATION_STABILITY,
        /** The Jensen-Shannon distance, of numbers or categories. */
        JENSEN_SHANNON,
        /** The total variation, of numbers or categories. */
        TOTAL_VARIATION,
        /** The chi-square test by its p-value, of numbers or categories. */
        CHI_SQUARE,
        /** The first Wasserstein distance, of numbers only. */
        WASSERSTEIN,
        /** The Kolmogorov-Smirnov test by its p-value, of numbers only. */
        KOLMOGOROV_SMIRNOV;

        boolean isTest() {
            return this == CHI_SQUARE || this == KOLMOGOROV_SMIRNOV;
        }

        boolean needsNumbers() {
            return this == WASSERSTEIN || this == KOLMOGOROV_SMIRNOV;
        }
    }

    /** Checks the bound. */
    public DriftLimit {
        if (!(bound >= 0) || Double.isInfinite(bound) || (measure.isTest() && bound >= 1)) {
            throw new IllegalArgumentException("bound of %s must be %s, got %s"
                    .formatted(measure, measure.isTest() ? "in [0, 1)" : ">= 0 and finite", bound));
        }
    }

    /**
     * Bounds the population stability index.
     *
     * @param atMost the greatest index allowed, ≥ 0; 0.2 is usual
     * @return the limit
     * @throws IllegalArgumentException if the bound is negative or not finite
     */
    public static DriftLimit populationStability(double atMost) {
        return new DriftLimit(Measure.POPULATION_STABILITY, atMost);
    }

    /**
     * Bounds the Jensen-Shannon distance.
     *
     * @param atMost the greatest distance allowed, ≥ 0
     * @return the limit
     * @throws IllegalArgumentException if the bound is negative or not finite
     */
    public static DriftLimit jensenShannon(double atMost) {
        return new DriftLimit(Measure.JENSEN_SHANNON, atMost);
    }

    /**
     * Bounds the total variation.
     *
     * @param atMost the greatest difference of shares allowed, ≥ 0
     * @return the limit
     * @throws IllegalArgumentException if the bound is negative or not finite
     */
    public static DriftLimit totalVariation(double atMost) {
        return new DriftLimit(Measure.TOTAL_VARIATION, atMost);
    }

    /**
     * Asks the chi-square test.
     *
     * @param significance the p-value below which the check fails, in [0, 1); it is the chance of a false alarm
     * @return the limit
     * @throws IllegalArgumentException if the bound is outside [0, 1)
     */
    public static DriftLimit chiSquare(double significance) {
        return new DriftLimit(Measure.CHI_SQUARE, significance);
    }

    /**
     * Bounds the first Wasserstein distance.
     *
     * @param atMost the greatest distance allowed, ≥ 0, in the unit of the column
     * @return the limit
     * @throws IllegalArgumentException if the bound is negative or not finite
     */
    public static DriftLimit wasserstein(double atMost) {
        return new DriftLimit(Measure.WASSERSTEIN, atMost);
    }

    /**
     * Asks the Kolmogorov-Smirnov test.
     *
     * @param significance the p-value below which the check fails, in [0, 1); it is the chance of a false alarm
     * @return the limit
     * @throws IllegalArgumentException if the bound is outside [0, 1)
     */
    public static DriftLimit kolmogorovSmirnov(double significance) {
        return new DriftLimit(Measure.KOLMOGOROV_SMIRNOV, significance);
    }

    boolean allows(double measured) {
        return measure.isTest() ? measured >= bound : measured <= bound;
    }

    String words() {
        return measure.isTest() ? "of a p-value >= " + bound : "<= " + bound;
    }
}
