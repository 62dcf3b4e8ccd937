package io.aidc.training.search;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a search has come.
 *
 * @param direction which values are good
 * @param ended the trials that ended, in the order of their numbers
 * @param elapsed since this run of the search began
 */
public record SearchProgress(Direction direction, List<TrialRecord> ended, Duration elapsed) {
    /** Copies the list. */
    public SearchProgress {
        Objects.requireNonNull(direction, "direction");
        ended = List.copyOf(ended);
        Objects.requireNonNull(elapsed, "elapsed");
    }

    /**
     * Finds the best trial so far.
     *
     * @return the completed trial with the best value, of equals the first; empty if none completed
     */
    public Optional<TrialRecord> best() {
        return SearchResult.ranking(direction, ended).stream().findFirst();
    }
}
