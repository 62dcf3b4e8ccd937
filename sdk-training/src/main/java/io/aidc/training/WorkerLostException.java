package io.aidc.training;

import org.jspecify.annotations.Nullable;

/**
 * Says that a worker ended before the run did: its code, or the caller's code it ran, threw or did not return in time.
 * The other workers have been ended and the parameters are gone. A retry is safe, but a private run has paid for every step
 * its gate admitted.
 */
public final class WorkerLostException extends TrainingException {
    private static final long serialVersionUID = 1;

    /** The worker that was lost. */
    private final int rank;

    /** The step it was in. */
    private final int step;

    WorkerLostException(int rank, int step, String reason, @Nullable Throwable cause) {
        super("Worker %d was lost in step %d: %s".formatted(rank, step, reason), cause);
        this.rank = rank;
        this.step = step;
    }

    /**
     * Gives the worker that was lost.
     *
     * @return its rank, from 0
     */
    public int rank() {
        return rank;
    }

    /**
     * Gives the step the worker was in.
     *
     * @return the step, from 1; 0 if it had not begun the first
     */
    public int step() {
        return step;
    }
}
