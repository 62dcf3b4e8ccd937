package io.aidc.training.compress;

import io.aidc.training.TrainedModel;
import io.aidc.training.network.Function;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Takes whole units out of a network: outputs of {@link Layer.Linear} and channels of {@link Layer.Conv2d}, with everything
 * behind them that belongs to them. What is left is a smaller network that computes less.
 *
 * <p>Units of the least L2 norm go first. It is done where a layer's result reaches the next linear layer or convolution
 * through nothing but functions, dropout, pooling, batch normalisation and flattening; layers elsewhere, such as those around
 * attention or in branches, or steps of a sequence that are flattened, are left alone.
 *
 * {@snippet class="io.aidc.training.compress.CompressSnippetsTest" region="structured"}
 *
 * <p>Immutable.
 *
 * @see <a href="https://arxiv.org/abs/1608.08710">Li et al. 2017, Pruning Filters for Efficient ConvNets</a>
 */
public final class StructuredPruning {
    private final double kept;

    private StructuredPruning(double kept) {
        this.kept = kept;
    }

    /**
     * Makes a pruning.
     *
     * @param part the part of the units that each layer keeps, in (0, 1]; at least one is kept
     * @return the pruning
     * @throws IllegalArgumentException if the part is out of range
     */
    public static StructuredPruning keeping(double part) {
        if (!(part > 0 && part <= 1)) {
            throw new IllegalArgumentException("part must be in (0, 1], got " + part);
        }
        return new StructuredPruning(part);
    }

    /**
     * Holds a smaller network.
     *
     * @param network its layers
     * @param numbers what fine-tuning starts from, as {@code TrainingRun.startFrom} takes them
     */
    @SuppressWarnings("ArrayRecordComponent") // a hand-over; the run that takes the numbers copies them
    public record Pruned(Network network, float[] numbers) {}

    /**
     * Prunes a model.
     *
     * @param network the network it was made of
     * @param model the model, which is left as it is
     * @return the smaller network and its numbers
     * @throws IllegalArgumentException if the model was not made of that network
     */
    public Pruned prune(Network network, TrainedModel model) {
        requireSame(network.parameters(), model.trainable().parameters());
        requireSame(network.statistics(), model.trainable().statistics());
        Map<String, float[]> arrays = new HashMap<>(model.parameters());
        arrays.putAll(model.statistics());
        List<Layer> layers = new ArrayList<>(network.layers());
        for (int i = 0; i < layers.size(); i++) {
            int reader = reader(network.input(), layers, i);
            if (reader > 0) {
                shrink(layers, i, reader, arrays);
            }
        }
        var smaller = new Network(network.input(), layers, network.initializer());
        return new Pruned(smaller, numbers(smaller, arrays));
    }

    private static void requireSame(List<Parameter> asked, List<Parameter> there) {
        if (!asked.equals(there)) {
            throw new IllegalArgumentException(
                    "the model was made of another network: it has %s, but the network has %s".formatted(there, asked));
        }
    }

    /** The layer that reads the units of layer {@code from} and nothing else; -1 if there is none. */
    private static int reader(Shape input, List<Layer> layers, int from) {
        if (!hasUnits(layers.get(from))) {
            return -1;
        }
        // The units of a convolution are the first axis of its rows, those of a linear layer the last, which may be the
        // only one.
        boolean isFirstAxis = layers.get(from) instanceof Layer.Conv2d;
        boolean isOnlyAxis = !isFirstAxis && isFlatAfter(input, layers, from);
        for (int i = from + 1; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            if (hasUnits(layer)) {
                boolean readsFirst = layer instanceof Layer.Conv2d;
                return isOnlyAxis || readsFirst == isFirstAxis ? i : -1;
            }
            if (!keepsUnitsApart(layer, isFirstAxis || isOnlyAxis)) {
                return -1;
            }
            isOnlyAxis |= layer instanceof Layer.Flatten || layer instanceof Layer.Mean;
        }
        return -1;
    }

    private static boolean isFlatAfter(Shape input, List<Layer> layers, int last) {
        return Network.of(input, layers.subList(0, last + 1).toArray(Layer[]::new))
                        .output()
                        .rank()
                == 1;
    }

    private static boolean hasUnits(Layer layer) {
        return layer instanceof Layer.Linear || (layer instanceof Layer.Conv2d conv && conv.groups() == 1);
    }

    private static boolean keepsUnitsApart(Layer layer, boolean isFirstAxis) {
        if (layer instanceof Layer.Activation activation) {
            return activation.function() != Function.SOFTMAX;
        }
        if (layer instanceof Layer.Dropout) {
            return true;
        }
        return isFirstAxis
                && (layer instanceof Layer.Pool2d
                        || layer instanceof Layer.BatchNorm
                        || layer instanceof Layer.Flatten
                        || (layer instanceof Layer.Mean mean && mean.over() == Layer.Mean.Over.PIXELS));
    }

    private void shrink(List<Layer> layers, int from, int reader, Map<String, float[]> arrays) {
        int units = outputs(layers.get(from));
        int[] left = strongest(get(arrays, from + ".weight"), units);
        arrays.put(from + ".weight", rows(get(arrays, from + ".weight"), units, left));
        arrays.computeIfPresent(from + ".bias", (name, bias) -> rows(bias, units, left));
        layers.set(from, withOutputs(layers.get(from), left.length));
        for (int i = from + 1; i < reader; i++) {
            if (layers.get(i) instanceof Layer.BatchNorm norm) {
                for (String name : List.of("weight", "bias", "running_mean", "running_var")) {
                    arrays.put(i + "." + name, rows(get(arrays, i + "." + name), units, left));
                }
                layers.set(i, Layer.batchNorm(norm.channels() / units * left.length));
            }
        }
        int readerOutputs = outputs(layers.get(reader));
        float[] weight = get(arrays, reader + ".weight");
        int perUnit = weight.length / readerOutputs / units;
        arrays.put(reader + ".weight", columns(weight, readerOutputs, units, perUnit, left));
        layers.set(reader, withInputs(layers.get(reader), left.length, perUnit));
    }

    private static float[] get(Map<String, float[]> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    private static int outputs(Layer layer) {
        return layer instanceof Layer.Linear linear ? linear.outputs() : ((Layer.Conv2d) layer).outputs();
    }

    private static Layer withOutputs(Layer layer, int outputs) {
        if (layer instanceof Layer.Linear linear) {
            return new Layer.Linear(linear.inputs(), outputs, linear.bias());
        }
        var conv = (Layer.Conv2d) layer;
        return new Layer.Conv2d(conv.inputs(), outputs, conv.kernel(), conv.stride(), conv.padding(), 1, conv.bias());
    }

    private static Layer withInputs(Layer layer, int units, int perUnit) {
        if (layer instanceof Layer.Linear linear) {
            return new Layer.Linear(units * perUnit, linear.outputs(), linear.bias());
        }
        var conv = (Layer.Conv2d) layer;
        return new Layer.Conv2d(units, conv.outputs(), conv.kernel(), conv.stride(), conv.padding(), 1, conv.bias());
    }

    /** The units of the greatest norm, in their order. */
    private int[] strongest(float[] weight, int units) {
        int width = weight.length / units;
        double[] norms = new double[units];
        for (int i = 0; i < weight.length; i++) {
            norms[i / width] += (double) weight[i] * weight[i];
        }
        int count = (int) Math.max(1, Math.round(units * kept));
        return IntStream.range(0, units)
                .boxed()
                .sorted(Comparator.comparingDouble(unit -> -norms[unit]))
                .limit(count)
                .sorted()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static float[] rows(float[] array, int units, int[] left) {
        int width = array.length / units;
        float[] kept = new float[left.length * width];
        for (int i = 0; i < left.length; i++) {
            System.arraycopy(array, left[i] * width, kept, i * width, width);
        }
        return kept;
    }

    private static float[] columns(float[] array, int rows, int units, int perUnit, int[] left) {
        float[] kept = new float[rows * left.length * perUnit];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < left.length; i++) {
                System.arraycopy(
                        array, (row * units + left[i]) * perUnit, kept, (row * left.length + i) * perUnit, perUnit);
            }
        }
        return kept;
    }

    private static float[] numbers(Network network, Map<String, float[]> arrays) {
        List<Parameter> all = new ArrayList<>(network.parameters());
        all.addAll(network.statistics());
        float[] numbers = new float[all.stream().mapToInt(Parameter::size).sum()];
        int offset = 0;
        for (Parameter array : all) {
            float[] values = get(arrays, array.name());
            if (values.length != array.size()) {
                throw new AssertionError(
                        "%s has %d numbers, got %s".formatted(array, values.length, Arrays.toString(values)));
            }
            System.arraycopy(values, 0, numbers, offset, values.length);
            offset += values.length;
        }
        return numbers;
    }
}
