package io.aidc.training.network;

/** Names how a {@link Layer.PositionalEncoding} marks positions. */
public enum Positions {
    /** Fixed sines and cosines of geometrically spaced wavelengths. Vaswani et al. 2017, section 3.5. */
    SINUSOIDAL,
    /** One trained vector for each position, which starts normal with standard deviation 0.02. */
    LEARNED
}
