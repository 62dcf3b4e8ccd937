package io.aidc.training.network;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Describes a feed-forward network: layers that rows go through in order.
 *
 * <p>The shapes are checked here, once; whoever reads a network may rely on them. A data set's rows are flat: a network of
 * images or sequences says how they are shaped, {@code Network.of(Shape.of(1, 28, 28), …)}.
 *
 * {@snippet class="io.aidc.training.SnippetsTest" region="network"}
 *
 * <p>Immutable.
 *
 * @param input the shape of a row
 * @param layers the layers, first to last; at least one has parameters
 * @param initializer what the trained matrices start from
 */
public record Network(Shape input, List<Layer> layers, Initializer initializer) {
    /** Most numbers a network may hold: a flat float32 buffer of them fits one Java buffer. */
    public static final int MAX_PARAMETERS = (1 << 29) - 16;

    /**
     * Checks that each layer takes what the one before hands on.
     *
     * @throws IllegalArgumentException naming the layer, the shape it takes and the shape it would get
     */
    public Network {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(initializer, "initializer");
        layers = List.copyOf(layers);
        new Shapes(input).through(layers);
        Weights weights = new Weights().of(layers);
        long trained = count(weights.parameters());
        if (trained == 0) {
            throw new IllegalArgumentException("a network needs a layer with parameters, got " + layers);
        }
        if (trained + count(weights.statistics()) > MAX_PARAMETERS) {
            throw new IllegalArgumentException("a network may have at most %d parameters, got %d"
                    .formatted(MAX_PARAMETERS, trained + count(weights.statistics())));
        }
    }

    /**
     * Makes a network of flat rows, as wide as the first layer asks for.
     *
     * @param layers the layers, first to last; the first but for functions and dropout is of a known width
     * @return the network
     * @throws IllegalArgumentException if no layer has parameters, the width is not known, or two neighbours do not fit; the
     *     message names the layer (from 0), the shape it takes and the shape it would get
     */
    public static Network of(Layer... layers) {
        for (Layer layer : layers) {
            OptionalInt width = width(layer);
            if (width.isPresent()) {
                return of(Shape.of(width.getAsInt()), layers);
            }
            if (!(layer instanceof Layer.Activation) && !(layer instanceof Layer.Dropout)) {
                break;
            }
        }
        throw new IllegalArgumentException(
                "the layers do not tell the shape of a row, give it as Network.of(Shape.of(...), ...): "
                        + List.of(layers));
    }

    /**
     * Makes a network.
     *
     * @param input the shape of a row
     * @param layers the layers, first to last
     * @return the network
     * @throws IllegalArgumentException if no layer has parameters or two neighbours do not fit; the message names the
     *     layer (from 0, and within it), the shape it takes and the shape it would get
     */
    public static Network of(Shape input, Layer... layers) {
        return new Network(input, List.of(layers), Initializer.DEFAULT);
    }

    private static OptionalInt width(Layer layer) {
        if (layer instanceof Layer.Linear linear) {
            return OptionalInt.of(linear.inputs());
        }
        if (layer instanceof Layer.Scale scale) {
            return OptionalInt.of(scale.shift().length);
        }
        if (layer instanceof Layer.Clamp clamp) {
            return OptionalInt.of(clamp.low().length);
        }
        if (layer instanceof Layer.LayerNorm norm) {
            return OptionalInt.of(norm.width());
        }
        if (layer instanceof Layer.RmsNorm norm) {
            return OptionalInt.of(norm.width());
        }
        if (layer instanceof Layer.Reshape reshape) {
            return OptionalInt.of(reshape.shape().size());
        }
        return OptionalInt.empty();
    }

    /**
     * Gives this network with other numbers to start from.
     *
     * @param value what the trained matrices start from
     * @return a changed copy
     */
    public Network initializer(Initializer value) {
        return new Network(input, layers, value);
    }

    /**
     * Gives the width of the flat rows the network takes.
     *
     * @return the number of features, &gt; 0
     */
    public int inputs() {
        return input.size();
    }

    /**
     * Gives the shape the network answers a row with.
     *
     * @return the shape the last layer hands on
     */
    public Shape output() {
        return new Shapes(input).through(layers);
    }

    /**
     * Gives the width of the flat rows the network answers with.
     *
     * @return the number of outputs, &gt; 0
     */
    public int outputs() {
        return output().size();
    }

    /**
     * Tells how many ids a network of sequences knows.
     *
     * @return the vocabulary of the embedding the network begins with; empty if it takes other numbers than ids
     */
    public OptionalInt vocabulary() {
        @Nullable Layer first = layers.get(0);
        while (first instanceof Layer.Sequential sequential) {
            first = sequential.layers().isEmpty() ? null : sequential.layers().get(0);
        }
        return first instanceof Layer.Embedding embedding
                ? OptionalInt.of(embedding.vocabulary())
                : OptionalInt.empty();
    }

    /**
     * Lists the trained arrays in the order of the layers, weight before bias.
     *
     * @return the parameters
     */
    public List<Parameter> parameters() {
        return new Weights().of(layers).parameters();
    }

    /**
     * Lists the arrays that are kept beside the parameters and not trained: the running statistics of batch normalisation.
     *
     * @return names and shapes, in the order of the layers; mostly none
     */
    public List<Parameter> statistics() {
        return new Weights().of(layers).statistics();
    }

    /**
     * Lists the trained arrays of one layer and those within it.
     *
     * @param layer the layer
     * @return the parameters, named as if it were a network's first
     */
    public static List<Parameter> arraysOf(Layer layer) {
        return new Weights().of(List.of(layer)).parameters();
    }

    /**
     * Lists the running statistics of one layer and those within it.
     *
     * @param layer the layer
     * @return the statistics, named as if it were a network's first
     */
    public static List<Parameter> statisticsOf(Layer layer) {
        return new Weights().of(List.of(layer)).statistics();
    }

    /**
     * Counts the trained numbers.
     *
     * @return the sum of the sizes of all parameters, &gt; 0
     */
    public int parameterCount() {
        return (int) count(parameters());
    }

    /**
     * Draws what training starts from; the same seed gives the same numbers on every machine.
     *
     * @param seed selects the draw
     * @return all parameters, then all statistics, flat
     */
    public float[] initialParameters(long seed) {
        return new Weights().of(layers).initial(initializer, seed);
    }

    /**
     * Describes the network for people: a line for each layer with its place, the shape it hands on and the numbers it trains.
     *
     * @return a table of several lines
     */
    public String summary() {
        return Summary.of(this);
    }

    private static long count(List<Parameter> arrays) {
        return arrays.stream().mapToLong(Parameter::size).sum();
    }
}
