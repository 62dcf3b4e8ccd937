package io.aidc.privacy.anonymize;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A quasi-identifier as the algorithms see it: codes, a hierarchy over them, and a place for each code on an axis.
 *
 * <p>The axis of a number is its value. That of a category is the order of the leaves of the hierarchy drawn as a tree,
 * so that the values under one ancestor stand side by side, one apart. Immutable.
 */
final class Dimension {
    private final int[] codes;
    private final int[][] levels;
    private final double[] positions;
    private final boolean numeric;
    private final int[] ranks;
    private final int[] rowsUpTo;
    private final double span;
    private final Cell[][] cells;

    private Dimension(int[] codes, int[][] levels, double[] positions, boolean numeric) {
        if (codes.length == 0) {
            throw new IllegalArgumentException("a table to anonymise must have at least one row, got none");
        }
        this.codes = codes;
        this.levels = levels;
        this.positions = positions;
        this.numeric = numeric;
        double[] distinct = Arrays.stream(positions).sorted().distinct().toArray();
        ranks = Arrays.stream(positions)
                .mapToInt(position -> Arrays.binarySearch(distinct, position))
                .toArray();
        rowsUpTo = new int[distinct.length + 1];
        for (int code : codes) {
            rowsUpTo[ranks[code] + 1]++;
        }
        Arrays.parallelPrefix(rowsUpTo, Integer::sum);
        span = distinct[distinct.length - 1] - distinct[0];
        cells = IntStream.range(0, levels.length).mapToObj(this::cells).toArray(Cell[][]::new);
    }

    /**
     * A column of categories.
     *
     * @param codes code of each row, from 0, at least one row; not copied
     * @param levels for each level from 0 the code there of each code at level 0, dense from 0; not copied
     * @param places the place of each code at level 0 among the leaves of the hierarchy, those of a group side by side
     */
    static Dimension categorical(int[] codes, int[][] levels, int[] places) {
        return new Dimension(
                codes, levels, Arrays.stream(places).asDoubleStream().toArray(), false);
    }

    /**
     * A column of numbers.
     *
     * @param codes code of each row, from 0, at least one row; not copied
     * @param levels for each level from 0 the code there of each code at level 0, dense from 0; not copied
     * @param values the number that each code at level 0 stands for, finite; not copied
     */
    static Dimension numeric(int[] codes, int[][] levels, double[] values) {
        return new Dimension(codes, levels, values, true);
    }

    /** Returns a copy of the columns of one table. */
    static List<Dimension> all(List<Dimension> dimensions) {
        if (dimensions.isEmpty()) {
            throw new IllegalArgumentException("a table to anonymise must have a quasi-identifier, got none");
        }
        return List.copyOf(dimensions);
    }

    int rows() {
        return codes.length;
    }

    int code(int row) {
        return codes[row];
    }

    /** Returns the coarsest level. */
    int height() {
        return levels.length - 1;
    }

    /** Returns how many codes there are at a level. */
    int size(int level) {
        return cells[level].length;
    }

    int generalised(int level, int code) {
        return levels[level][code];
    }

    /** Returns the place of a code among the distinct places of the axis. */
    int rank(int code) {
        return ranks[code];
    }

    /** Returns the distance of two codes as a share of the whole axis. */
    double extent(int low, int high) {
        return span == 0 ? 0 : (positions[high] - positions[low]) / span;
    }

    /** Returns what a code at a level covers. */
    Cell cell(int level, int code) {
        return cells[level][code];
    }

    /**
     * Returns what the published form of a range covers: the interval for numbers, the lowest common ancestor for
     * categories.
     */
    Cell range(int low, int high) {
        int level = 0;
        while (level < levels.length && levels[level][low] != levels[level][high]) {
            level++;
        }
        if (numeric) {
            int covered = rowsUpTo[ranks[high] + 1] - rowsUpTo[ranks[low]];
            return new Cell(Math.min(level, height()), extent(low, high), covered);
        }
        return level > height() ? suppressed() : cell(level, levels[level][low]);
    }

    /** Returns what a suppressed cell covers: everything, at the coarsest level, which counts as at least 1. */
    Cell suppressed() {
        return new Cell(Math.max(1, height()), 1, rows());
    }

    /** Returns the code at a coarser level for each code at a finer one. */
    int[] step(int from, int to) {
        int[] step = new int[size(from)];
        for (int code = 0; code < levels[0].length; code++) {
            step[levels[from][code]] = levels[to][code];
        }
        return step;
    }

    private Cell[] cells(int level) {
        int[] at = levels[level];
        int size = Arrays.stream(at).max().orElse(-1) + 1;
        int[] rows = new int[size];
        for (int code : codes) {
            rows[at[code]]++;
        }
        double[] low = new double[size];
        double[] high = new double[size];
        Arrays.fill(low, Double.POSITIVE_INFINITY);
        Arrays.fill(high, Double.NEGATIVE_INFINITY);
        for (int code = 0; code < at.length; code++) {
            low[at[code]] = Math.min(low[at[code]], positions[code]);
            high[at[code]] = Math.max(high[at[code]], positions[code]);
        }
        return IntStream.range(0, size)
                .mapToObj(code -> new Cell(level, span == 0 ? 0 : (high[code] - low[code]) / span, rows[code]))
                .toArray(Cell[]::new);
    }
}
