package io.aidc.training.compress;

import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Parameter;
import io.aidc.training.torch.internal.TorchTrainable;
import io.aidc.training.torch.internal.WeightGrid;
import java.util.List;
import java.util.Objects;

/**
 * Rounds the weights of {@code Linear} and {@code Conv2d} layers to what few bits can hold: symmetric around 0, with a step for
 * each output, the greatest weight of the output divided by {@code 2^(bits-1) - 1}. Biases and the arrays of other layers are
 * left alone.
 *
 * <p>At 8 bits a trained model mostly keeps its accuracy; at 4 and fewer it needs training for it, {@link
 * TrainingRun#quantizeWeights}. A model of such a run is rounded: rounding it to as many bits changes nothing, and an integer
 * runtime that rounds weights symmetrically for each output, as ONNX Runtime does, finds the same integers.
 *
 * {@snippet class="io.aidc.training.compress.CompressSnippetsTest" region="quantize"}
 *
 * <p>Immutable.
 *
 * @see <a href="https://arxiv.org/abs/1712.05877">Jacob et al. 2018, section 2.1</a>
 */
public final class WeightRounding {
    private final int bits;

    private WeightRounding(int bits) {
        this.bits = bits;
    }

    /**
     * Makes a rounding.
     *
     * @param bits how many bits a weight has, sign included, in [2, 8]
     * @return the rounding
     * @throws IllegalArgumentException if they are out of range
     */
    public static WeightRounding toBits(int bits) {
        return new WeightRounding(WeightGrid.requireBits(bits));
    }

    /**
     * Rounds a model's weights.
     *
     * @param model the model, which is left as it is
     * @return its numbers with rounded weights, as {@link TrainingRun#startFrom} and {@link TrainedModel#of} take them
     * @throws IllegalArgumentException if the model came from another engine
     */
    public float[] round(TrainedModel model) {
        Objects.requireNonNull(model, "model");
        if (!(model.trainable() instanceof TorchTrainable trainable)) {
            throw new IllegalArgumentException("only networks of this module's layers can be rounded, got "
                    + model.trainable().description());
        }
        float[] numbers = model.numbers();
        List<Boolean> rounded = WeightGrid.rounded(trainable.network());
        List<Parameter> parameters = trainable.parameters();
        int from = 0;
        for (int i = 0; i < parameters.size(); i++) {
            int size = parameters.get(i).size();
            int outputs = parameters.get(i).shape().extent(0);
            for (int output = 0; rounded.get(i) && output < outputs; output++) {
                WeightGrid.round(
                        numbers, from + output * (size / outputs), from + (output + 1) * (size / outputs), bits);
            }
            from += size;
        }
        return numbers;
    }
}
