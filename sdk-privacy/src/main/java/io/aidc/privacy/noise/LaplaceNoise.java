package io.aidc.privacy.noise;

/**
 * Adds Laplace noise to vectors, on a grid that hides the low bits.
 *
 * <p>Each value is rounded to a power-of-two grid some 2^40 times finer than the noise, and discrete Laplace noise is
 * added there, enlarged by what the rounding adds to the sensitivity: the result is (ε, 0)-differentially private, a
 * {@link io.aidc.privacy.accounting.PrivacyEvent.PureDp} event. The caller clips. Running time depends on the noise
 * drawn. Thread-safe: calls take turns on one random stream.
 *
 * @see DiscreteLaplace
 */
public final class LaplaceNoise implements AutoCloseable {
    private final RandomBits bits;

    LaplaceNoise(RandomBits bits) {
        this.bits = bits;
    }

    /**
     * Opens a noise source with a random stream of its own.
     *
     * @return the source, to be closed after use
     */
    public static LaplaceNoise open() {
        return new LaplaceNoise(RandomBits.open());
    }

    /**
     * Adds noise to every value.
     *
     * @param values the vector, changed in place
     * @param sensitivity the most by which one unit can move the vector, in L1, &gt; 0
     * @param epsilon the guarantee of the whole vector, &gt; 0; the scale is sensitivity/ε,
     *     and more by a share of at most 2^−40·length/ε, for rounding
     * @throws IllegalArgumentException if a number is not positive and finite, the scale is not within 2^±900, a value
     *     is not finite, or the vector is so long that length/ε exceeds 2^51; nothing is changed
     * @throws IllegalStateException after {@link #close()}
     */
    public synchronized void addTo(double[] values, double sensitivity, double epsilon) {
        GaussianNoise.checkPositive(sensitivity, "sensitivity");
        GaussianNoise.checkPositive(epsilon, "epsilon");
        for (int i = 0; i < values.length; i++) {
            GaussianNoise.checkFinite(values[i], i);
        }
        Lattice lattice = Lattice.forNoise(sensitivity / epsilon);
        DiscreteLaplace noise =
                DiscreteLaplace.ofScale(Math.ceil((sensitivity / lattice.step() + values.length) / epsilon) + 1);
        for (int i = 0; i < values.length; i++) {
            values[i] = lattice.plus(values[i], noise.sample(bits));
        }
    }

    /** Forgets the random stream. */
    @Override
    public synchronized void close() {
        bits.close();
    }
}
