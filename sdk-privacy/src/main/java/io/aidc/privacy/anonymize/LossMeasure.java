package io.aidc.privacy.anonymize;

import java.util.List;

/**
 * How much an anonymised table lost; smaller is better.
 *
 * <p>Notation: n rows, d quasi-identifiers, E the classes of rows that were published alike, without the suppressed
 * rows. A cell is one quasi-identifier of one row. A suppressed row counts in every measure, as each says. Values are
 * {@code double} sums, good to about 1e-12 relative. A small loss says nothing about privacy.
 *
 * <p>The measures that look at cells take what a published cell covers from the hierarchy: a value's ancestor at its
 * level, or after local recoding the lowest common ancestor of a class; numbers are there published as intervals.
 */
public enum LossMeasure {
    /**
     * The mean over rows of the sum of their cells' levels: for a table without suppression the height of its node in
     * the lattice. A suppressed cell counts the height of its hierarchy, at least 1. From 0 to the sum of heights.
     *
     * @see <a href="https://doi.org/10.1109/69.971193">Samarati 2001</a> for the height of a node
     */
    HEIGHT {
        @Override
        double of(Dimension dimension, Cell cell) {
            return cell.level();
        }

        @Override
        double whole(List<Dimension> dimensions) {
            return dimensions.get(0).rows();
        }
    },

    /**
     * The mean over cells of level divided by height of the hierarchy, which is 1 − Prec. A suppressed cell counts 1, a
     * published cell without hierarchy 0. From 0 to 1.
     *
     * @see <a href="https://doi.org/10.1142/S021848850200165X">Sweeney 2002, "Achieving k-anonymity privacy protection
     *     using generalization and suppression", definition of precision</a>
     */
    PRECISION {
        @Override
        double of(Dimension dimension, Cell cell) {
            return (double) cell.level() / Math.max(1, dimension.height());
        }
    },

    /**
     * Σ|E|² + n·(suppressed rows): with how many rows each row is mixed up. A suppressed row is mixed up with all n.
     * From n to n².
     *
     * @see <a href="https://doi.org/10.1109/ICDE.2005.42">Bayardo, Agrawal 2005, equation for C_DM</a>
     */
    DISCERNIBILITY {
        @Override
        double of(Tally tally) {
            return tally.squares() + (double) tally.rows() * tally.suppressed();
        }
    },

    /**
     * n divided by the number of classes, where the suppressed rows, if any, are one more class. From 1 to n. Divided
     * by k it is C_AVG of the paper.
     *
     * @see <a href="https://doi.org/10.1109/ICDE.2006.101">LeFevre, DeWitt, Ramakrishnan 2006</a>
     */
    AVERAGE_CLASS_SIZE {
        @Override
        double of(Tally tally) {
            return (double) tally.rows() / (tally.classes() + (tally.suppressed() > 0 ? 1 : 0));
        }
    },

    /**
     * The bits needed to guess the original cells from the published ones, Σ log2(n_g/n_v), as a share of that for a
     * table with nothing left, Σ log2(n/n_v): n_v rows have the cell's value, n_g a value that its published form
     * covers. A suppressed cell covers all n rows. From 0 to 1, and 0 if no column varies.
     *
     * @see <a href="https://doi.org/10.1109/TKDE.2008.129">Gionis, Tassa 2009, non-uniform entropy measure</a>
     */
    NON_UNIFORM_ENTROPY {
        @Override
        double of(Dimension dimension, Cell cell) {
            return log2(cell.rows());
        }

        @Override
        double whole(List<Dimension> dimensions) {
            return dimensions.stream()
                    .mapToDouble(dimension -> dimension.rows() * log2(dimension.rows()) - sum(dimension, 0))
                    .sum();
        }
    },

    /**
     * The mean over cells of the extent of what they cover divided by the extent of the column. For numbers the extent
     * is largest minus smallest value in the table; for categories it is the number of values in the table minus 1. A
     * suppressed cell counts 1. From 0 to 1. Known as NCP, and as LM.
     *
     * @see <a href="https://doi.org/10.1145/775047.775089">Iyengar 2002</a>
     * @see "Xu et al., Utility-based anonymization using local recoding, KDD 2006, normalized certainty penalty"
     */
    CERTAINTY_PENALTY {
        @Override
        double of(Dimension dimension, Cell cell) {
            return cell.extent();
        }
    };

    /** What a measure needs to know of a release; {@code cells} is the loss in cells, as a share of the whole. */
    record Tally(int rows, int suppressed, int classes, double squares, double cells) {}

    /** Says what the cells of a class cover. */
    @FunctionalInterface
    interface Cells {
        Cell of(int dimension, int cls);
    }

    /** Measures a release. */
    double of(List<Dimension> dimensions, Classes classes, Cells cells) {
        double squares = 0;
        double lost = 0;
        int kept = 0;
        for (int cls = 0; cls < classes.count(); cls++) {
            int size = classes.size(cls);
            kept += size;
            squares += (double) size * size;
            for (int d = 0; d < dimensions.size(); d++) {
                lost += size * of(dimensions.get(d), cells.of(d, cls));
            }
        }
        int suppressed = dimensions.get(0).rows() - kept;
        for (Dimension dimension : dimensions) {
            lost += suppressed * of(dimension, dimension.suppressed()) - sum(dimension, 0);
        }
        double whole = whole(dimensions);
        double share = whole == 0 ? 0 : Math.max(0, lost / whole);
        return of(new Tally(dimensions.get(0).rows(), suppressed, classes.count(), squares, share));
    }

    /** Returns the loss; never more for a table of the same tally without suppression that is finer. */
    double of(Tally tally) {
        return tally.cells();
    }

    /** Returns the loss of one cell, up to a constant for each value of the column. */
    double of(Dimension dimension, Cell cell) {
        return 0;
    }

    /** Returns the loss of a column published at a level, up to the same constants. */
    final double sum(Dimension dimension, int level) {
        double sum = 0;
        for (int code = 0; code < dimension.size(level); code++) {
            Cell cell = dimension.cell(level, code);
            sum += cell.rows() == 0 ? 0 : cell.rows() * of(dimension, cell);
        }
        return sum;
    }

    /** Returns the loss in cells that counts as 1. */
    double whole(List<Dimension> dimensions) {
        return (double) dimensions.size() * dimensions.get(0).rows();
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }
}
