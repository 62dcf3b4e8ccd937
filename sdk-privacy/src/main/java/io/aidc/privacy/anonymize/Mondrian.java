package io.aidc.privacy.anonymize;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Cuts a table into small boxes that hold, by strict multidimensional partitioning: greedy, and so not the best one.
 *
 * <p>A box is cut at the column of largest extent, as a share of the column's extent in the table, between the two
 * neighbouring values that come closest to halving its rows; rows of one value stay together. If a side fails a
 * requirement, the column of next largest extent is tried; if all fail, the box is a class. Ties go to the column that
 * comes first, and to the lower cut. Nothing is suppressed, and nothing is random.
 *
 * <p>Cost: O(n·d + n·log n) a depth, about log2(n/k) depths. Immutable.
 *
 * @see <a href="https://doi.org/10.1109/ICDE.2006.101">LeFevre, DeWitt, Ramakrishnan 2006</a>; we cut at the value
 *     closest to the median where the median itself leaves a side empty, and test every requirement on both sides
 */
final class Mondrian {
    private final List<Dimension> dimensions;
    private final List<Requirement> requirements;
    private final int[] rows;
    /** Rows of a box that go above the cut, until those below are in place. */
    private final int[] above;

    /** Rows {@code from} to {@code to} of the table in the order that cutting gave them. */
    private record Box(int from, int to) {}

    private Mondrian(List<Dimension> dimensions, List<Requirement> requirements) {
        this.dimensions = dimensions;
        this.requirements = requirements;
        rows = IntStream.range(0, dimensions.get(0).rows()).toArray();
        above = new int[rows.length];
    }

    /** Cuts; empty if the table as a whole fails. */
    static Optional<Boxes> run(List<Dimension> dimensions, List<Requirement> requirements) {
        return new Mondrian(Dimension.all(dimensions), List.copyOf(requirements)).cut();
    }

    private Optional<Boxes> cut() {
        int[] leafOf = new int[rows.length];
        if (!hold(new Classes(leafOf, 1))) {
            return Optional.empty();
        }
        Deque<Box> open = new ArrayDeque<>(List.of(new Box(0, rows.length)));
        int leaves = 0;
        while (!open.isEmpty()) {
            Box box = open.pop();
            int middle = cut(box);
            if (middle == box.to) {
                for (int i = box.from; i < box.to; i++) {
                    leafOf[rows[i]] = leaves;
                }
                leaves++;
            } else {
                open.push(new Box(middle, box.to));
                open.push(new Box(box.from, middle));
            }
        }
        return Optional.of(new Boxes(dimensions, new Classes(leafOf, leaves)));
    }

    /** Moves the rows below an allowed cut to the front of a box and returns where the others begin, or its end. */
    private int cut(Box box) {
        double[] extents = dimensions.stream()
                .mapToDouble(dimension -> extent(dimension, box))
                .toArray();
        int[] widestFirst = IntStream.range(0, extents.length)
                .filter(d -> extents[d] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(d -> -extents[d]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int d : widestFirst) {
            int middle = divide(box, dimensions.get(d));
            if (hold(Classes.ofParts(rows, box.from, middle, box.to))) {
                return middle;
            }
        }
        return box.to;
    }

    private double extent(Dimension dimension, Box box) {
        int low = dimension.code(rows[box.from]);
        int high = low;
        for (int i = box.from + 1; i < box.to; i++) {
            int code = dimension.code(rows[i]);
            if (dimension.rank(code) < dimension.rank(low)) {
                low = code;
            } else if (dimension.rank(code) > dimension.rank(high)) {
                high = code;
            }
        }
        return dimension.extent(low, high);
    }

    /** Moves the rows of the lower half to the front, in their order, and returns where the upper half begins. */
    private int divide(Box box, Dimension dimension) {
        int[] ranks = IntStream.range(box.from, box.to)
                .map(i -> dimension.rank(dimension.code(rows[i])))
                .sorted()
                .toArray();
        int firstAbove = ranks[boundary(ranks)];
        int below = box.from;
        int aside = 0;
        for (int i = box.from; i < box.to; i++) {
            if (dimension.rank(dimension.code(rows[i])) < firstAbove) {
                rows[below++] = rows[i];
            } else {
                above[aside++] = rows[i];
            }
        }
        System.arraycopy(above, 0, rows, below, aside);
        return below;
    }

    /** Returns the index closest to the middle at which a value begins; there are two values at least. */
    private static int boundary(int[] ranks) {
        int lower = ranks.length / 2;
        int upper = ranks.length - lower;
        while (true) {
            if (lower > 0 && ranks[lower] != ranks[lower - 1]) {
                return lower;
            }
            if (upper < ranks.length && ranks[upper] != ranks[upper - 1]) {
                return upper;
            }
            lower--;
            upper++;
        }
    }

    private boolean hold(Classes classes) {
        for (Requirement requirement : requirements) {
            for (int cls = 0; cls < classes.count(); cls++) {
                if (!requirement.holds(classes, cls)) {
                    return false;
                }
            }
        }
        return true;
    }
}
