package io.aidc.training.torch.internal;

import io.aidc.training.engine.Replica;
import io.aidc.training.engine.Trainable;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A network of layers, computed by libtorch. */
public record TorchTrainable(Network network, Loss loss) implements Trainable {
    @Override
    public String description() {
        return "%s, %s".formatted(network.layers(), loss);
    }

    @Override
    public Map<String, String> versions() {
        return LibraryVersions.present("org.bytedeco", "pytorch", "openblas", "javacpp");
    }

    @Override
    public void requireFit(int features, int classes, int targets) {
        require("features", network.inputs(), features);
        int outputs = network.outputs();
        switch (loss) {
            case CROSS_ENTROPY -> {
                if (classes == 0) {
                    throw new IllegalArgumentException("CROSS_ENTROPY needs classes, the data has " + targets
                            + " numeric targets; use MSE or BINARY_CROSS_ENTROPY");
                }
                require("outputs", outputs, classes);
            }
            case BINARY_CROSS_ENTROPY -> {
                if (classes > 2) {
                    throw new IllegalArgumentException(
                            "BINARY_CROSS_ENTROPY needs 2 classes or numeric targets, the data has " + classes
                                    + " classes; use CROSS_ENTROPY");
                }
                require("outputs", outputs, targets);
            }
            case MSE -> {
                if (classes > 0) {
                    throw new IllegalArgumentException(
                            "MSE needs numeric targets, the data has " + classes + " classes; use CROSS_ENTROPY");
                }
                require("outputs", outputs, targets);
            }
        }
    }

    private static void require(String what, int network, int data) {
        if (network != data) {
            throw new IllegalArgumentException(
                    "the network has %d %s, but the data needs %d".formatted(network, what, data));
        }
    }

    @Override
    public List<Parameter> parameters() {
        return network.parameters();
    }

    @Override
    public int outputs() {
        return network.outputs();
    }

    @Override
    public float[] initialParameters(long seed) {
        float[] all = new float[network.parameterCount()];
        var random = new SplittableRandom(seed);
        int offset = 0;
        for (Layer layer : network.layers()) {
            if (layer instanceof Layer.Linear linear) {
                double bound = 1 / Math.sqrt(linear.inputs());
                int end = offset + linear.outputs() * (linear.inputs() + 1);
                for (; offset < end; offset++) {
                    all[offset] = (float) random.nextDouble(-bound, bound);
                }
            } else if (layer instanceof Layer.LayerNorm norm) {
                Arrays.fill(all, offset, offset + norm.width(), 1);
                offset += 2 * norm.width();
            }
        }
        return all;
    }

    @Override
    public boolean clipsRows() {
        return true;
    }

    @Override
    public Replica replica(FloatBuffer parameters, long seed) {
        Tensors.load();
        return new TorchReplica(this, parameters, seed);
    }
}
