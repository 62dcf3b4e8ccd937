package io.aidc.privacy.anonymize;

/**
 * The earth mover's distances of Li, Li, Venkatasubramanian 2007 between a class and the table.
 *
 * <p>Takes the surplus of each value, (count in the class) · (rows of the table) − (count in the table) · (rows of the
 * class), which adds up to 0, and gives the distance times both numbers of rows. So no rounding happens before a
 * distance is compared unless a sum exceeds 2^53.
 */
final class EarthMover {
    private EarthMover() {}

    /** All values are 1 apart. */
    static double equal(long[] surplus) {
        double sum = 0;
        for (long value : surplus) {
            sum += Math.abs(value);
        }
        return sum / 2;
    }

    /** The first and last value are 1 apart, neighbours equally far. */
    static double ordered(long[] surplus) {
        double sum = 0;
        long moved = 0;
        for (long value : surplus) {
            moved += value;
            sum += Math.abs(moved);
        }
        return sum / Math.max(1, surplus.length - 1);
    }

    /**
     * Two values are as far apart as the level of their closest common group is high.
     *
     * @param levels level → value → group, ending in a single group
     */
    static double hierarchical(long[] surplus, int[][] levels) {
        int height = levels.length - 1;
        double sum = 0;
        long[] below = surplus;
        for (int level = 1; level <= height; level++) {
            long[] over = new long[surplus.length];
            long[] under = new long[surplus.length];
            boolean[] counted = new boolean[surplus.length];
            for (int value = 0; value < surplus.length; value++) {
                int child = levels[level - 1][value];
                if (!counted[child]) {
                    counted[child] = true;
                    long[] side = below[child] > 0 ? over : under;
                    side[levels[level][value]] += below[child];
                }
            }
            below = new long[surplus.length];
            for (int group = 0; group < below.length; group++) {
                below[group] = over[group] + under[group];
                sum += (double) level * Math.min(over[group], -under[group]);
            }
        }
        return sum / height;
    }
}
