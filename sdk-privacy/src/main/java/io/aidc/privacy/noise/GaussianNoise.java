package io.aidc.privacy.noise;

/**
 * Adds Gaussian noise to vectors, on a grid that hides the low bits.
 *
 * <p>Each value is rounded to a power-of-two grid some 2^40 times finer than the noise, and a discrete Gaussian is
 * added there; the noise is made larger by what the rounding adds to the sensitivity. The result is as private as
 * continuous noise of that size: {@link io.aidc.privacy.accounting.PrivacyEvent.Gaussian} and, at whole Rényi orders,
 * {@link io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian} bound it.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="noise"}
 *
 * <p>The caller clips; nothing here can know whether the stated sensitivity is true. A sum of clipped vectors moves by
 * the clip norm if one is added or removed, by twice that if one is replaced, and by what floating-point addition
 * rounds on top, which depends on the order and is worst for float32. {@code DpStep} of
 * {@code io.aidc.privacy.training} sums exactly. Cost: about 100 ns a value, divided by the processors for vectors
 * longer than 2^14, on daemon threads named {@code aidc-privacy-noise} that end on close; running time depends on the
 * noise drawn. Thread-safe: calls take turns.
 *
 * @see DiscreteGaussian
 */
public final class GaussianNoise implements AutoCloseable {
    private static final double LARGEST_MULTIPLIER = 1000;
    private static final double LARGEST_ROUNDING = 0x1p49;

    private final BulkNoise source;

    GaussianNoise(RandomBits bits) {
        this(new BulkNoise(1, () -> bits));
    }

    GaussianNoise(BulkNoise source) {
        this.source = source;
    }

    /**
     * Opens a noise source with a random stream of its own for each processor.
     *
     * @return the source, to be closed after use
     */
    public static GaussianNoise open() {
        return new GaussianNoise(BulkNoise.open());
    }

    /**
     * Adds noise of a given standard deviation to every value.
     *
     * <p>Rounding is paid for as long as the noise multiplier (standard deviation over L2 sensitivity) is at most 1000:
     * the noise is made larger by up to 1000·√length·2^−40 of itself, which is 3e-6 for ten million values. For larger
     * multipliers use {@link #addTo(double[], double, double)}, which pays exactly for any.
     *
     * @param values the vector, changed in place
     * @param standardDeviation σ &gt; 0, in the unit of the values: noise multiplier times L2 sensitivity, which is the
     *     clip norm for adding or removing a unit and twice that for replacing one
     * @throws IllegalArgumentException if σ is not within 2^±900 or a value is not finite; nothing is changed
     * @throws IllegalStateException after {@link #close()}
     */
    public void addTo(double[] values, double standardDeviation) {
        addTo(values, checkPositive(standardDeviation, "standardDeviation") / LARGEST_MULTIPLIER, LARGEST_MULTIPLIER);
    }

    /**
     * Adds noise of a given standard deviation to every value, as {@link #addTo(double[], double)} does.
     *
     * @param values the vector, float32, changed in place
     * @param standardDeviation σ &gt; 0, in the unit of the values: noise multiplier times L2 sensitivity, which is the
     *     clip norm for adding or removing a unit and twice that for replacing one
     * @throws IllegalArgumentException if σ is not within 2^±900 or a value is not finite; nothing is changed
     * @throws IllegalStateException after {@link #close()}
     */
    public synchronized void addTo(float[] values, double standardDeviation) {
        checkPositive(standardDeviation, "standardDeviation");
        for (int i = 0; i < values.length; i++) {
            checkFinite(values[i], i);
        }
        Lattice lattice = Lattice.forNoise(standardDeviation);
        DiscreteGaussian noise =
                widened(lattice, standardDeviation / LARGEST_MULTIPLIER, LARGEST_MULTIPLIER, values.length);
        source.overRanges(values.length, (bits, from, to) -> {
            for (int i = from; i < to; i++) {
                values[i] = (float) lattice.plus(values[i], noise.sample(bits));
            }
        });
    }

    /**
     * Adds noise for a given sensitivity to every value, and pays exactly for the rounding.
     *
     * @param values the vector, changed in place
     * @param sensitivity the most by which one unit can move the vector, in L2, &gt; 0
     * @param noiseMultiplier standard deviation over sensitivity, &gt; 0
     * @throws IllegalArgumentException if a number is not positive and finite, σ is not within 2^±900, the multiplier
     *     is above 2^49/√length, or a value is not finite; nothing is changed
     * @throws IllegalStateException after {@link #close()}
     */
    public synchronized void addTo(double[] values, double sensitivity, double noiseMultiplier) {
        checkPositive(sensitivity, "sensitivity");
        checkPositive(noiseMultiplier, "noiseMultiplier");
        for (int i = 0; i < values.length; i++) {
            checkFinite(values[i], i);
        }
        Lattice lattice = Lattice.forNoise(sensitivity * noiseMultiplier);
        DiscreteGaussian noise = widened(lattice, sensitivity, noiseMultiplier, values.length);
        source.overRanges(values.length, (bits, from, to) -> {
            for (int i = from; i < to; i++) {
                values[i] = lattice.plus(values[i], noise.sample(bits));
            }
        });
    }

    /** Forgets the random streams and ends the threads. */
    @Override
    public synchronized void close() {
        source.close();
    }

    private static DiscreteGaussian widened(Lattice lattice, double sensitivity, double noiseMultiplier, int length) {
        if (noiseMultiplier * Math.sqrt(length) > LARGEST_ROUNDING) {
            throw new IllegalArgumentException(
                    "noiseMultiplier must be at most 2^49/sqrt(length), got " + noiseMultiplier);
        }
        double inSteps = sensitivity / lattice.step() + Math.sqrt(length);
        return DiscreteGaussian.ofStandardDeviation(Math.ceil(noiseMultiplier * inSteps) + 1);
    }

    static double checkPositive(double value, String name) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
        return value;
    }

    static void checkFinite(double value, int index) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("value at index " + index + " must be finite");
        }
    }
}
