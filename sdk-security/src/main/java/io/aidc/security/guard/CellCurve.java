package io.aidc.security.guard;

/**
 * How many cells of a {@link CellGrid} benign queries visit, by their number. <em>Immutable.</em>
 *
 * @see <a href="https://doi.org/10.1093/jpe/rtr044">Colwell et al. 2012, "Models and estimators linking individual-based and
 *     sample-based rarefaction, extrapolation and comparison of assemblages": rarefaction up to the size of the sample,
 *     extrapolation by Chao's estimate of what the sample missed beyond it</a>
 */
final class CellCurve {
    private static final int OCTAVES = 40;

    private final double[] atPowersOfTwo = new double[OCTAVES + 1];

    CellCurve(int[] counts, int sampleSize) {
        for (int octave = 0; octave <= OCTAVES; octave++) {
            long queries = 1L << octave;
            for (int from = 0; from < counts.length; from += CellGrid.CELLS_OF_PAIR) {
                atPowersOfTwo[octave] += queries <= sampleSize
                        ? rarefied(counts, from, sampleSize, (int) queries)
                        : extrapolated(counts, from, sampleSize, queries - sampleSize);
            }
        }
    }

    /** The expected number of visited cells, all pairs together; between powers of two linear in the logarithm. */
    double at(long queries) {
        int octave = Math.min(OCTAVES - 1, Long.SIZE - 1 - Long.numberOfLeadingZeros(queries));
        double fraction = Math.min(1, Math.log((double) queries / (1L << octave)) / Math.log(2));
        return atPowersOfTwo[octave] + fraction * (atPowersOfTwo[octave + 1] - atPowersOfTwo[octave]);
    }

    private static double rarefied(int[] counts, int from, int sampleSize, int queries) {
        double visited = 0;
        for (int cell = from; cell < from + CellGrid.CELLS_OF_PAIR; cell++) {
            double missed = 1;
            for (int i = 0; i < counts[cell] && missed > 0; i++) {
                missed *= Math.max(0, (double) (sampleSize - queries - i) / (sampleSize - i));
            }
            visited += 1 - missed;
        }
        return visited;
    }

    private static double extrapolated(int[] counts, int from, int sampleSize, long more) {
        int seen = 0;
        double once = 0;
        double twice = 0;
        for (int cell = from; cell < from + CellGrid.CELLS_OF_PAIR; cell++) {
            seen += counts[cell] > 0 ? 1 : 0;
            once += counts[cell] == 1 ? 1 : 0;
            twice += counts[cell] == 2 ? 1 : 0;
        }
        double unseen = Math.min(CellGrid.CELLS_OF_PAIR - seen, once * (once - 1) / (2 * (twice + 1)));
        return unseen <= 0
                ? seen
                : seen + unseen * (1 - Math.pow(1 - once / (sampleSize * unseen + once), (double) more));
    }
}
