package io.aidc.training.search;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Several {@link Asha} side by side, which differ in how early they prune, for objectives of which nobody knows how
 * much early values tell. Bracket s has its first rung at step r·η<sup>s</sup>; a trial belongs to one bracket, by its
 * number, and is compared with its like only. Brackets get numbers of trials so that each spends about the same number
 * of steps.
 *
 * <p>Immutable.
 *
 * @see <a href="https://jmlr.org/papers/v18/16-558.html">Li et al. 2018, Algorithm 1, there with synchronous halving</a>
 */
public final class Hyperband extends Pruner {
    private static final long BRACKETS = 0x68797065;

    private final int firstRung;
    private final int lastStep;
    private final int reduction;
    private final List<Asha> brackets = new ArrayList<>();
    private final double[] weights;

    private Hyperband(int firstRung, int lastStep, int reduction) {
        this.firstRung = firstRung;
        this.lastStep = lastStep;
        this.reduction = reduction;
        for (long rung = firstRung; rung <= lastStep; rung *= reduction) {
            brackets.add(Asha.reduction(reduction).firstRung((int) rung));
        }
        weights = new double[brackets.size()];
        double sum = 0;
        for (int s = 0; s < weights.length; s++) {
            int more = weights.length - 1 - s;
            weights[s] = weights.length * Math.pow(reduction, more) / (more + 1);
            sum += weights[s];
        }
        for (int s = 0; s < weights.length; s++) {
            weights[s] /= sum;
        }
    }

    /**
     * Makes a pruner.
     *
     * @param firstRung r, the least number of steps that tell anything, ≥ 1
     * @param lastStep the steps of a whole trial, ≥ {@code firstRung}
     * @param eta η, as in {@link Asha#reduction}
     * @return the pruner
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Hyperband between(int firstRung, int lastStep, int eta) {
        Ranges.atLeast("firstRung", 1, firstRung);
        Ranges.atLeast("lastStep", firstRung, lastStep);
        Asha.reduction(eta);
        return new Hyperband(firstRung, lastStep, eta);
    }

    /** The bracket of a trial, from 0. */
    int bracket(int trial) {
        return Draws.index(
                new SplittableRandom(Draws.of(BRACKETS, trial, "bracket").nextLong()), weights);
    }

    @Override
    boolean prunes(Past trial, int previousStep, List<Past> others) {
        int bracket = bracket(trial.number());
        List<Past> like = others.stream()
                .filter(past -> bracket(past.number()) == bracket)
                .toList();
        return brackets.get(bracket).prunes(trial, previousStep, like);
    }

    @Override
    public String toString() {
        return "hyperband(firstRung=%d, lastStep=%d, reduction=%d)".formatted(firstRung, lastStep, reduction);
    }
}
