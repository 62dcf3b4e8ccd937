package io.aidc.training.search;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * Asynchronous successive halving: a trial that reaches the rung at step r·η<sup>k</sup> goes on if its value there is
 * in the best 1/η of all trials that have come so far, and is pruned if not; the best of the first η goes on in any
 * case. A trial that jumps over a rung is judged by its next report.
 *
 * <p>The paper pauses trials and takes up the best of them when a worker is free. An objective that is a function
 * cannot be paused, so a trial is judged once at each rung and never taken up again; Ray Tune and Optuna do the same.
 *
 * <p>Immutable: each option gives another pruner.
 *
 * @see <a href="https://arxiv.org/abs/1810.05934">Li et al. 2018, Algorithm 2</a>
 */
public final class Asha extends Pruner {
    private static final int MOST_REDUCTION = 1000;

    private final int reduction;
    private final int firstRung;

    private Asha(int reduction, int firstRung) {
        this.reduction = reduction;
        this.firstRung = firstRung;
    }

    /**
     * Makes a pruner whose first rung is step 1.
     *
     * @param eta η, of how many trials one goes on, and how much farther it is to the next rung; in [2, 1000], often 3
     *     or 4
     * @return the pruner
     * @throws IllegalArgumentException if it is outside that range
     */
    public static Asha reduction(int eta) {
        if (Ranges.atLeast("eta", 2, eta) > MOST_REDUCTION) {
            throw new IllegalArgumentException("eta must be <= %d, got %d".formatted(MOST_REDUCTION, eta));
        }
        return new Asha(eta, 1);
    }

    /**
     * Sets the step of the first rung.
     *
     * @param step r, ≥ 1, 1 if not set; what no trial is pruned before
     * @return another pruner
     * @throws IllegalArgumentException if it is less
     */
    public Asha firstRung(int step) {
        return new Asha(reduction, Ranges.atLeast("step", 1, step));
    }

    @Override
    boolean prunes(Past trial, int previousStep, List<Past> others) {
        int step = trial.reports().lastKey();
        for (long rung = firstRung; rung <= step; rung *= reduction) {
            if (rung > previousStep && !isAmongBest(trial, (int) rung, others)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAmongBest(Past trial, int rung, List<Past> others) {
        double own = at(trial, rung).orElseThrow();
        List<Double> values = new ArrayList<>();
        for (Past past : others) {
            if (past.state() != Past.State.FAILED && past.state() != Past.State.INTERRUPTED) {
                at(past, rung).ifPresent(values::add);
            }
        }
        int promoted = Math.max(1, (values.size() + 1) / reduction);
        return values.stream().filter(value -> value < own).count() < promoted;
    }

    /** The loss at a rung: the first report there or beyond. */
    private static OptionalDouble at(Past past, int rung) {
        SortedMap<Integer, Double> there = past.reports().tailMap(rung);
        return there.values().stream().mapToDouble(Double::doubleValue).findFirst();
    }

    @Override
    public String toString() {
        return "asha(reduction=%d, firstRung=%d)".formatted(reduction, firstRung);
    }
}
