package io.aidc.training.torch.internal;

import io.aidc.training.engine.Replica;
import io.aidc.training.engine.Trainable;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    public Optional<Loss> answersFor(int classes) {
        return Optional.of(loss);
    }

    @Override
    public void requireFit(int features, int classes, int targets) {
        require("features", network.inputs(), features);
        int outputs = network.outputs();
        if (loss instanceof Loss.CrossEntropy entropy) {
            if (classes == 0) {
                throw new IllegalArgumentException(
                        "%s needs classes, the data has %d numeric targets; use MSE or BINARY_CROSS_ENTROPY"
                                .formatted(loss, targets));
            }
            require("outputs", outputs, classes);
            int weights = entropy.classWeights().length;
            if (weights != 0 && weights != classes) {
                throw new IllegalArgumentException(
                        "the loss has %d class weights, but the data %d classes".formatted(weights, classes));
            }
        } else if (loss instanceof Loss.BinaryCrossEntropy) {
            if (classes > 2) {
                throw new IllegalArgumentException(
                        "BINARY_CROSS_ENTROPY needs 2 classes or numeric targets, the data has %d classes; use CROSS_ENTROPY"
                                .formatted(classes));
            }
            require("outputs", outputs, targets);
        } else {
            if (classes > 0) {
                throw new IllegalArgumentException(
                        "%s needs numeric targets, the data has %d classes; use CROSS_ENTROPY"
                                .formatted(loss, classes));
            }
            require("outputs", outputs, loss instanceof Loss.Distillation ? targets - 1 : targets);
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
        return network.initialParameters(seed);
    }

    @Override
    public boolean clipsRows() {
        return mixesRows().isEmpty();
    }

    /** Says which layer mixes the rows of a batch, so that no row has a gradient of its own, and what to take instead. */
    public Optional<String> mixesRows() {
        return mixesRows("", network.layers());
    }

    private static Optional<String> mixesRows(String path, List<Layer> layers) {
        for (int i = 0; i < layers.size(); i++) {
            Optional<String> found = mixesRows(path + i, layers.get(i));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> mixesRows(String path, Layer layer) {
        if (layer instanceof Layer.BatchNorm norm) {
            int groups = norm.channels() % 8 == 0 ? norm.channels() / 8 : 1;
            return Optional.of("layer %s (%s) mixes the rows of a batch; take Layer.groupNorm(%d, %d) instead"
                    .formatted(path, norm, groups, norm.channels()));
        }
        if (layer instanceof Layer.Sequential sequential) {
            return mixesRows(path + ".", sequential.layers());
        }
        if (layer instanceof Layer.Residual residual) {
            return mixesRows(path + ".", residual.body().layers())
                    .or(() -> mixesRows(path + ".shortcut.", residual.shortcut().layers()));
        }
        return layer instanceof Layer.Concat concat ? mixesRows(path + ".", concat.branches()) : Optional.empty();
    }

    @Override
    public List<Parameter> statistics() {
        return network.statistics();
    }

    @Override
    public Replica replica(FloatBuffer parameters, long seed) {
        Tensors.load();
        Vector numbers = Vector.over(parameters);
        var replica = new TorchReplica(this, numbers, Compute.PLAIN, 1);
        replica.beginStep(seed);
        return new TorchHostReplica(numbers, replica);
    }

    /** Makes what one worker computes with. */
    public VectorReplica replica(Vector numbers, Compute setting, int workers) {
        return new TorchReplica(this, numbers, setting, workers);
    }
}
