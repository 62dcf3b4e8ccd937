package io.aidc.training.torch.internal;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Replica;
import java.nio.FloatBuffer;

/** Shows a network of layers as any engine's replica, for callers outside of a run. */
final class TorchHostReplica implements Replica {
    private final Vector numbers;
    private final TorchReplica replica;

    TorchHostReplica(Vector numbers, TorchReplica replica) {
        this.numbers = numbers;
        this.replica = replica;
    }

    @Override
    public void beginStep(long seed) {
        replica.beginStep(seed);
    }

    @Override
    public double gradient(Batch batch, double weight, FloatBuffer into) {
        try (Vector target = Vector.over(into)) {
            return replica.gradient(batch, weight, target, false, VectorReplica.Ready.NONE);
        }
    }

    @Override
    public double clippedGradient(Batch batch, double clipNorm, FloatBuffer into) {
        try (Vector target = Vector.over(into)) {
            return replica.clippedGradient(batch, clipNorm, target, false);
        }
    }

    @Override
    public double loss(Batch batch) {
        return replica.judge(batch).loss();
    }

    @Override
    public void parametersChanged() {}

    @Override
    public float[] predict(int rows, FloatBuffer features) {
        return replica.predict(rows, features);
    }

    @Override
    public void close() {
        replica.close();
        numbers.close();
    }
}
