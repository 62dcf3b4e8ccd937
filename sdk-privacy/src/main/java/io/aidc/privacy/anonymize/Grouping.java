package io.aidc.privacy.anonymize;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The classes of equal rows at one node of the lattice, derived from those of a finer node.
 *
 * <p>The codes of a class are packed into as many 64-bit words as they need at level 0, most often one; a code never
 * straddles two words. A coarser node rewrites the fields of the raised columns and merges classes whose words agree,
 * so that it costs the finer node's classes, not its rows. Confined: one thread at a time, except that finer nodes may
 * be shared once {@link #classOf()} was called on them.
 */
final class Grouping {
    private final Layout layout;
    private final int[] node;
    private final int count;
    private final long[] words;
    private final int[] sizes;
    /** The class here of each class of the finer node, or of each row if there is none. */
    private final int[] into;

    private final @Nullable Grouping finer;
    private int @Nullable [] classOf;

    private Grouping(Layout layout, int[] node, @Nullable Grouping finer, Merged merged) {
        this.layout = layout;
        this.node = node;
        this.finer = finer;
        this.count = merged.count;
        this.words = merged.words;
        this.sizes = merged.sizes;
        this.into = merged.into;
    }

    /** Groups the rows of a table by their original values. */
    static Grouping ofRows(List<Dimension> dimensions) {
        Layout layout = new Layout(dimensions);
        int rows = dimensions.get(0).rows();
        long[] words = new long[rows * layout.words];
        for (int d = 0; d < dimensions.size(); d++) {
            for (int row = 0; row < rows; row++) {
                words[row * layout.words + layout.word[d]] |=
                        (long) dimensions.get(d).code(row) << layout.shift[d];
            }
        }
        int[] ones = new int[rows];
        Arrays.fill(ones, 1);
        Grouping base = new Grouping(
                layout, new int[dimensions.size()], null, new Merged(layout.words, rows).addAll(words, ones));
        base.classOf = base.into;
        return base;
    }

    /** Groups at a coarser node: no level lower than here. */
    Grouping raisedTo(int[] coarser) {
        long[] raised = Arrays.copyOf(words, count * layout.words);
        for (int d = 0; d < coarser.length; d++) {
            if (coarser[d] != node[d]) {
                layout.raise(raised, d, node[d], coarser[d]);
            }
        }
        return new Grouping(layout, coarser.clone(), this, new Merged(layout.words, count).addAll(raised, sizes));
    }

    /** Groups at a node that differs in one level, which is no lower than here. */
    Grouping raised(int dimension, int level) {
        if (level == node[dimension]) {
            return this;
        }
        int[] coarser = node.clone();
        coarser[dimension] = level;
        return raisedTo(coarser);
    }

    int count() {
        return count;
    }

    int[] node() {
        return node.clone();
    }

    int size(int cls) {
        return sizes[cls];
    }

    /** Returns the code of a class at this node's level. */
    int code(int dimension, int cls) {
        long word = words[cls * layout.words + layout.word[dimension]];
        return (int) ((word >>> layout.shift[dimension]) & layout.mask[dimension]);
    }

    /** Returns the class of each row; not a copy. */
    int[] classOf() {
        int[] known = classOf;
        if (known != null) {
            return known;
        }
        int[] composed = finer == null ? into : finer.classOf().clone();
        if (finer != null) {
            for (int row = 0; row < composed.length; row++) {
                composed[row] = into[composed[row]];
            }
        }
        classOf = composed;
        return composed;
    }

    /** Where each column's code lies in the words. */
    private static final class Layout {
        /** For each column, finer and coarser level: the coarser code of each finer one. */
        private final int[][][][] steps;

        private final int[] word;
        private final int[] shift;
        private final long[] mask;
        private final int words;

        private Layout(List<Dimension> dimensions) {
            steps = dimensions.stream().map(Layout::steps).toArray(int[][][][]::new);
            word = new int[dimensions.size()];
            shift = new int[dimensions.size()];
            mask = new long[dimensions.size()];
            int used = 0;
            int full = 0;
            for (int d = 0; d < word.length; d++) {
                int bits = bits(dimensions.get(d));
                if (used + bits > Long.SIZE) {
                    full++;
                    used = 0;
                }
                word[d] = full;
                shift[d] = used;
                mask[d] = (1L << bits) - 1;
                used += bits;
            }
            words = full + 1;
        }

        private static int bits(Dimension dimension) {
            int most = 1;
            for (int level = 0; level <= dimension.height(); level++) {
                most = Math.max(most, dimension.size(level));
            }
            return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(most - 1));
        }

        private static int[][][] steps(Dimension dimension) {
            int[][][] steps = new int[dimension.height() + 1][dimension.height() + 1][];
            for (int from = 0; from <= dimension.height(); from++) {
                for (int to = from; to <= dimension.height(); to++) {
                    steps[from][to] = dimension.step(from, to);
                }
            }
            return steps;
        }

        private void raise(long[] packed, int d, int from, int to) {
            int[] step = steps[d][from][to];
            int by = shift[d];
            long field = mask[d];
            for (int i = word[d]; i < packed.length; i += words) {
                int code = (int) ((packed[i] >>> by) & field);
                packed[i] = (packed[i] & ~(field << by)) | ((long) step[code] << by);
            }
        }
    }

    /** Collects classes, merging those with equal words, in the order of their first member. */
    private static final class Merged {
        private final int width;
        private final int[] slots;
        private final int[] into;
        private long[] words;
        private int[] sizes;
        private int count;

        private Merged(int width, int most) {
            this.width = width;
            // at most half full, so that probing stays short
            slots = new int[Integer.highestOneBit(Math.max(2, most)) * 4];
            into = new int[most];
            words = new long[most * width];
            sizes = new int[most];
        }

        private Merged addAll(long[] packed, int[] weights) {
            for (int i = 0; i < into.length; i++) {
                int cls = classOf(packed, i * width);
                into[i] = cls;
                sizes[cls] += weights[i];
            }
            words = Arrays.copyOf(words, count * width);
            sizes = Arrays.copyOf(sizes, count);
            return this;
        }

        private int classOf(long[] packed, int from) {
            int mask = slots.length - 1;
            int slot = hash(packed, from) & mask;
            while (slots[slot] != 0) {
                int cls = slots[slot] - 1;
                if (Arrays.equals(words, cls * width, (cls + 1) * width, packed, from, from + width)) {
                    return cls;
                }
                slot = (slot + 1) & mask;
            }
            slots[slot] = count + 1;
            System.arraycopy(packed, from, words, count * width, width);
            return count++;
        }

        private int hash(long[] packed, int from) {
            long hash = 0;
            for (int i = from; i < from + width; i++) {
                hash = (hash ^ packed[i]) * 0x9E3779B97F4A7C15L;
                hash ^= hash >>> 32;
            }
            return (int) hash;
        }
    }
}
