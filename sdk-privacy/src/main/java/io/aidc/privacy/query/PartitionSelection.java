package io.aidc.privacy.query;

import io.aidc.privacy.noise.RandomBits;
import java.util.Arrays;

/**
 * Decides from the number of units in a group whether its key may be shown, as often as (ε, δ) for one unit in one group
 * allows.
 *
 * <p>π(0) = 0 and π(n+1) = min(e^ε·π(n) + δ, 1 − e^−ε·(1 − π(n) − δ), 1). Every step is rounded down from the rounded
 * value before it, so that neighbouring probabilities satisfy the inequalities exactly, and the decision is exact. With
 * a pre-threshold k, fewer units than k are never shown and n units count as n − k + 1. Confined: one thread at a time.
 *
 * @see <a href="https://arxiv.org/abs/2006.03684">Desfontaines, Voss, Gipson, Mandayam 2022, Theorem 1</a>
 */
final class PartitionSelection {
    private static final double DOWN = 1 - 0x1p-50;
    private static final double UP = 1 + 0x1p-50;
    private static final double ROUNDING = 0x1p-51;
    private static final double MOST_EPSILON = 700;

    private final double epsilon;
    private final double delta;
    private final int preThreshold;
    /** Probabilities by number of units, as far as known: up to the first 1 or as far as asked for. */
    private double[] table = {0};

    private int known;

    PartitionSelection(double epsilon, double delta, int preThreshold) {
        this.epsilon = Math.min(epsilon, MOST_EPSILON);
        this.delta = delta;
        this.preThreshold = preThreshold;
    }

    boolean keeps(long units, RandomBits bits) {
        return bits.nextBoolean(probability(units));
    }

    double probability(long units) {
        return units < preThreshold ? 0 : withoutThreshold(units - preThreshold + 1);
    }

    private double withoutThreshold(long units) {
        while (known < units && table[known] < 1) {
            if (known + 1 == table.length) {
                table = Arrays.copyOf(table, 2 * table.length);
            }
            table[known + 1] = next(table[known]);
            known++;
        }
        return table[(int) Math.min(units, known)];
    }

    private double next(double probability) {
        double rising = (Math.exp(epsilon) * DOWN * probability + delta) * DOWN;
        double missing = 1 - probability - delta;
        double falling = missing <= 0 ? 1 : 1 - Math.exp(-epsilon) * UP * missing - ROUNDING;
        return Math.max(probability, Math.min(Math.min(rising, falling), 1));
    }
}
