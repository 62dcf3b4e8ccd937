package io.aidc.privacy.anonymize;

import io.aidc.privacy.anonymize.LossMeasure.Tally;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The loss of the nodes of one lattice, without looking at cells one by one: their part in the loss is a sum over
 * columns, to which a suppressed row adds what it had left. Immutable.
 */
final class NodeLoss {
    private final LossMeasure measure;
    private final List<Dimension> dimensions;
    private final double whole;
    /** By column and level, the loss in cells if no row is suppressed. */
    private final double[][] column;

    /** By column, level and code, what a cell has left to lose. */
    private final double[][][] left;

    NodeLoss(LossMeasure measure, List<Dimension> dimensions) {
        this.measure = measure;
        this.dimensions = dimensions;
        this.whole = measure.whole(dimensions);
        column = new double[dimensions.size()][];
        left = new double[dimensions.size()][][];
        for (int d = 0; d < column.length; d++) {
            Dimension dimension = dimensions.get(d);
            column[d] = new double[dimension.height() + 1];
            left[d] = new double[dimension.height() + 1][];
            for (int level = 0; level < column[d].length; level++) {
                column[d][level] = measure.sum(dimension, level) - measure.sum(dimension, 0);
                left[d][level] = left(dimension, level);
            }
        }
    }

    /** Returns a bound on the loss of a node and of all coarser ones, from the levels alone. */
    double atLeast(int[] node) {
        return measure.of(
                new Tally(dimensions.get(0).rows(), 0, dimensions.get(0).rows(), 0, share(cells(node))));
    }

    /** Returns a bound on the loss of a node and of all coarser ones: its loss if nothing is suppressed. */
    double atLeast(Grouping grouping) {
        return of(grouping, cls -> false);
    }

    /** Returns the loss of a node of which some classes are suppressed. */
    double of(Grouping grouping, IntPredicate suppresses) {
        int[] node = grouping.node();
        double cells = cells(node);
        double squares = 0;
        int suppressed = 0;
        int classes = 0;
        for (int cls = 0; cls < grouping.count(); cls++) {
            double size = grouping.size(cls);
            if (!suppresses.test(cls)) {
                classes++;
                squares += size * size;
                continue;
            }
            suppressed += grouping.size(cls);
            for (int d = 0; d < node.length; d++) {
                cells += size * left[d][node[d]][grouping.code(d, cls)];
            }
        }
        return measure.of(new Tally(dimensions.get(0).rows(), suppressed, classes, squares, share(cells)));
    }

    private double[] left(Dimension dimension, int level) {
        double all = measure.of(dimension, dimension.suppressed());
        return IntStream.range(0, dimension.size(level))
                .mapToDouble(code -> all - measure.of(dimension, dimension.cell(level, code)))
                .toArray();
    }

    private double cells(int[] node) {
        double cells = 0;
        for (int d = 0; d < node.length; d++) {
            cells += column[d][node[d]];
        }
        return cells;
    }

    private double share(double cells) {
        return whole == 0 ? 0 : Math.max(0, cells / whole);
    }
}
