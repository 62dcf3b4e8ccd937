package io.aidc.privacy.training;

import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.Reservation;
import io.aidc.privacy.Sampling;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.BulkNoise;
import io.aidc.privacy.noise.RandomBits;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A training run that is paid for, which hands out its steps one by one.
 *
 * <p>The whole plan stays spent from the first {@link #next()} on, also if training stops early or a step fails; a step
 * that is tried again is another step. Randomness is fresh in every run and never stored, so a resumed training is
 * another plan, paid for on top. Owns daemon threads named {@code aidc-privacy-noise} for long gradients. Confined: one
 * thread at a time.
 */
public final class DpRun implements PlanOpening, AutoCloseable {
    private final Sampling sampling;
    private final Layout layout;
    private final Noise noise;
    private final @Nullable AdaptiveClip following;
    private final Paid paid;
    private final Randomness randomness;
    private final Queue<int[]> epoch = new ArrayDeque<>();
    private double clip;
    private int taken;
    private @Nullable DpStep current;
    private boolean closed;

    record Layout(int units, int parameters, int steps) {}

    record Paid(PrivacyBudget budget, Reservation.Held part) {}

    /** z as charged, z of the gradients, how many contributions a unit changes, and what sums are divided by. */
    record Noise(double total, double gradients, int changed, double divisor) {}

    /** Streams of its own for the batches and for the noise. */
    record Randomness(RandomBits draws, BulkNoise noise) implements AutoCloseable {
        static final Supplier<Randomness> SECRET = () -> new Randomness(RandomBits.open(), BulkNoise.open());

        @Override
        public void close() {
            try (noise) {
                draws.close();
            }
        }
    }

    DpRun(Sampling sampling, Layout layout, Noise noise, Clipping clipping, Paid paid, Randomness randomness) {
        this.sampling = sampling;
        this.layout = layout;
        this.noise = noise;
        this.following = clipping.following();
        this.clip = clipping.first();
        this.paid = paid;
        this.randomness = randomness;
    }

    /** The first norm and, if later ones differ, how. */
    record Clipping(double first, @Nullable AdaptiveClip following) {}

    /**
     * Returns what the budget was charged for the whole run.
     *
     * @return {@link Sampling#plan}
     */
    public PrivacyEvent event() {
        return paid.part().event();
    }

    /**
     * Returns the budget that the run is paid from, for its certificate.
     *
     * @return the one given to the plan, or the plan's own
     */
    public PrivacyBudget budget() {
        return paid.budget();
    }

    /**
     * Returns the noise multiplier that is charged.
     *
     * @return z, standard deviation over L2 sensitivity
     */
    public double noiseMultiplier() {
        return noise.total();
    }

    /**
     * Returns the norm to which gradients of the next step will be clipped.
     *
     * @return C; public, also if it is adaptive
     */
    public double clip() {
        return clip;
    }

    /**
     * Returns the standard deviation of the noise on each coordinate of the next step's mean.
     *
     * @return in the unit of the mean
     */
    public double noiseDeviation() {
        return noise.gradients() * clip * noise.changed() / noise.divisor();
    }

    /**
     * Says how many steps are left.
     *
     * @return steps not handed out yet
     */
    public int stepsLeft() {
        return layout.steps() - taken;
    }

    /**
     * Draws the next batch. A step not released by then is lost, and stays paid for.
     *
     * @return the step
     * @throws IllegalStateException if no step is left, the budget's ledger is closed before the first step, or after
     *     {@link #close()}
     * @throws IllegalArgumentException if a sampler of the caller's returns an index twice or out of range
     */
    public DpStep next() {
        checkOpen();
        if (stepsLeft() == 0) {
            throw new IllegalStateException("all " + layout.steps() + " steps are used");
        }
        if (taken == 0) {
            paid.part().commit();
        }
        taken++;
        if (epoch.isEmpty()) {
            epoch.addAll(sampling.drawEpoch(layout.units(), randomness.draws()));
        }
        var sum = new ClippedSum(layout.parameters(), clip, noise.gradients(), noise.changed());
        current = new DpStep(this, epoch.remove(), sum, count());
        return current;
    }

    /** Gives the budget back if no step was taken; ends the threads. Calling it again does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        current = null;
        try (randomness) {
            if (taken == 0) {
                paid.part().release();
            }
        }
    }

    /** Half a unit up for every gradient within the norm, half a unit down for every other. */
    private @Nullable ClippedSum count() {
        return following == null
                ? null
                : new ClippedSum(1, DpStep.HALF, 2 * following.countDeviation(), noise.changed());
    }

    /** Lets a step be released once, and only the latest one. */
    BulkNoise release(DpStep step) {
        checkLatest(step);
        current = null;
        return randomness.noise();
    }

    void checkLatest(DpStep step) {
        checkOpen();
        if (current != step) {
            throw new IllegalStateException("this step is already released, or a later one was drawn");
        }
    }

    /** Takes the noised sum of the halves. */
    void follow(double halves) {
        if (following != null) {
            clip = following.next(clip, halves / noise.divisor() + DpStep.HALF);
        }
    }

    float[] mean(double[] noisedSum) {
        float[] mean = new float[noisedSum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (noisedSum[i] / noise.divisor());
        }
        return mean;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this run is closed");
        }
    }
}
