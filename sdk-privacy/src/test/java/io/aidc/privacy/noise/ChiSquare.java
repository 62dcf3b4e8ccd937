package io.aidc.privacy.noise;

import java.util.Map;
import java.util.function.LongToDoubleFunction;

/** Pearson's test of integer samples against an exact probability mass function. */
final class ChiSquare {
    private ChiSquare() {}

    /**
     * Cells with an expectation of at least 10 are kept, the rest is pooled. Returns the statistic divided by its
     * critical value at a false-alarm probability of 1e-6 (Wilson-Hilferty): above 1 means rejected.
     */
    static double ratio(Map<Long, Long> counts, long samples, LongToDoubleFunction pmf) {
        double statistic = 0;
        int cells = 0;
        double restExpected = samples;
        long restCounted = samples;
        for (long x = 0; samples * pmf.applyAsDouble(x) >= 10; x = x >= 0 ? -x - 1 : -x) {
            double expected = samples * pmf.applyAsDouble(x);
            long counted = counts.getOrDefault(x, 0L);
            statistic += (counted - expected) * (counted - expected) / expected;
            restExpected -= expected;
            restCounted -= counted;
            cells++;
        }
        if (restExpected >= 1) {
            statistic += (restCounted - restExpected) * (restCounted - restExpected) / restExpected;
            cells++;
        }
        double degrees = cells - 1;
        double spread = 2 / (9 * degrees);
        return statistic / (degrees * Math.pow(1 - spread + 4.7534 * Math.sqrt(spread), 3));
    }
}
