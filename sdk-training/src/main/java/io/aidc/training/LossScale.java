package io.aidc.training;

import io.aidc.training.engine.Precision;

/**
 * Multiplies losses so that small float16 gradients do not vanish, by PyTorch's constants. All workers see the same sums and
 * so keep the same scale.
 */
final class LossScale {
    /** Where the fault is not the scale's any more. */
    static final double LEAST = 0x1p-24;

    private static final double FIRST = 65_536;
    private static final int GOOD_STEPS = 2_000;

    private final boolean active;
    private double value;
    private int good;

    LossScale(Precision precision) {
        active = precision == Precision.FP16_MIXED;
        value = active ? FIRST : 1;
    }

    boolean isActive() {
        return active;
    }

    double value() {
        return value;
    }

    void keepIn(RunState state) {
        state.number("lossScale", () -> value, scale -> value = scale);
        state.number("goodSteps", () -> good, steps -> good = (int) steps);
    }

    void overflowed() {
        value /= 2;
        good = 0;
    }

    void succeeded() {
        if (active && ++good == GOOD_STEPS) {
            value *= 2;
            good = 0;
        }
    }
}
