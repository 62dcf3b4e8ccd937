package io.aidc.training.search;

import org.jspecify.annotations.Nullable;

/** Says that a search ended for a reason the caller could not rule out beforehand. */
public abstract sealed class SearchException extends RuntimeException
        permits DamagedJournalException, JournalMismatchException, JournalUnavailableException, TrialFailedException {
    private static final long serialVersionUID = 1;

    SearchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
