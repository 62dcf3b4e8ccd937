package io.aidc.training.torch.internal;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Replica;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * What a worker computes with: an engine's replica on numbers of any device.
 *
 * <p>Confined: one thread at a time, though not always the same one.
 */
public interface VectorReplica extends AutoCloseable {
    /** Hears that a part of the gradient is complete, last part first. */
    @FunctionalInterface
    interface Ready {
        Ready NONE = (from, length) -> {};

        void ready(int from, int length);
    }

    /**
     * Computes the gradient of a weighted sum of row losses.
     *
     * @param into where the gradient goes
     * @param add whether it is added to what is there
     * @param ready hears of parts that are complete; each number belongs to one part
     * @return the sum of the row losses, without the weight
     */
    double gradient(Batch batch, double weight, Vector into, boolean add, Ready ready);

    /** Computes the sum of clipped row gradients, as {@link Replica#clippedGradient} does. */
    double clippedGradient(Batch batch, double clipNorm, Vector into, boolean add);

    /** The sum of row losses of the model in use, and its answers {@code [rows, outputs]}. */
    Judged judge(Batch batch);

    /** What {@link #judge} found. */
    @SuppressWarnings("ArrayRecordComponent") // a hand-over to the one caller
    record Judged(double loss, float[] outputs) {}

    /** Answers rows as the model in use does, {@code [rows, outputs]}. */
    float[] predict(int rows, FloatBuffer features);

    /** Takes notice that the parameters were changed. */
    void parametersChanged();

    /** Puts the parameters it computes with in the place of those that are trained, if they differ. */
    default void settle() {}

    /** Settles what the step that follows draws dropout from. */
    void beginStep(long seed);

    /** The parts that {@link Ready} hears of, in that order. */
    List<Part> parts();

    /** A part of the gradient. */
    record Part(int from, int length) {}

    /** Says which layer first gives a number that is not finite; empty if none does. */
    String firstNotFinite(Batch batch);

    @Override
    void close();
}
