package io.aidc.training.prepare;

/** Says which numbers of a column are outliers: those outside bounds learnt from the column. */
public sealed interface Outliers {
    /**
     * Calls numbers outliers that lie further from the quartiles than some interquartile ranges, as Tukey's box plot does.
     * Unmoved by up to a quarter of bad numbers on a side.
     *
     * @param fences how many ranges, &gt; 0 and finite; 1.5 is usual
     * @return the rule
     * @throws IllegalArgumentException if the number is not positive and finite
     */
    static Outliers iqr(double fences) {
        return new Iqr(fences);
    }

    /**
     * Calls numbers outliers that lie further from the mean than some standard deviations of the sample. Outliers widen
     * these bounds themselves; of n numbers none is ever further than (n − 1)/√n.
     *
     * @param deviations how many, &gt; 0 and finite; 3 is usual
     * @return the rule
     * @throws IllegalArgumentException if the number is not positive and finite
     */
    static Outliers zScore(double deviations) {
        return new ZScore(deviations);
    }

    /**
     * Calls numbers outliers that lie further from the median than some median absolute deviations, these scaled by 1.4826 to
     * agree with the standard deviation of normal numbers. Unmoved by up to half of bad numbers; where more than half of the
     * numbers are equal, every other one is an outlier.
     *
     * @param deviations how many, &gt; 0 and finite; 3.5 is usual
     * @return the rule
     * @throws IllegalArgumentException if the number is not positive and finite
     */
    static Outliers mad(double deviations) {
        return new Mad(deviations);
    }

    /**
     * Calls numbers outliers that lie outside bounds of the caller. Nothing is learnt, so nothing is given away.
     *
     * @param low the smallest number that is none, finite
     * @param high the greatest number that is none, finite
     * @return the rule
     * @throws IllegalArgumentException if the bounds are not finite or out of order
     */
    static Outliers outside(double low, double high) {
        return new Outside(low, high);
    }

    /**
     * Goes by quartiles.
     *
     * @param fences how many interquartile ranges, &gt; 0 and finite
     */
    record Iqr(double fences) implements Outliers {
        /** Checks the number. */
        public Iqr {
            Numbers.positive("fences", fences);
        }
    }

    /**
     * Goes by mean and standard deviation.
     *
     * @param deviations how many, &gt; 0 and finite
     */
    record ZScore(double deviations) implements Outliers {
        /** Checks the number. */
        public ZScore {
            Numbers.positive("deviations", deviations);
        }
    }

    /**
     * Goes by median and median absolute deviation.
     *
     * @param deviations how many, &gt; 0 and finite
     */
    record Mad(double deviations) implements Outliers {
        /** Checks the number. */
        public Mad {
            Numbers.positive("deviations", deviations);
        }
    }

    /**
     * Goes by bounds that are given.
     *
     * @param low the smallest number that is no outlier, finite
     * @param high the greatest number that is no outlier, finite
     */
    record Outside(double low, double high) implements Outliers {
        /** Checks the bounds. */
        public Outside {
            Numbers.ordered(low, high);
        }
    }
}
