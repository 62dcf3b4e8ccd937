package io.aidc.training;

import io.aidc.training.network.Function;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Positions;
import io.aidc.training.network.Shape;
import io.aidc.training.optim.Sgd;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Networks that hold each layer of the spec in each of its forms, and random ones that hold several. */
public final class EveryLayer {
    private EveryLayer() {}

    /** Small networks by what they show. */
    public static Map<String, Network> networks() {
        Map<String, Network> all = new LinkedHashMap<>();
        flat(all);
        images(all);
        sequences(all);
        joined(all);
        return all;
    }

    private static void flat(Map<String, Network> all) {
        all.put("linear", Network.of(Layer.linear(5, 3)));
        all.put("linear without bias", Network.of(Layer.linear(5, 3).withoutBias()));
        all.put(
                "fixed layers",
                Network.of(
                        Layer.clamp(new float[] {-1, -1, -2}, new float[] {1, 0.5f, 2}),
                        Layer.scale(new float[] {0.5f, 0, 1}, new float[] {1, 2, 0.5f}),
                        Layer.linear(3, 2)));
        for (Function function : Function.values()) {
            all.put(function.name(), Network.of(Layer.linear(4, 6), Layer.activation(function)));
        }
        all.put("softmax of steps", Network.of(Shape.of(3, 4), Layer.linear(4, 6), Layer.activation(Function.SOFTMAX)));
        all.put("layer norm", Network.of(Layer.linear(4, 16), Layer.layerNorm(16)));
        all.put("rms norm", Network.of(Layer.linear(4, 16), Layer.rmsNorm(16)));
        all.put("group norm of features", Network.of(Layer.linear(4, 16), Layer.groupNorm(2, 16)));
        all.put("batch norm of features", Network.of(Layer.linear(4, 8), Layer.batchNorm(8), Layer.relu()));
        all.put("dropout at the ends", Network.of(Layer.dropout(0.4), Layer.linear(4, 3), Layer.dropout(0.2)));
        all.put("nothing but a shape", Network.of(Layer.linear(4, 6), Layer.reshape(1, 2, 3)));
    }

    private static void images(Map<String, Network> all) {
        Shape image = Shape.of(2, 7, 6);
        all.put("convolution", Network.of(image, Layer.conv2d(2, 4, 3)));
        all.put(
                "convolution with all options",
                Network.of(
                        image,
                        Layer.conv2d(2, 4, 3).stride(2).padding(1).groups(2).withoutBias()));
        all.put("convolution transposed", Network.of(image, Layer.convTranspose2d(2, 3, 2, 2)));
        all.put(
                "convolution transposed with all options",
                Network.of(image, Layer.convTranspose2d(2, 3, 3, 2).padding(1, 1)));
        for (Layer.Pooling pooling : Layer.Pooling.values()) {
            all.put(
                    "pooling " + pooling,
                    Network.of(
                            image,
                            Layer.conv2d(2, 3, 1),
                            new Layer.Pool2d(pooling, 2, 2, 0),
                            Layer.flatten(),
                            Layer.linear(27, 2)));
            all.put(
                    "pooling with all options " + pooling,
                    Network.of(image, Layer.conv2d(2, 3, 1), new Layer.Pool2d(pooling, 3, 2, 1)));
        }
        all.put("global pooling", Network.of(image, Layer.conv2d(2, 5, 3), Layer.globalAveragePool()));
        all.put("group norm", Network.of(image, Layer.conv2d(2, 6, 3), Layer.groupNorm(3, 6)));
        all.put("batch norm", Network.of(image, Layer.conv2d(2, 6, 3).withoutBias(), Layer.batchNorm(6)));
        all.put("layer norm of pixels", Network.of(image, Layer.conv2d(2, 3, 1), Layer.layerNorm(6)));
    }

    private static void sequences(Map<String, Network> all) {
        Shape steps = Shape.of(5, 8);
        all.put("linear of steps", Network.of(steps, Layer.linear(8, 3)));
        all.put(
                "linear of steps without bias",
                Network.of(steps, Layer.linear(8, 3).withoutBias()));
        all.put("last step", Network.of(steps, Layer.linear(8, 3), Layer.lastStep()));
        all.put("mean over steps", Network.of(steps, Layer.linear(8, 3), Layer.meanOverSteps()));
        all.put("embedding", Network.of(Shape.of(6), Layer.embedding(11, 4), Layer.meanOverSteps()));
        for (Positions positions : Positions.values()) {
            all.put(
                    "positions " + positions,
                    Network.of(
                            Shape.of(6),
                            Layer.embedding(11, 4),
                            Layer.positionalEncoding(positions, 9, 4),
                            Layer.linear(4, 2)));
        }
        all.put(
                "positions to the last",
                Network.of(Shape.of(6), Layer.embedding(11, 4), Layer.positionalEncoding(Positions.LEARNED, 6, 4)));
        all.put("attention", Network.of(steps, Layer.attention(8, 2)));
        all.put("attention causal", Network.of(steps, Layer.attention(8, 4).causal()));
        all.put(
                "transformer",
                Network.of(
                        Shape.of(6),
                        Layer.embedding(11, 8),
                        Layer.positionalEncoding(Positions.SINUSOIDAL, 6, 8),
                        Layer.transformerBlock(Layer.attention(8, 2).causal(), 12, 0.1),
                        Layer.transformerBlock(Layer.attention(8, 2).causal(), 12, 0.1),
                        Layer.layerNorm(8),
                        Layer.linear(8, 11)));
        for (Layer.Recurrent cell : List.of(Layer.lstm(8, 5), Layer.gru(8, 5))) {
            all.put(cell.cell().name(), Network.of(steps, cell));
            all.put(
                    cell.cell() + " both ways",
                    Network.of(steps, cell.bothWays(), Layer.lastStep(), Layer.linear(10, 2)));
        }
    }

    private static void joined(Map<String, Network> all) {
        all.put("residual", Network.of(Layer.linear(4, 6), Layer.residual(Layer.linear(6, 6), Layer.tanh())));
        all.put(
                "residual with a shortcut",
                Network.of(
                        Shape.of(2, 5, 5),
                        Layer.residual(
                                        Layer.conv2d(2, 4, 3).padding(1).withoutBias(),
                                        Layer.batchNorm(4),
                                        Layer.relu(),
                                        Layer.conv2d(4, 4, 3).padding(1))
                                .shortcut(Layer.conv2d(2, 4, 1), Layer.batchNorm(4)),
                        Layer.relu()));
        all.put("residual of nothing", Network.of(Layer.linear(4, 6), Layer.residual()));
        all.put(
                "concat",
                Network.of(
                        Shape.of(2, 5, 5),
                        Layer.concat(
                                Layer.conv2d(2, 3, 1),
                                Layer.sequential(Layer.conv2d(2, 2, 3).padding(1), Layer.relu()),
                                Layer.sequential())));
        all.put(
                "concat along the last axis",
                Network.of(
                        Shape.of(3, 4),
                        Layer.concat(Layer.linear(4, 2), Layer.sequential()).along(-1)));
        all.put(
                "nesting",
                Network.of(
                        Shape.of(4),
                        Layer.sequential(Layer.sequential(Layer.linear(4, 6), Layer.gelu()), Layer.dropout(0.1)),
                        Layer.residual(
                                Layer.residual(Layer.linear(6, 6)),
                                Layer.concat(Layer.linear(6, 2), Layer.linear(6, 4))),
                        Layer.sequential()));
    }

    /** A network of several layers, drawn from a seed. */
    public static Network random(long seed) {
        return new Draw(new SplittableRandom(seed)).network();
    }

    /** A network trained for two steps from random numbers, so that neither arrays nor statistics are as they begin. */
    public static TrainingResult trained(Network network, long seed) {
        float[][] rows = rows(network, 8, seed);
        float[][] targets = numbers(new SplittableRandom(seed + 1), 8, network.outputs());
        return TrainingRun.of(network, Loss.MSE)
                .optimizer(Sgd.rate(1e-3))
                .startFrom(start(network, seed))
                .batchSize(4)
                .steps(2)
                .seed(seed)
                .fit(Dataset.regression(rows, targets));
    }

    private static float[] start(Network network, long seed) {
        var random = new SplittableRandom(seed);
        float[] start = network.initialParameters(seed);
        int offset = 0;
        List<Parameter> arrays = new ArrayList<>(network.parameters());
        arrays.addAll(network.statistics());
        for (Parameter array : arrays) {
            boolean positive = array.name().endsWith("running_var");
            for (int i = 0; i < array.size(); i++) {
                start[offset + i] += (float) (positive ? random.nextDouble(-0.5, 2) : random.nextDouble(-0.2, 0.2));
            }
            offset += array.size();
        }
        return start;
    }

    /** Rows that a network takes: ids, or numbers. */
    public static float[][] rows(Network network, int count, long seed) {
        var random = new SplittableRandom(seed);
        float[][] rows = numbers(random, count, network.inputs());
        network.vocabulary().ifPresent(vocabulary -> {
            for (float[] row : rows) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = random.nextInt(vocabulary);
                }
            }
        });
        return rows;
    }

    private static float[][] numbers(SplittableRandom random, int count, int width) {
        float[][] rows = new float[count][width];
        for (float[] row : rows) {
            for (int i = 0; i < width; i++) {
                row[i] = (float) random.nextDouble(-2, 2);
            }
        }
        return rows;
    }

    /** Draws layers that fit one another. */
    private static final class Draw {
        private static final List<Function> ACTIVATIONS =
                List.copyOf(EnumSet.complementOf(EnumSet.of(Function.SOFTMAX)));

        private final SplittableRandom random;
        private final List<Layer> layers = new ArrayList<>();
        private int width;

        Draw(SplittableRandom random) {
            this.random = random;
        }

        Network network() {
            return switch (random.nextInt(3)) {
                case 0 -> image();
                case 1 -> sequence();
                default -> {
                    width = between(3, 9);
                    int inputs = width;
                    flat(between(2, 5));
                    yield Network.of(Shape.of(inputs), layers.toArray(Layer[]::new));
                }
            };
        }

        private Network image() {
            width = between(1, 4);
            int edge = between(6, 10);
            Shape input = Shape.of(width, edge, edge);
            for (int i = between(1, 3); i > 0; i--) {
                layers.add(pixels());
            }
            if (random.nextBoolean()) {
                layers.add(
                        random.nextBoolean()
                                ? Layer.maxPool2d(2)
                                : Layer.averagePool2d(2).padding(1));
            }
            layers.add(Layer.conv2d(width, width + 1, 3).padding(1).stride(between(1, 2)));
            width++;
            layers.add(Layer.globalAveragePool());
            flat(between(1, 2));
            return Network.of(input, layers.toArray(Layer[]::new));
        }

        private Layer pixels() {
            int channels = 2 * between(1, 4);
            Layer convolution = Layer.conv2d(width, channels, 3).padding(1);
            Layer norm = random.nextBoolean() ? Layer.batchNorm(channels) : Layer.groupNorm(2, channels);
            int before = width;
            width = channels;
            return switch (random.nextInt(3)) {
                case 0 -> Layer.sequential(convolution, norm, activation());
                case 1 -> Layer.residual(convolution, norm, activation()).shortcut(Layer.conv2d(before, channels, 1));
                default -> {
                    width = channels + before;
                    yield Layer.concat(Layer.sequential(convolution, activation()), Layer.sequential());
                }
            };
        }

        private Network sequence() {
            int steps = between(2, 6);
            width = 4 * between(1, 3);
            boolean ids = random.nextBoolean();
            Shape input = ids ? Shape.of(steps) : Shape.of(steps, width);
            if (ids) {
                layers.add(Layer.embedding(between(5, 20), width));
            }
            layers.add(Layer.positionalEncoding(
                    random.nextBoolean() ? Positions.SINUSOIDAL : Positions.LEARNED, steps + random.nextInt(3), width));
            for (int i = between(1, 2); i > 0; i--) {
                layers.add(ofSteps());
            }
            layers.add(random.nextBoolean() ? Layer.lastStep() : Layer.meanOverSteps());
            flat(1);
            return Network.of(input, layers.toArray(Layer[]::new));
        }

        private Layer ofSteps() {
            int before = width;
            Layer.MultiHeadAttention attention = Layer.attention(width, random.nextBoolean() ? 2 : 4);
            return switch (random.nextInt(3)) {
                case 0 -> Layer.transformerBlock(random.nextBoolean() ? attention.causal() : attention, 8, 0.1);
                case 1 -> {
                    width = 4 * between(1, 2);
                    yield random.nextBoolean() ? Layer.lstm(before, width) : Layer.gru(before, width);
                }
                default -> {
                    width = 8;
                    yield (random.nextBoolean() ? Layer.lstm(before, 4) : Layer.gru(before, 4)).bothWays();
                }
            };
        }

        private void flat(int count) {
            for (int i = 0; i < count; i++) {
                int before = width;
                width = 4 * between(1, 4);
                layers.add(Layer.linear(before, width));
                layers.add(activation());
                switch (random.nextInt(4)) {
                    case 0 -> layers.add(Layer.residual(Layer.rmsNorm(width), Layer.linear(width, width)));
                    case 1 -> layers.add(Layer.batchNorm(width));
                    case 2 -> layers.add(Layer.dropout(0.3));
                    default -> layers.add(Layer.sequential());
                }
            }
            layers.add(Layer.linear(width, between(1, 5)));
        }

        private Layer activation() {
            return Layer.activation(ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size())));
        }

        private int between(int low, int high) {
            return random.nextInt(low, high + 1);
        }
    }
}
