package io.aidc.security.guard;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What benign queries look like: the range of each feature, which combinations of two features occur, and how far queries lie
 * apart. Learned from a sample, such as the training data; the sample is not kept.
 *
 * {@snippet class="io.aidc.security.guard.GuardSnippetsTest" region="baseline"}
 *
 * <p>The sample must be drawn like the traffic of one principal. Principals who ask about a corner of the space only, or about
 * one case in many variations, differ from it and may raise alerts; so does traffic that changed since. Feature pairs and the
 * projection of long vectors are chosen at random, anew for each baseline, so that nobody can aim between them.
 *
 * <p><em>Immutable.</em>
 */
public final class Baseline {
    static final int FEWEST = 256;
    static final int MAX_FEATURES = 1 << 16;
    private static final int MAX_POINT = 32;
    private static final int ENOUGH_DISTANCES = 2_048;
    private static final int MOST_PASSES = 8;

    /** How far beyond the sample a feature still counts as in range, as a share of the sample's width. */
    private static final double MARGIN = 0.25;

    /** How much further than the sample Chao's estimate leads; it is a lower bound, which shows beyond. */
    private static final long FORESIGHT = 2;

    private final float[] mean;
    private final float[] scale;
    private final float[] low;
    private final float[] high;
    private final int[] slots;
    private final float[] signs;
    private final CellGrid grid;
    private final CellCurve curve;
    private final long coverageLimit;
    private final double[] logDistances;

    private Baseline(List<float[]> sample, long seed) {
        int features = sample.get(0).length;
        mean = new float[features];
        scale = new float[features];
        low = new float[features];
        high = new float[features];
        for (int feature = 0; feature < features; feature++) {
            measure(sample, feature);
        }
        Random random = new Random(seed);
        slots = IntStream.range(0, features)
                .map(i -> features <= MAX_POINT ? i : random.nextInt(MAX_POINT))
                .toArray();
        signs = new float[features];
        for (int i = 0; i < features; i++) {
            signs[i] = features <= MAX_POINT || random.nextBoolean() ? 1 : -1;
        }
        grid = new CellGrid(features, random);
        curve = new CellCurve(grid.count(sample, this), sample.size());
        coverageLimit = FORESIGHT * sample.size();
        logDistances = logDistances(sample, random);
    }

    /**
     * Learns from a sample. Cost: linear in the sample; a second for 100 000 vectors of 100 features, about.
     *
     * @param benign at least 256 vectors of one length, 1 to 65 536, finite, mostly different; not kept
     * @return what they look like
     * @throws IllegalArgumentException if there are fewer, lengths differ, a number is not finite, or most are alike
     */
    public static Baseline of(List<float[]> benign) {
        return of(benign, new SecureRandom().nextLong());
    }

    /** With pairs and a projection that a test knows. */
    static Baseline of(List<float[]> benign, long seed) {
        if (benign.size() < FEWEST) {
            throw new IllegalArgumentException(
                    "a baseline needs at least %d vectors, got %d".formatted(FEWEST, benign.size()));
        }
        int features = benign.get(0).length;
        if (features < 1 || features > MAX_FEATURES) {
            throw new IllegalArgumentException(
                    "vectors must have 1 to %d features, got %d".formatted(MAX_FEATURES, features));
        }
        for (int i = 0; i < benign.size(); i++) {
            float[] vector = benign.get(i);
            if (vector.length != features || !isFinite(vector)) {
                throw new IllegalArgumentException(
                        "vector %d must have %d features, all finite".formatted(i, features));
            }
        }
        return new Baseline(benign, seed);
    }

    /**
     * Returns the length of the vectors.
     *
     * @return at least 1
     */
    public int features() {
        return mean.length;
    }

    /** Checks the length of a query, the one thing that its sender is not to choose. */
    void requireLength(float[] query) {
        if (query.length != mean.length) {
            throw new IllegalArgumentException(
                    "query must have %d features like the baseline, got %d".formatted(mean.length, query.length));
        }
    }

    boolean isInRange(float[] query) {
        for (int i = 0; i < query.length; i++) {
            if (!(query[i] >= low[i] && query[i] <= high[i])) { // NaN is in no range
                return false;
            }
        }
        return true;
    }

    static boolean isFinite(float[] query) {
        for (float feature : query) {
            if (!Float.isFinite(feature)) {
                return false;
            }
        }
        return true;
    }

    /** A feature in standard deviations from its mean. */
    float standardised(float[] query, int feature) {
        return (query[feature] - mean[feature]) * scale[feature];
    }

    /**
     * The standardised query, where it is long folded into 32 numbers by random signs, which keeps squared distances in
     * expectation (Charikar, Chen, Farach-Colton 2002).
     */
    float[] point(float[] query) {
        float[] point = new float[Math.min(query.length, MAX_POINT)];
        for (int i = 0; i < query.length; i++) {
            point[slots[i]] += signs[i] * standardised(query, i);
        }
        return point;
    }

    CellGrid grid() {
        return grid;
    }

    /** Up to how many queries the number of cells is foreseen. */
    long coverageLimit() {
        return coverageLimit;
    }

    double expectedCells(long queries) {
        return curve.at(queries);
    }

    double[] logDistances() {
        return logDistances;
    }

    private void measure(List<float[]> sample, int feature) {
        double sum = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (float[] vector : sample) {
            sum += vector[feature];
            least = Math.min(least, vector[feature]);
            most = Math.max(most, vector[feature]);
        }
        double centre = sum / sample.size();
        double squares = 0;
        for (float[] vector : sample) {
            squares += (vector[feature] - centre) * (vector[feature] - centre);
        }
        double deviation = Math.sqrt(squares / sample.size());
        mean[feature] = (float) centre;
        scale[feature] = most > least ? (float) Math.min(Float.MAX_VALUE, 1 / deviation) : 1;
        low[feature] = (float) (least - MARGIN * (most - least));
        high[feature] = (float) (most + MARGIN * (most - least));
    }

    private double[] logDistances(List<float[]> sample, Random random) {
        List<float[]> shuffled = new ArrayList<>(sample);
        double[] all = {};
        for (int pass = 0; pass < MOST_PASSES && all.length < ENOUGH_DISTANCES; pass++) {
            Collections.shuffle(shuffled, random);
            Spacing spacing = new Spacing(random.nextLong());
            for (int i = 0; i < shuffled.size() && all.length < ENOUGH_DISTANCES; i++) {
                float[] point = point(shuffled.get(i));
                if (isFinite(point)) {
                    spacing.add(point);
                }
                if (spacing.isFull() || i == shuffled.size() - 1) {
                    all = join(all, spacing.drain());
                }
            }
        }
        if (all.length < FEWEST) {
            throw new IllegalArgumentException("most vectors of the sample must differ");
        }
        Arrays.sort(all);
        return all;
    }

    private static double[] join(double[] some, double[] more) {
        double[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}
