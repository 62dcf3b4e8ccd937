package io.aidc.training.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Describes a feed-forward network: layers that rows go through in order.
 *
 * <p>The shapes are checked here, once; whoever reads a network may rely on them.
 *
 * {@snippet class="io.aidc.training.SnippetsTest" region="network"}
 *
 * <p>Immutable.
 *
 * @param layers the layers, first to last; at least one has parameters
 */
public record Network(List<Layer> layers) {
    /** Most numbers a network may train: a flat float32 buffer of them fits one Java buffer. */
    public static final int MAX_PARAMETERS = (1 << 29) - 16;

    /**
     * Checks that each layer takes what the one before hands on.
     *
     * @throws IllegalArgumentException naming the layer, the width it takes and the width it would get
     */
    public Network {
        layers = List.copyOf(layers);
        int width = Layer.ANY_WIDTH;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            if (layer.inputs() != Layer.ANY_WIDTH) {
                if (width != Layer.ANY_WIDTH && width != layer.inputs()) {
                    throw new IllegalArgumentException("layer %d (%s) takes rows of width %d, but gets width %d"
                            .formatted(i, layer, layer.inputs(), width));
                }
                width = layer.outputs();
            }
        }
        long count = parametersOf(layers).stream().mapToLong(Parameter::size).sum();
        if (count == 0) {
            throw new IllegalArgumentException("a network needs a layer with parameters, got " + layers);
        }
        if (count > MAX_PARAMETERS) {
            throw new IllegalArgumentException(
                    "a network may have at most %d parameters, got %d".formatted(MAX_PARAMETERS, count));
        }
    }

    /**
     * Makes a network of layers.
     *
     * @param layers the layers, first to last
     * @return the network
     * @throws IllegalArgumentException if no layer has parameters or two neighbours do not fit; the message names the
     *     layer (from 0), the width it takes and the width it would get
     */
    public static Network of(Layer... layers) {
        return new Network(List.of(layers));
    }

    /**
     * Gives the width of the rows the network takes.
     *
     * @return the number of features, &gt; 0
     */
    public int inputs() {
        for (Layer layer : layers) {
            if (layer.inputs() != Layer.ANY_WIDTH) {
                return layer.inputs();
            }
        }
        throw new AssertionError("a layer with parameters has a width");
    }

    /**
     * Gives the width of the rows the network answers with.
     *
     * @return the number of outputs, &gt; 0
     */
    public int outputs() {
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (layers.get(i).outputs() != Layer.ANY_WIDTH) {
                return layers.get(i).outputs();
            }
        }
        throw new AssertionError("a layer with parameters has a width");
    }

    /**
     * Lists the trained arrays in the order of the layers, weight before bias.
     *
     * @return the parameters
     */
    public List<Parameter> parameters() {
        return parametersOf(layers);
    }

    /**
     * Counts the trained numbers.
     *
     * @return the sum of the sizes of all parameters, &gt; 0
     */
    public int parameterCount() {
        return parameters().stream().mapToInt(Parameter::size).sum();
    }

    private static List<Parameter> parametersOf(List<Layer> layers) {
        List<Parameter> all = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            if (layer instanceof Layer.Linear linear) {
                all.add(new Parameter(i + ".weight", List.of(linear.outputs(), linear.inputs())));
                all.add(new Parameter(i + ".bias", List.of(linear.outputs())));
            } else if (layer instanceof Layer.LayerNorm norm) {
                all.add(new Parameter(i + ".weight", List.of(norm.width())));
                all.add(new Parameter(i + ".bias", List.of(norm.width())));
            }
        }
        return List.copyOf(all);
    }
}
