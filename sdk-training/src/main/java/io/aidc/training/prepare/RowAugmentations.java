package io.aidc.training.prepare;

import io.aidc.training.Augmentation;
import io.aidc.training.Dataset;
import java.util.Objects;

/**
 * Makes augmentations for rows of a table and for rows of tokens.
 *
 * <p>Thread-safe: holds no state.
 */
public final class RowAugmentations {
    private RowAugmentations() {}

    /**
     * Adds Gaussian noise of one size to some features. A sum beyond float32 leaves its feature as it was.
     *
     * @param deviation the standard deviation, &gt; 0 and finite; features should be of one scale
     * @param features which features, from 0; all if none is named
     * @return the augmentation
     * @throws IllegalArgumentException if the deviation is not positive and finite, or an index is negative
     */
    public static Augmentation gaussianNoise(double deviation, int... features) {
        Numbers.positive("deviation", deviation);
        int[] chosen = indices(features);
        return (row, random) -> {
            int count = chosen.length == 0 ? row.length : chosen.length;
            require(row, chosen);
            for (int i = 0; i < count; i++) {
                int j = chosen.length == 0 ? i : chosen[i];
                float noised = (float) (row[j] + deviation * random.nextGaussian());
                row[j] = Float.isFinite(noised) ? noised : row[j];
            }
        };
    }

    /**
     * Replaces each feature with a chance of its own, so that a model does not lean on one.
     *
     * @param probability the chance of each feature, in [0, 1]
     * @param value what takes its place, finite; 0 is the mean of standardised features
     * @return the augmentation
     * @throws IllegalArgumentException if the probability is outside [0, 1] or the value not finite
     */
    public static Augmentation dropout(double probability, float value) {
        Numbers.probability("probability", probability);
        Numbers.finite("value", value);
        return (row, random) -> {
            for (int j = 0; j < row.length; j++) {
                if (random.nextDouble() < probability) {
                    row[j] = value;
                }
            }
        };
    }

    /**
     * Replaces each feature, with a chance of its own, by the same feature of a row drawn evenly from a data set. One
     * row is drawn for each replaced feature. Not for private training: a row so changed is about several persons.
     *
     * @param probability the chance of each feature, in [0, 1]
     * @param source the rows that features are taken from
     * @return the augmentation, for rows with as many features
     * @throws IllegalArgumentException if the probability is outside [0, 1]
     * @see <a href="https://arxiv.org/abs/2106.15147">Bahri et al. 2022, SCARF, Algorithm 1</a>
     */
    public static Augmentation swap(double probability, Dataset source) {
        Numbers.probability("probability", probability);
        Objects.requireNonNull(source, "source");
        float[][] columns = new float[source.features()][];
        for (int j = 0; j < columns.length; j++) {
            columns[j] = source.column(j);
        }
        return (row, random) -> {
            if (row.length != columns.length) {
                throw new IllegalArgumentException(
                        "the row must have %d features, got %d".formatted(columns.length, row.length));
            }
            for (int j = 0; j < row.length; j++) {
                if (random.nextDouble() < probability) {
                    row[j] = columns[j][random.nextInt(columns[j].length)];
                }
            }
        };
    }

    /**
     * Replaces tokens by one that stands for the unknown, each with a chance of its own; padding stays.
     *
     * @param probability the chance of each token, in [0, 1]
     * @param unknown the token that takes its place, ≥ 0
     * @param padding the token that is never replaced; a negative one for none
     * @return the augmentation, for rows of token numbers
     * @throws IllegalArgumentException if the probability is outside [0, 1] or {@code unknown} is negative or beyond
     *     2<sup>24</sup>, up to which float32 is exact
     */
    public static Augmentation tokenDropout(double probability, int unknown, int padding) {
        Numbers.probability("probability", probability);
        if (unknown < 0 || unknown > 1 << 24) {
            throw new IllegalArgumentException("unknown must be in [0, 2^24], got " + unknown);
        }
        return (row, random) -> {
            for (int j = 0; j < row.length; j++) {
                // Drawn for padding too: what becomes of one token does not hang on another.
                if (random.nextDouble() < probability && row[j] != padding) {
                    row[j] = unknown;
                }
            }
        };
    }

    private static int[] indices(int... features) {
        for (int feature : features) {
            if (feature < 0) {
                throw new IllegalArgumentException("features must be >= 0, got " + feature);
            }
        }
        return features.clone();
    }

    private static void require(float[] row, int... features) {
        for (int feature : features) {
            if (feature >= row.length) {
                throw new IllegalArgumentException(
                        "feature %d must be in [0, %d), the length of the row".formatted(feature, row.length));
            }
        }
    }
}
