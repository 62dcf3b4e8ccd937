package io.aidc.privacy.query;

import io.aidc.privacy.accounting.Neighbours;

/** How far neighbouring data sets are apart. */
final class Difference {
    private Difference() {}

    /** The most by which a sum changes when one row in [lower, upper] does, a row being allowed to be missing. */
    static long reach(Neighbours neighbours, long lower, long upper) {
        return switch (neighbours) {
            case ADD_OR_REMOVE -> Math.max(Math.abs(lower), Math.abs(upper));
            case REPLACE_ONE -> Math.subtractExact(Math.max(upper, 0), Math.min(lower, 0));
        };
    }

    /**
     * The most by which sums of columns in [−1, 1] and a count change when one row does. Replacing a row moves every sum
     * by up to 2 and leaves the count; for several rows, a missing one moves less than a replaced one.
     */
    static Sensitivity ofScaled(Neighbours neighbours, int columns) {
        return switch (neighbours) {
            case ADD_OR_REMOVE -> new Sensitivity(1, 1).over(columns + 1.0);
            case REPLACE_ONE -> new Sensitivity(2, 2).over(columns);
        };
    }

    /** How many units are in one of the data sets but not in the other. */
    static int units(Neighbours neighbours) {
        return switch (neighbours) {
            case ADD_OR_REMOVE -> 1;
            case REPLACE_ONE -> 2;
        };
    }
}
