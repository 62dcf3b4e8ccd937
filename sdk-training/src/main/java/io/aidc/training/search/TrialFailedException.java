package io.aidc.training.search;

import org.jspecify.annotations.Nullable;

/** Says that a trial failed and ended the search, as {@link Search#failFast} asks for. The same trial may fail again. */
public final class TrialFailedException extends SearchException {
    private static final long serialVersionUID = 1;

    /** The number of the trial. */
    private final int trial;

    TrialFailedException(TrialRecord trial, String error, @Nullable Throwable cause) {
        super("Trial %d with parameters %s failed: %s".formatted(trial.number(), trial.parameters(), error), cause);
        this.trial = trial.number();
    }

    /**
     * Tells which trial failed.
     *
     * @return its number, from 0
     */
    public int trial() {
        return trial;
    }
}
