package io.aidc.training.dp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Describes differentially private gradients: each row's gradient is clipped to an L2 norm, Gaussian noise is added to
 * their sum, and the noised sum is divided by a batch size that is public.
 *
 * <p>Privacy: with Poisson sampling at rate q and exact Gaussian noise, one step is the subsampled Gaussian mechanism of
 * noise multiplier σ under add-or-remove-one-row adjacency. This class keeps no account: {@link #onStep} is called before
 * each attempted step and may refuse it. The realised batch size is never used as a divisor. A row whose gradient is not
 * finite adds nothing to the sum. In a group the clipped gradients are summed over all workers, worker 0 adds the noise to
 * the whole sum, and the others take over the noised numbers; the workers must trust one another, since each sees sums that
 * are not noised yet.
 *
 * <p>Clipping: norms are computed in float32 from layer inputs and output gradients; the norm a row contributes never
 * exceeds the clip norm, for which clipped rows are shortened by a further 2⁻¹⁶. A row whose gradient, or whose input to a
 * layer, has a norm beyond 2¹¹⁰ clip norms counts as not finite: float32 could not hold the bound.
 *
 * {@snippet class="io.aidc.training.SnippetsTest" region="privacy"}
 *
 * <p>Immutable.
 *
 * @see <a href="https://doi.org/10.1145/2976749.2978318">Abadi et al. 2016, Algorithm 1</a>
 * @see <a href="https://arxiv.org/abs/2210.00038">Bu et al. 2023, Book-Keeping</a>
 */
public final class DpSgd {
    private final double clipNorm;
    private final double noiseMultiplier;
    private final double expectedBatch;
    private final @Nullable BatchSampler sampler;
    private final @Nullable NoiseSource noise;
    private final @Nullable StepGate gate;

    private DpSgd(
            double clipNorm,
            double noiseMultiplier,
            double expectedBatch,
            @Nullable BatchSampler sampler,
            @Nullable NoiseSource noise,
            @Nullable StepGate gate) {
        this.clipNorm = clipNorm;
        this.noiseMultiplier = noiseMultiplier;
        this.expectedBatch = expectedBatch;
        this.sampler = sampler;
        this.noise = noise;
        this.gate = gate;
    }

    /**
     * Starts a description with the bound on each row's gradient.
     *
     * @param norm the L2 bound, &gt; 0 and finite, in the unit of the loss gradient
     * @return a description that lacks noise and sampling
     * @throws IllegalArgumentException if the norm is not positive and finite
     */
    public static DpSgd clip(double norm) {
        return new DpSgd(positive("clip norm", norm), 0, 0, null, null, null);
    }

    /**
     * Sets the noise multiplier σ, the standard deviation of the noise divided by the clip norm.
     *
     * @param sigma the multiplier, &gt; 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if the multiplier is not positive and finite
     * @throws IllegalStateException if one was set before
     */
    public DpSgd noiseMultiplier(double sigma) {
        once("noiseMultiplier", noiseMultiplier == 0, noiseMultiplier);
        return new DpSgd(clipNorm, positive("noiseMultiplier", sigma), expectedBatch, sampler, noise, gate);
    }

    /**
     * Sets how rows are drawn and the public number the noised sum is divided by.
     *
     * @param rows the expected batch size, &gt; 0: the sampling rate times a population that is public or a
     *     private count of it; when rows may be added or removed, {@link io.aidc.training.Dataset#rows()} is neither
     * @param source draws the rows
     * @return a changed copy
     * @throws IllegalArgumentException if the expected size is not positive and finite
     * @throws IllegalStateException if sampling was set before
     */
    public DpSgd sampling(double rows, BatchSampler source) {
        once("sampling", sampler == null, expectedBatch);
        return new DpSgd(
                clipNorm,
                noiseMultiplier,
                positive("expected batch size", rows),
                Objects.requireNonNull(source, "source"),
                noise,
                gate);
    }

    /**
     * Sets where the noise comes from. The engine's own generator is never used for it.
     *
     * @param source adds Gaussian noise
     * @return a changed copy
     * @throws IllegalStateException if a source was set before
     */
    public DpSgd noise(NoiseSource source) {
        once("noise", noise == null, "a source");
        return new DpSgd(
                clipNorm, noiseMultiplier, expectedBatch, sampler, Objects.requireNonNull(source, "source"), gate);
    }

    /**
     * Sets what is asked before each attempted step; by default every step goes ahead.
     *
     * @param permission charges a budget and may refuse
     * @return a changed copy
     * @throws IllegalStateException if one was set before
     */
    public DpSgd onStep(StepGate permission) {
        once("onStep", gate == null, "a gate");
        return new DpSgd(
                clipNorm,
                noiseMultiplier,
                expectedBatch,
                sampler,
                noise,
                Objects.requireNonNull(permission, "permission"));
    }

    /**
     * Lists the required options that were not set yet.
     *
     * @return their names; empty if the description is complete
     */
    public List<String> missing() {
        List<String> names = new ArrayList<>();
        if (noiseMultiplier == 0) {
            names.add("noiseMultiplier");
        }
        if (sampler == null) {
            names.add("sampling");
        }
        if (noise == null) {
            names.add("noise");
        }
        return List.copyOf(names);
    }

    /**
     * Gives the bound on each row's gradient.
     *
     * @return the L2 norm, &gt; 0
     */
    public double clipNorm() {
        return clipNorm;
    }

    /**
     * Gives the standard deviation of the noise divided by the clip norm.
     *
     * @return the multiplier, 0 if it was not set yet
     */
    public double noiseMultiplier() {
        return noiseMultiplier;
    }

    /**
     * Gives the public number the noised sum is divided by.
     *
     * @return the expected batch size, 0 if it was not set yet
     */
    public double expectedBatch() {
        return expectedBatch;
    }

    /**
     * Gives what draws the rows.
     *
     * @return the sampler
     * @throws IllegalStateException if none was set yet
     */
    public BatchSampler sampler() {
        return present("sampling", sampler);
    }

    /**
     * Gives where the noise comes from.
     *
     * @return the source
     * @throws IllegalStateException if none was set yet
     */
    public NoiseSource noise() {
        return present("noise", noise);
    }

    /**
     * Gives what is asked before each step.
     *
     * @return the gate; one that admits every step if none was set
     */
    public StepGate gate() {
        return gate == null ? step -> true : gate;
    }

    private static void once(String option, boolean unset, Object value) {
        if (!unset) {
            throw new IllegalStateException("%s is already set to %s".formatted(option, value));
        }
    }

    private static <T> T present(String option, @Nullable T value) {
        if (value == null) {
            throw new IllegalStateException(option + " is not set");
        }
        return value;
    }

    private static double positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
        return value;
    }
}
