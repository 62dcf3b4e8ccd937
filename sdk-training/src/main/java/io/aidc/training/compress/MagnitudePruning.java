package io.aidc.training.compress;

import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Parameter;
import java.util.Arrays;
import java.util.Objects;

/**
 * Sets the weights of the least magnitude to 0. Biases, gains and other arrays of one axis are left alone.
 *
 * <p>The pruned numbers are a start for fine-tuning: {@link TrainingRun#startFrom} with {@link TrainingRun#keepZeros}. A
 * sparse model has the same shape, so that it compresses well but computes no faster; {@link StructuredPruning} makes models
 * that do.
 *
 * {@snippet class="io.aidc.training.compress.CompressSnippetsTest" region="prune"}
 *
 * <p>Immutable.
 *
 * @see <a href="https://arxiv.org/abs/1506.02626">Han et al. 2015</a>
 */
public final class MagnitudePruning {
    private final double sparsity;
    private final boolean perArray;

    private MagnitudePruning(double sparsity, boolean perArray) {
        this.sparsity = sparsity;
        this.perArray = perArray;
    }

    /**
     * Makes a pruning that ranks the weights of all layers together.
     *
     * @param sparsity the part of the weights that become 0, in [0, 1)
     * @return the pruning
     * @throws IllegalArgumentException if the part is out of range
     */
    public static MagnitudePruning global(double sparsity) {
        return new MagnitudePruning(fraction(sparsity), false);
    }

    /**
     * Makes a pruning that takes the same part of the weights of each layer.
     *
     * @param sparsity the part of the weights that become 0, in [0, 1)
     * @return the pruning
     * @throws IllegalArgumentException if the part is out of range
     */
    public static MagnitudePruning perLayer(double sparsity) {
        return new MagnitudePruning(fraction(sparsity), true);
    }

    /**
     * Gives the part to prune at one of several rounds, between which the model is fine-tuned: it grows fast at first and
     * slowly at the end.
     *
     * @param target the part after the last round, in [0, 1)
     * @param round the round, in [1, rounds]
     * @param rounds how many there are, &gt; 0
     * @return the part after that round
     * @throws IllegalArgumentException if a number is out of range
     * @see <a href="https://arxiv.org/abs/1710.01878">Zhu and Gupta 2017, equation 1</a>
     */
    public static double sparsityAt(double target, int round, int rounds) {
        if (round < 1 || round > rounds) {
            throw new IllegalArgumentException("round must be in [1, %d], got %d".formatted(rounds, round));
        }
        return fraction(target) * (1 - Math.pow(1 - (double) round / rounds, 3));
    }

    /**
     * Prunes a model's numbers.
     *
     * @param model the model, which is left as it is
     * @return its numbers with 0 where weights were pruned, as {@link TrainingRun#startFrom} takes them
     */
    public float[] prune(TrainedModel model) {
        Objects.requireNonNull(model, "model");
        float[] numbers = model.numbers();
        boolean[] weights = weights(model, numbers.length);
        if (perArray) {
            int offset = 0;
            for (Parameter parameter : model.trainable().parameters()) {
                prune(numbers, weights, offset, offset + parameter.size());
                offset += parameter.size();
            }
        } else {
            prune(numbers, weights, 0, numbers.length);
        }
        return numbers;
    }

    private static boolean[] weights(TrainedModel model, int length) {
        boolean[] weights = new boolean[length];
        int offset = 0;
        for (Parameter parameter : model.trainable().parameters()) {
            Arrays.fill(
                    weights,
                    offset,
                    offset + parameter.size(),
                    parameter.shape().rank() > 1);
            offset += parameter.size();
        }
        return weights;
    }

    private void prune(float[] numbers, boolean[] weights, int from, int to) {
        float[] magnitudes = new float[to - from];
        int count = 0;
        for (int i = from; i < to; i++) {
            if (weights[i]) {
                magnitudes[count++] = Math.abs(numbers[i]);
            }
        }
        int pruned = (int) Math.round(count * sparsity);
        if (pruned == 0) {
            return;
        }
        Arrays.sort(magnitudes, 0, count);
        float threshold = magnitudes[pruned - 1];
        int left = pruned;
        for (int i = from; i < to; i++) {
            if (weights[i] && Math.abs(numbers[i]) < threshold) {
                numbers[i] = 0;
                left--;
            }
        }
        // Of those at the threshold, so many that the part is exact.
        for (int i = from; i < to && left > 0; i++) {
            if (weights[i] && Math.abs(numbers[i]) == threshold) {
                numbers[i] = 0;
                left--;
            }
        }
    }

    private static double fraction(double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException("sparsity must be in [0, 1), got " + value);
        }
        return value;
    }
}
