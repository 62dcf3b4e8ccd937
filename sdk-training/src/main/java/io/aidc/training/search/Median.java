package io.aidc.training.search;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Prunes a trial whose best intermediate value so far is worse than the median of what completed trials reported at the
 * same step. Completed trials that have no report at the step do not count.
 *
 * <p>Immutable: each option gives another pruner.
 *
 * @see <a href="https://doi.org/10.1145/3097983.3098043">Golovin et al. 2017, section 3.2.2, which compares running averages</a>
 */
public final class Median extends Pruner {
    /** Trials that must have completed first, unless {@link #startupTrials} is set. */
    public static final int DEFAULT_STARTUP_TRIALS = 5;

    private final int startupTrials;
    private final int warmUpSteps;

    private Median(int startupTrials, int warmUpSteps) {
        this.startupTrials = startupTrials;
        this.warmUpSteps = warmUpSteps;
    }

    /**
     * Makes a pruner with default options.
     *
     * @return the pruner
     */
    public static Median create() {
        return new Median(DEFAULT_STARTUP_TRIALS, 0);
    }

    /**
     * Sets how many trials must have completed before any is pruned.
     *
     * @param count ≥ 1, {@value #DEFAULT_STARTUP_TRIALS} if not set
     * @return another pruner
     * @throws IllegalArgumentException if it is less
     */
    public Median startupTrials(int count) {
        return new Median(Ranges.atLeast("startupTrials", 1, count), warmUpSteps);
    }

    /**
     * Sets the step before which no trial is pruned.
     *
     * @param step ≥ 0, 0 if not set
     * @return another pruner
     * @throws IllegalArgumentException if it is less
     */
    public Median warmUp(int step) {
        return new Median(startupTrials, Ranges.atLeast("step", 0, step));
    }

    @Override
    boolean prunes(Past trial, int previousStep, List<Past> others) {
        int step = trial.reports().lastKey();
        List<Past> completed = others.stream()
                .filter(past -> past.state() == Past.State.COMPLETED)
                .toList();
        if (step < warmUpSteps || completed.size() < startupTrials) {
            return false;
        }
        double[] there = completed.stream()
                .map(past -> past.reports().get(step))
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return there.length > 0 && trial.bestUpTo(step) > median(there);
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
    }

    @Override
    public String toString() {
        return "median(startupTrials=%d, warmUp=%d)".formatted(startupTrials, warmUpSteps);
    }
}
