package io.aidc.privacy.anonymize;

import java.util.List;

/** The classes of a local recoding, and for each the outermost values of every column. Immutable. */
final class Boxes {
    private final List<Dimension> dimensions;
    private final Classes classes;
    private final int[][] lowest;
    private final int[][] highest;

    Boxes(List<Dimension> dimensions, Classes classes) {
        this.dimensions = dimensions;
        this.classes = classes;
        lowest = new int[dimensions.size()][classes.count()];
        highest = new int[dimensions.size()][classes.count()];
        for (int d = 0; d < lowest.length; d++) {
            for (int cls = 0; cls < classes.count(); cls++) {
                spread(d, cls, classes.rows(cls));
            }
        }
    }

    Classes classes() {
        return classes;
    }

    /** Returns the code of the lowest value of a class, in the order of {@link Dimension#rank}. */
    int lowest(int dimension, int cls) {
        return lowest[dimension][cls];
    }

    /** Returns the code of the highest value of a class, in the order of {@link Dimension#rank}. */
    int highest(int dimension, int cls) {
        return highest[dimension][cls];
    }

    /** Returns the loss if numbers are published as intervals and categories as lowest common ancestors. */
    double loss(LossMeasure measure) {
        return measure.of(dimensions, classes, (d, cls) -> dimensions.get(d).range(lowest[d][cls], highest[d][cls]));
    }

    private void spread(int d, int cls, int[] rows) {
        Dimension dimension = dimensions.get(d);
        int low = dimension.code(rows[0]);
        int high = low;
        for (int row : rows) {
            int code = dimension.code(row);
            low = dimension.rank(code) < dimension.rank(low) ? code : low;
            high = dimension.rank(code) > dimension.rank(high) ? code : high;
        }
        lowest[d][cls] = low;
        highest[d][cls] = high;
    }
}
