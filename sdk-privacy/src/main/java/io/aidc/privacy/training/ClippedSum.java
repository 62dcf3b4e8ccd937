package io.aidc.privacy.training;

import io.aidc.privacy.noise.BulkNoise;
import io.aidc.privacy.noise.DiscreteGaussian;
import io.aidc.privacy.noise.Lattice;

/**
 * A sum of clipped vectors, in whole steps of a lattice of which 2^30 to 2^31 make one standard deviation.
 *
 * <p>Each clipped vector is rounded towards zero before it is added. That never lengthens it, so the sum moves by the
 * clip norm at most, whatever the order, and rounding costs no extra noise.
 */
final class ClippedSum {
    private static final int NOISE_BITS = 30;
    private static final double LARGEST = 0x1p61;

    private final double clip;
    private final double safeClip;
    private final double noiseMultiplier;
    private final int changed;
    private final Lattice lattice;
    private final double stepsPerUnit;
    private final long[] steps;

    /** @param changed how many contributions a unit can change: 1, or 2 if it is replaced */
    ClippedSum(int length, double clip, double noiseMultiplier, int changed) {
        this.clip = clip;
        this.noiseMultiplier = noiseMultiplier;
        this.changed = changed;
        // room for the rounding of the norm, which adds `length` squares, and of the products
        safeClip = clip * (1 - (length + 8.0) * 0x1p-53);
        lattice = lattice(clip * noiseMultiplier * changed);
        stepsPerUnit = 1 / lattice.step();
        steps = new long[length];
    }

    /** Refuses so little noise that the sum of so many clipped vectors could leave the lattice. */
    static void checkRoom(double clip, double noiseMultiplier, long vectors) {
        if (vectors * (clip / lattice(clip * noiseMultiplier).step()) > LARGEST) {
            throw new IllegalArgumentException(
                    "a noise multiplier of %s is too small for so many units".formatted(noiseMultiplier));
        }
    }

    private static Lattice lattice(double standardDeviation) {
        return new Lattice(Math.getExponent(standardDeviation) - NOISE_BITS);
    }

    /** Adds a vector, scaled down to the clip norm; one that is not finite counts as zeros. Says whether it fitted. */
    boolean add(float[] vector) {
        checkLength(vector.length);
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double norm = Math.sqrt(squares);
        if (!Double.isFinite(norm)) {
            return false;
        }
        double scale = norm <= safeClip ? stepsPerUnit : stepsPerUnit * (safeClip / norm);
        for (int i = 0; i < steps.length; i++) {
            steps[i] += (long) (vector[i] * scale);
        }
        return norm <= clip;
    }

    /** The sum without noise, for tests: not to be shown. */
    long[] steps() {
        return steps.clone();
    }

    /** Adds another sum on the same lattice. */
    void add(ClippedSum other) {
        for (int i = 0; i < steps.length; i++) {
            steps[i] += other.steps[i];
        }
    }

    /** Rounds a sum that others clipped. */
    long[] round(float[] sum) {
        checkLength(sum.length);
        long[] rounded = new long[sum.length];
        for (int i = 0; i < sum.length; i++) {
            rounded[i] = lattice.round(sum[i]);
        }
        return rounded;
    }

    /** Draws noise for a rounded sum; rounded as a whole, it can move by a step more in every coordinate. */
    double[] noisedElsewhere(long[] rounded, BulkNoise source) {
        return noised(rounded, Math.sqrt(rounded.length), source);
    }

    /** Draws noise and returns what may be shown; the sum itself is left as it is. */
    double[] noised(BulkNoise source) {
        return noised(steps.clone(), 0, source);
    }

    private double[] noised(long[] sum, double rounding, BulkNoise source) {
        double sensitivity = changed * (clip * stepsPerUnit) + rounding;
        source.addTo(sum, DiscreteGaussian.ofStandardDeviation(Math.ceil(noiseMultiplier * sensitivity)));
        double[] shown = new double[sum.length];
        for (int i = 0; i < sum.length; i++) {
            shown[i] = sum[i] * lattice.step();
        }
        return shown;
    }

    private void checkLength(int length) {
        if (length != steps.length) {
            throw new IllegalArgumentException(
                    "a vector must have %d parameters, got %d".formatted(steps.length, length));
        }
    }
}
