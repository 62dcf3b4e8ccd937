package io.aidc.training.torch.internal;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Replica;
import java.nio.FloatBuffer;
import java.util.List;

/** Lets an engine that computes on the processor take part. */
public final class HostReplica implements VectorReplica {
    private final Replica replica;
    private final Vector part;

    /** Takes over a replica, which is closed with this; {@code count} is the length of its gradients. */
    public HostReplica(Replica replica, Vector part) {
        this.replica = replica;
        this.part = part;
    }

    @Override
    public double gradient(Batch batch, double weight, Vector into, boolean add, Ready ready) {
        Vector target = add ? part : into;
        double loss = replica.gradient(batch, weight, target.buffer());
        return added(loss, into, add, ready);
    }

    @Override
    public double clippedGradient(Batch batch, double clipNorm, Vector into, boolean add) {
        Vector target = add ? part : into;
        double loss = replica.clippedGradient(batch, clipNorm, target.buffer());
        return added(loss, into, add, Ready.NONE);
    }

    private double added(double loss, Vector into, boolean add, Ready ready) {
        if (add) {
            into.add(part, 1);
        }
        ready.ready(0, into.length());
        return loss;
    }

    @Override
    public Judged judge(Batch batch) {
        double loss = replica.loss(batch);
        return new Judged(loss, replica.predict(batch.rows(), batch.features()));
    }

    @Override
    public float[] predict(int rows, FloatBuffer features) {
        return replica.predict(rows, features);
    }

    @Override
    public void parametersChanged() {
        replica.parametersChanged();
    }

    @Override
    public void beginStep(long seed) {
        replica.beginStep(seed);
    }

    @Override
    public List<Part> parts() {
        return List.of(new Part(0, part.length()));
    }

    @Override
    public String firstNotFinite(Batch batch) {
        return "";
    }

    @Override
    public void close() {
        replica.close();
        part.close();
    }
}
