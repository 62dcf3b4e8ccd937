package io.aidc.training.network;

/**
 * Reads layers, one method for each kind: a kind added to {@link Layer} does not compile until every reader knows it.
 *
 * @param <R> what is made of a layer
 */
public interface LayerReader<R> {
    /**
     * Reads an affine map.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R linear(Layer.Linear layer);

    /**
     * Reads a convolution.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R conv2d(Layer.Conv2d layer);

    /**
     * Reads a transposed convolution.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R convTranspose2d(Layer.ConvTranspose2d layer);

    /**
     * Reads a pooling.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R pool2d(Layer.Pool2d layer);

    /**
     * Reads a mean over positions.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R mean(Layer.Mean layer);

    /**
     * Reads the choice of the last step.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R lastStep(Layer.LastStep layer);

    /**
     * Reads a function without parameters.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R activation(Layer.Activation layer);

    /**
     * Reads a batch normalisation.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R batchNorm(Layer.BatchNorm layer);

    /**
     * Reads a group normalisation.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R groupNorm(Layer.GroupNorm layer);

    /**
     * Reads a layer normalisation.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R layerNorm(Layer.LayerNorm layer);

    /**
     * Reads a root-mean-square normalisation.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R rmsNorm(Layer.RmsNorm layer);

    /**
     * Reads a dropout.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R dropout(Layer.Dropout layer);

    /**
     * Reads a table of vectors.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R embedding(Layer.Embedding layer);

    /**
     * Reads marks of positions.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R positionalEncoding(Layer.PositionalEncoding layer);

    /**
     * Reads self-attention.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R attention(Layer.MultiHeadAttention layer);

    /**
     * Reads a recurrence.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R recurrent(Layer.Recurrent layer);

    /**
     * Reads layers in order.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R sequential(Layer.Sequential layer);

    /**
     * Reads a residual connection.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R residual(Layer.Residual layer);

    /**
     * Reads branches side by side.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R concat(Layer.Concat layer);

    /**
     * Reads a flattening.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R flatten(Layer.Flatten layer);

    /**
     * Reads a change of shape.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R reshape(Layer.Reshape layer);

    /**
     * Reads fixed bounds.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R clamp(Layer.Clamp layer);

    /**
     * Reads a fixed scaling.
     *
     * @param layer the layer
     * @return what the reader makes of it
     */
    R scale(Layer.Scale layer);
}
