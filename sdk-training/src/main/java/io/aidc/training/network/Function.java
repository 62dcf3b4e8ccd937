package io.aidc.training.network;

/** Names a function without parameters that an {@link Layer.Activation} applies. */
public enum Function {
    /** The rectifier, {@code max(x, 0)}. */
    RELU,
    /** A rectifier that lets 1 % of negative numbers through, {@code max(x, 0.01 x)}. */
    LEAKY_RELU,
    /** {@code x Φ(x)}, Φ the normal distribution function; not the tanh approximation. Hendrycks and Gimpel 2016. */
    GELU,
    /** {@code x / (1 + e⁻ˣ)}, also called swish. */
    SILU,
    /** {@code x} above 0 and {@code eˣ - 1} below. Clevert et al. 2016. */
    ELU,
    /** {@code ln(1 + eˣ)}. */
    SOFTPLUS,
    /** The hyperbolic tangent. */
    TANH,
    /** {@code 1 / (1 + e⁻ˣ)}. */
    SIGMOID,
    /** Exponentials divided by their sum over the last axis. Not for the end of a network: the losses take logits. */
    SOFTMAX
}
