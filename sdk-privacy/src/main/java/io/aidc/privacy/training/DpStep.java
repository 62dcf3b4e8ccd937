package io.aidc.privacy.training;

import io.aidc.privacy.noise.BulkNoise;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One step of a run: a drawn batch, of which a noised mean can be released once.
 *
 * <p>Whatever is added or not, the step is paid for. There is no way to the sum without the noise. Memory: eight bytes
 * a parameter, and as much again while noise is drawn. Confined: one thread at a time.
 *
 * <p>The order is clip, round to the lattice, sum, add noise, divide by the public constant.
 */
public final class DpStep {
    static final float HALF = 0.5f;

    private final DpRun run;
    private final int[] indices;
    private final ClippedSum sum;
    private final @Nullable ClippedSum count;
    private int added;

    DpStep(DpRun run, int[] indices, ClippedSum sum, @Nullable ClippedSum count) {
        this.run = run;
        this.indices = indices;
        this.sum = sum;
        this.count = count;
    }

    /**
     * Returns which units are in the batch. Secret: neither they nor their number may be shown.
     *
     * @return ascending 0-based indices; may be empty
     */
    public int[] indices() {
        return indices.clone();
    }

    /**
     * Clips one example's gradient to the L2 norm and adds it. One that is not finite counts as zeros, and as clipped.
     *
     * <p>Cost: O(parameters). At most one gradient for each index; nothing here can check whose it is.
     *
     * @param gradient float32, shape {@code [parameters]}; not modified
     * @throws IllegalArgumentException if it has another length; nothing is added
     * @throws IllegalStateException if as many were added as the batch has units, after a release, after a later step was
     *     drawn or the run closed
     */
    public void add(float[] gradient) {
        Objects.requireNonNull(gradient, "gradient");
        run.checkLatest(this);
        if (added == indices.length) {
            throw new IllegalStateException("every unit of this batch has been added once");
        }
        boolean within = sum.add(gradient);
        added++;
        if (count != null) {
            count.add(new float[] {within ? HALF : -HALF});
        }
    }

    /**
     * Releases the noised sum of what was added, divided by the public constant.
     *
     * <p>Guarantee: together with all other steps, {@link DpRun#event()}. Cost: about 100 ns a parameter, divided by the
     * processors. The result is the double on the noise's lattice over the constant, rounded to float32.
     *
     * @return shape {@code [parameters]}
     * @throws IllegalStateException if released before, if a later step was drawn or the run closed
     */
    public float[] noisedMean() {
        BulkNoise source = run.release(this);
        float[] mean = run.mean(sum.noised(source));
        if (count != null) {
            run.follow(count.noised(source)[0]);
        }
        return mean;
    }

    /**
     * Adds the gradients of the batch and releases, as {@link #add} and {@link #noisedMean()} do.
     *
     * @param gradients float32, shape {@code [batch, parameters]}, at most one row a unit; not modified
     * @return shape {@code [parameters]}
     * @throws IllegalArgumentException if a row has another length; rows before it are added, nothing is released
     * @throws IllegalStateException if there are more rows than units not yet added; also as for {@link #noisedMean()}
     */
    public float[] privatise(float[][] gradients) {
        Objects.requireNonNull(gradients, "gradients");
        if (gradients.length > indices.length - added) {
            throw new IllegalStateException("more gradients than units of this batch that are not added yet");
        }
        for (float[] gradient : gradients) {
            add(gradient);
        }
        return noisedMean();
    }

    /**
     * Releases a sum that was clipped elsewhere, as trainers do that compute norms without the gradients.
     *
     * <p>The caller promises that every unit of the batch contributes a vector of norm at most {@link DpRun#clip()} and
     * that nothing else does; rounding in float32 can break the promise by about 2^−24 of the sum a coordinate, which is
     * not covered. The sum is rounded to the lattice and the noise widened by what that costs.
     *
     * @param clippedSum float32, shape {@code [parameters]}; not modified
     * @return the noised sum divided by the public constant
     * @throws IllegalArgumentException if it has another length, or a value is not finite or not within 2^62 steps of the
     *     lattice; the step can then still be released
     * @throws IllegalStateException if gradients were added, the clip is adaptive, or as for {@link #noisedMean()}
     */
    public float[] release(float[] clippedSum) {
        Objects.requireNonNull(clippedSum, "clippedSum");
        run.checkLatest(this);
        if (added > 0 || count != null) {
            throw new IllegalStateException("a clipped sum needs a fixed clip and a step to which nothing was added");
        }
        long[] rounded = sum.round(clippedSum);
        return run.mean(sum.noisedElsewhere(rounded, run.release(this)));
    }
}
