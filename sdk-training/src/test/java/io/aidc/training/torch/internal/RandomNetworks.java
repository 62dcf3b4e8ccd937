package io.aidc.training.torch.internal;

import io.aidc.training.network.Function;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import io.aidc.training.network.Positions;
import io.aidc.training.network.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Small networks of every kind of layer that keeps rows apart, without dropout. */
final class RandomNetworks {
    private final SplittableRandom random;
    private final List<Layer> layers = new ArrayList<>();

    private RandomNetworks(SplittableRandom random) {
        this.random = random;
    }

    static Network of(SplittableRandom random) {
        var made = new RandomNetworks(random);
        return switch (random.nextInt(5)) {
            case 0 -> made.flat();
            case 1 -> made.sequence();
            case 2 -> made.text();
            case 3 -> made.image();
            default -> made.recurrent();
        };
    }

    /** Features that the network takes: ids for one that begins with an embedding. */
    static float[] features(SplittableRandom random, Network network, int rows, double scale) {
        float[] features = Replicas.uniform(random, rows * network.inputs(), scale);
        network.vocabulary().ifPresent(ids -> {
            for (int i = 0; i < features.length; i++) {
                features[i] = random.nextInt(ids);
            }
        });
        return features;
    }

    private Network flat() {
        int input = from(1, 12);
        int width = input;
        for (int i = from(1, 4); i > 0; i--) {
            int next = from(1, 12);
            layers.add(linear(width, next));
            width = next;
            between(width);
            if (random.nextInt(4) == 0) {
                layers.add(Layer.groupNorm(width % 2 == 0 ? 2 : 1, width));
            }
        }
        return ending(Shape.of(input), width);
    }

    private Network sequence() {
        int steps = from(1, 9);
        int width = 2 * from(2, 6);
        int input = from(1, 12);
        layers.add(linear(input, width));
        if (random.nextBoolean()) {
            layers.add(Layer.positionalEncoding(positions(), steps + random.nextInt(3), width));
        }
        blocks(width);
        reduced(steps, width);
        return ending(Shape.of(steps, input), flat ? steps * width : width);
    }

    private Network text() {
        int steps = from(1, 9);
        int width = 2 * from(2, 6);
        layers.add(Layer.embedding(from(2, 15), width));
        layers.add(Layer.positionalEncoding(positions(), steps + random.nextInt(3), width));
        blocks(width);
        reduced(steps, width);
        return ending(Shape.of(steps), flat ? steps * width : width);
    }

    private boolean flat;

    private void reduced(int steps, int width) {
        switch (random.nextInt(3)) {
            case 0 -> layers.add(Layer.meanOverSteps());
            case 1 -> layers.add(Layer.lastStep());
            default -> {
                layers.add(Layer.flatten());
                flat = true;
            }
        }
    }

    private void blocks(int width) {
        for (int i = from(1, 2); i > 0; i--) {
            int heads = width % 4 == 0 ? 2 : 1;
            var attention = Layer.attention(width, heads);
            switch (random.nextInt(4)) {
                case 0 -> layers.add(attention);
                case 1 ->
                    layers.add(Layer.transformerBlock(
                            random.nextBoolean() ? attention.causal() : attention, from(1, 12), 0));
                case 2 -> layers.add(Layer.residual(linear(width, width), Layer.rmsNorm(width)));
                default -> layers.add(linear(width, width));
            }
            between(width);
        }
    }

    private Network image() {
        int channels = from(1, 3);
        int height = from(4, 7);
        int width = from(4, 7);
        int groups = from(1, 2);
        int next = groups * from(1, 4);
        int kernel = from(1, 3);
        int stride = from(1, 2);
        int padding = from(0, 1);
        Shape shape = Shape.of(channels, height, width);
        layers.add(conv(channels, groups * 2, 1, 1));
        layers.add(Layer.activation(Function.TANH));
        var conv = new Layer.Conv2d(groups * 2, next, kernel, stride, padding, groups, random.nextBoolean());
        layers.add(conv);
        if (random.nextBoolean()) {
            layers.add(Layer.groupNorm(groups, next));
        }
        if (random.nextBoolean()) {
            int other = from(1, 3);
            int large = from(2, 3);
            layers.add(Layer.convTranspose2d(next, other, large, large).padding(random.nextInt(2), large - 1));
            next = other;
        }
        layers.add(Layer.silu());
        layers.add(Layer.concat(
                conv(next, 2, 3, 1), Layer.residual(conv(next, next, 3, 1)).shortcut(conv(next, next, 1, 0))));
        next += 2;
        if (random.nextBoolean()) {
            layers.add(Layer.globalAveragePool());
            return ending(shape, next);
        }
        layers.add(random.nextBoolean() ? Layer.maxPool2d(2) : Layer.averagePool2d(2));
        layers.add(Layer.flatten());
        int size = Network.of(shape, layers.toArray(Layer[]::new)).outputs();
        return ending(shape, size);
    }

    private Network recurrent() {
        int steps = from(1, 6);
        int input = from(1, 5);
        int hidden = from(1, 6);
        var cell = random.nextBoolean() ? Layer.lstm(input, hidden) : Layer.gru(input, hidden);
        boolean both = random.nextBoolean();
        layers.add(both ? cell.bothWays() : cell);
        layers.add(Layer.lastStep());
        return ending(Shape.of(steps, input), both ? 2 * hidden : hidden);
    }

    private Layer conv(int inputs, int outputs, int kernel, int padding) {
        var conv = Layer.conv2d(inputs, outputs, kernel).padding(padding);
        return random.nextBoolean() ? conv : conv.withoutBias();
    }

    private Layer.Linear linear(int inputs, int outputs) {
        var linear = Layer.linear(inputs, outputs);
        return random.nextBoolean() ? linear : linear.withoutBias();
    }

    private Positions positions() {
        return random.nextBoolean() ? Positions.LEARNED : Positions.values()[0];
    }

    private void between(int width) {
        switch (random.nextInt(6)) {
            case 0 -> layers.add(Layer.relu());
            case 1 -> layers.add(Layer.tanh());
            case 2 -> layers.add(Layer.gelu());
            case 3 -> layers.add(Layer.layerNorm(width));
            case 4 -> layers.add(Layer.rmsNorm(width));
            default -> layers.add(Layer.scale(new float[width], Replicas.uniform(random, width, 2)));
        }
    }

    private Network ending(Shape input, int width) {
        layers.add(Layer.linear(width, from(1, 3)));
        return Network.of(input, layers.toArray(Layer[]::new));
    }

    private int from(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }
}
