package io.aidc.training.dp;

/** Decides before each private step whether it may be attempted; the place to charge a budget. */
@FunctionalInterface
public interface StepGate {
    /**
     * Charges for a step that is about to be attempted. Called on the thread of worker 0, before any row is drawn. A
     * step that was admitted counts as taken, whether or not it succeeds. An exception ends the run as {@code false}
     * does, and its message goes into the report.
     *
     * @param step the step, from 1
     * @return whether the step may go ahead; {@code false} ends the run
     */
    boolean admit(int step);
}
