package io.aidc.training.torch.internal;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Device;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A network on its numbers, for tests of what replicas compute. */
final class Replicas implements AutoCloseable {
    private final TorchTrainable model;
    private final Vector numbers;
    private final VectorReplica replica;
    private final Vector gradient;
    private double loss;

    private Replicas(TorchTrainable model, float[] numbers, Compute setting, int workers) {
        this.model = model;
        this.numbers = Vector.of(numbers, Device.CPU);
        this.replica = model.replica(this.numbers, setting, workers);
        this.gradient = Vector.zeros(model.network().parameterCount(), Device.CPU);
    }

    static Replicas of(Network network, Loss loss, float[] numbers) {
        return new Replicas(new TorchTrainable(network, loss), numbers, Compute.PLAIN, 1);
    }

    static Replicas of(Network network, Loss loss, float[] numbers, Compute setting) {
        return new Replicas(new TorchTrainable(network, loss), numbers, setting, 1);
    }

    static Replicas of(Network network, Loss loss, long seed) {
        return of(network, loss, seed, Compute.PLAIN, 1);
    }

    static Replicas of(Network network, Loss loss, long seed, Compute setting, int workers) {
        return new Replicas(new TorchTrainable(network, loss), network.initialParameters(seed), setting, workers);
    }

    Network network() {
        return model.network();
    }

    VectorReplica replica() {
        return replica;
    }

    /** The sum of row losses that the last gradient came with. */
    double loss() {
        return loss;
    }

    /** Moves the parameters against the last gradient. */
    void descend(double rate) {
        try (Vector trained = numbers.slice(0, gradient.length())) {
            trained.add(gradient, -rate);
        }
        replica.parametersChanged();
    }

    /** Parameters, then statistics. */
    float[] numbers() {
        return numbers.toArray();
    }

    /** The gradient of the weighted sum of row losses. */
    float[] gradient(Batch batch, double weight) {
        loss = replica.gradient(batch, weight, gradient, false, VectorReplica.Ready.NONE);
        return gradient.toArray();
    }

    float[] clipped(Batch batch, double clip) {
        loss = replica.clippedGradient(batch, clip, gradient, false);
        return gradient.toArray();
    }

    /** What {@link #clipped} leaves if it adds to what is there. */
    float[] addClipped(Batch batch, double clip) {
        loss = replica.clippedGradient(batch, clip, gradient, true);
        return gradient.toArray();
    }

    float[] predict(int rows, float[] features) {
        return replica.predict(rows, FlatBuffers.floats(features));
    }

    /** The row norms that book-keeping finds, without clipping. */
    double[] ghostNorms(Batch batch) {
        return Tensors.scoped(() -> {
            List<Tensor> parameters = new ArrayList<>();
            long offset = 0;
            for (Parameter array : model.parameters()) {
                parameters.add(numbers.tensor().narrow(0, offset, array.size()).view(Tensors.shape(array.shape())));
                offset += array.size();
            }
            try (var randomness = new Randomness(Device.CPU);
                    var workspace = new GhostWorkspace()) {
                var taps = new Taps();
                Tensor features = Tensors.over(
                        batch.features(), Tensors.shape(batch.rows(), network().input()));
                Tensor output = new Forward(Device.CPU, parameters, List.of(), randomness, taps, null)
                        .through(network().layers(), features);
                Tensor loss = Losses.sum(model.loss(), output.flatten(1, -1), batch, Device.CPU);
                double[] norms = new double[batch.rows()];
                new GhostClip(taps, loss, workspace)
                        .norms()
                        .to(torch.ScalarType.Double)
                        .contiguous()
                        .data_ptr_double()
                        .get(norms);
                return norms;
            }
        });
    }

    /** Some rows of targets that are numbers. */
    static Batch batch(Network network, float[] features, float[] targets, int from, int to) {
        int in = network.inputs();
        int out = network.outputs();
        return new Batch(
                to - from,
                0,
                FlatBuffers.floats(Arrays.copyOfRange(features, from * in, to * in)),
                FlatBuffers.floats(Arrays.copyOfRange(targets, from * out, to * out)));
    }

    static float[] uniform(SplittableRandom random, int count, double scale) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) (scale * random.nextDouble(-1, 1));
        }
        return numbers;
    }

    static double norm(float[] numbers) {
        double square = 0;
        for (float number : numbers) {
            square += (double) number * number;
        }
        return Math.sqrt(square);
    }

    @Override
    public void close() {
        replica.close();
        numbers.close();
        gradient.close();
    }
}
