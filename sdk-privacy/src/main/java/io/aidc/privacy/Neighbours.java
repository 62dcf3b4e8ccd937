package io.aidc.privacy;

/** The relation between two data sets that a release must not tell apart. */
public enum Neighbours {
    /** One data set is the other with every row of one unit removed. The number of units is protected. */
    ADD_OR_REMOVE {
        @Override
        long reach(long lower, long upper) {
            return Math.max(Math.abs(lower), Math.abs(upper));
        }

        @Override
        int unitsThatDiffer() {
            return 1;
        }
    },

    /**
     * One data set is the other with all rows of one unit replaced by any other rows. Up to twice the sensitivity of
     * {@link #ADD_OR_REMOVE}, and no amplification by Poisson sampling.
     */
    REPLACE_ONE {
        @Override
        long reach(long lower, long upper) {
            return Math.subtractExact(Math.max(upper, 0), Math.min(lower, 0));
        }

        @Override
        int unitsThatDiffer() {
            return 2;
        }
    };

    /** The most by which a sum changes when one row in [lower, upper] does, a row being allowed to be missing. */
    abstract long reach(long lower, long upper);

    /** How many units are in one of the data sets but not in the other. */
    abstract int unitsThatDiffer();
}
