package io.aidc.security.guard;

import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** Cuts the planes of {@value #PAIRS} random pairs of features into {@value #BINS} by {@value #BINS} cells each. <em>Immutable.</em> */
final class CellGrid {
    static final int PAIRS = 16;
    static final int BINS = 16;
    static final int CELLS_OF_PAIR = BINS * BINS;

    /** The outermost bins begin 3 standard deviations from the mean, less their own width, and have no end. */
    private static final float REACH = 3;

    private final int[] first = new int[PAIRS];
    private final int[] second = new int[PAIRS];

    CellGrid(int features, Random random) {
        for (int pair = 0; pair < PAIRS; pair++) {
            first[pair] = random.nextInt(features);
            second[pair] = features == 1 ? 0 : (first[pair] + 1 + random.nextInt(features - 1)) % features;
        }
    }

    /** Marks the cells of a finite query. */
    void mark(float[] query, Baseline baseline, BitSet visited) {
        for (int pair = 0; pair < PAIRS; pair++) {
            visited.set(cell(query, baseline, pair));
        }
    }

    int[] count(List<float[]> sample, Baseline baseline) {
        int[] counts = new int[PAIRS * CELLS_OF_PAIR];
        for (float[] vector : sample) {
            for (int pair = 0; pair < PAIRS; pair++) {
                counts[cell(vector, baseline, pair)]++;
            }
        }
        return counts;
    }

    private int cell(float[] query, Baseline baseline, int pair) {
        int x = bin(baseline.standardised(query, first[pair]));
        int y = bin(baseline.standardised(query, second[pair]));
        return pair * CELLS_OF_PAIR + x * BINS + y;
    }

    private static int bin(float standardised) {
        int bin = (int) ((standardised + REACH) * BINS / (2 * REACH));
        return Math.max(0, Math.min(BINS - 1, bin));
    }
}
