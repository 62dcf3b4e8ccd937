package io.aidc.training.engine;

import java.nio.FloatBuffer;

/**
 * Computes losses, gradients and answers for the parameters of one worker.
 *
 * <p>The parameters lie in the flat buffer that {@link Trainable#replica} was given; the run changes them there after each
 * step and then calls {@link #parametersChanged}.
 *
 * <p>Confined: one thread at a time, though not always the same one.
 */
public interface Replica extends AutoCloseable {
    /**
     * Settles what the step that follows draws from, such as dropout: a step gives the same gradients whatever was computed
     * before it, so that a run goes on from a checkpoint as if it had not stopped. Calls of one step differ from each other.
     *
     * <p>Does nothing unless overridden, which is right for a model that draws nothing.
     *
     * @param seed another one for each step and worker, the same when the step is taken again
     */
    default void beginStep(long seed) {}

    /**
     * Computes the gradient of a weighted sum of row losses.
     *
     * @param batch the rows
     * @param weight what each row's loss is multiplied with
     * @param into where the gradient goes, flat, in the order of the parameters; everything there is replaced
     * @return the sum of the row losses, without the weight
     */
    double gradient(Batch batch, double weight, FloatBuffer into);

    /**
     * Computes the sum of row gradients, each clipped to an L2 norm. A row whose gradient is not finite, or too large for
     * float32 to keep the bound, adds nothing.
     *
     * @param batch the rows
     * @param clipNorm the bound, &gt; 0
     * @param into where the sum goes, flat, in the order of the parameters; everything there is replaced
     * @return the sum of the row losses
     * @throws UnsupportedOperationException unless {@link Trainable#clipsRows()}
     */
    double clippedGradient(Batch batch, double clipNorm, FloatBuffer into);

    /**
     * Computes the loss of rows as the model in use does, dropout off.
     *
     * @param batch the rows
     * @return the sum of the row losses
     */
    double loss(Batch batch);

    /** Takes notice that the parameters were changed in their buffer. */
    void parametersChanged();

    /**
     * Answers rows as the model in use does, dropout off.
     *
     * @param rows how many rows, &gt; 0
     * @param features shape {@code [rows, features]}, direct, native byte order
     * @return shape {@code [rows, outputs]}, row by row
     */
    float[] predict(int rows, FloatBuffer features);

    /** Frees what the replica holds outside the Java heap. */
    @Override
    void close();
}
