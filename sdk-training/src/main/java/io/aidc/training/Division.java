package io.aidc.training;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Divides rows into parts: which row goes where, and the parts as data. */
final class Division {
    private Division() {}

    /** How many of a number of rows a fraction is: at least one, and not all. */
    static int share(int rows, double fraction) {
        return (int) Math.min(Math.max(Math.round(rows * fraction), 1), rows - 1L);
    }

    /** Splits so that each class of two rows or more is on both sides, in the fraction asked for; a lone row trains. */
    static Dataset.Split stratified(Dataset data, double heldAside, long seed) {
        int[] left = data.classCounts();
        for (int i = 0; i < left.length; i++) {
            left[i] = left[i] < 2 ? 0 : share(left[i], heldAside);
        }
        if (IntStream.of(left).sum() == 0) {
            throw new IllegalArgumentException("a stratified split needs a class of at least 2 rows");
        }
        boolean[] aside = new boolean[data.rows()];
        int[] order = Shuffle.of(data.rows(), seed);
        for (int row : order) {
            aside[row] = left[data.label(row)]-- > 0;
        }
        return new Dataset.Split(
                data.subset(IntStream.of(order).filter(row -> !aside[row]).toArray()),
                data.subset(IntStream.of(order).filter(row -> aside[row]).toArray()));
    }

    /** Deals the rows of an order round the folds. */
    static List<Dataset.Split> folds(Dataset data, int folds, int[] order) {
        if (folds < 2 || folds > data.rows()) {
            throw new IllegalArgumentException("folds must be in [2, %d], got %d".formatted(data.rows(), folds));
        }
        return new Folds(data, folds, order);
    }

    /** An order by chance in which the rows of a class lie together. */
    static int[] byClass(Dataset data, long seed) {
        int[] starts = new int[data.classes()];
        int[] counts = data.classCounts();
        for (int i = 1; i < starts.length; i++) {
            starts[i] = starts[i - 1] + counts[i - 1];
        }
        int[] order = new int[data.rows()];
        for (int row : Shuffle.of(data.rows(), seed)) {
            order[starts[data.label(row)]++] = row;
        }
        return order;
    }

    /** Copies the rows of a fold when it is asked for, so that not all folds are in memory at once. */
    private static final class Folds extends AbstractList<Dataset.Split> implements RandomAccess {
        private final Dataset data;
        private final int folds;
        private final int[] order;

        Folds(Dataset data, int folds, int[] order) {
            this.data = data;
            this.folds = folds;
            this.order = order;
        }

        @Override
        public Dataset.Split get(int fold) {
            if (fold < 0 || fold >= folds) {
                throw new IndexOutOfBoundsException("fold must be in [0, %d), got %d".formatted(folds, fold));
            }
            return new Dataset.Split(
                    data.subset(rows(i -> i % folds == fold ? -1 : order[i])),
                    data.subset(rows(i -> i % folds == fold ? order[i] : -1)));
        }

        private int[] rows(IntUnaryOperator picked) {
            return IntStream.range(0, order.length)
                    .map(picked)
                    .filter(row -> row >= 0)
                    .toArray();
        }

        @Override
        public int size() {
            return folds;
        }
    }
}
