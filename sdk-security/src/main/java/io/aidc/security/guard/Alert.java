package io.aidc.security.guard;

import java.time.Duration;
import java.util.Objects;

/**
 * Says that a score of a principal reached its threshold. A reason to look, not a proof.
 *
 * <p><em>Immutable.</em>
 *
 * @param principal who, or {@link RequestGuard#OTHERS}
 * @param kind which score
 * @param score what it was, in the range of the kind
 * @param threshold what it reached
 * @param window the length of the window that is scored; a principal raises each kind at most once in it
 * @param count how much was admitted for the principal in this window so far
 */
public record Alert(String principal, Kind kind, double score, double threshold, Duration window, long count) {
    /** Checks that nothing is null. */
    public Alert {
        Objects.requireNonNull(principal, "principal");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(window, "window");
    }

    /** What is scored. All scores grow with suspicion. {@link ExtractionPolicy} says how each is computed. */
    public enum Kind {
        /** Queries against the budget of the window: 0 upward, 1 is the budget. */
        VOLUME,
        /** The share of queries that were not asked before in the window: 0 to 1. */
        DISTINCT,
        /** Cells of the feature space that were visited, against what benign traffic of that volume visits: 0 upward. */
        COVERAGE,
        /** The share of queries with a feature outside the benign range, or not a finite number: 0 to 1. */
        OUT_OF_RANGE,
        /** How far the distances to earlier queries are from a log-normal distribution: 0 to 1. */
        NORMALITY,
        /** How far the distances to earlier queries are from those of benign traffic: 0 to 1. */
        DISTANCE,
        /** The share of answers near the decision boundary: 0 to 1. */
        BOUNDARY,
        /** Principals that are told apart, against the most that are: at most 1. The window is a minute at least. */
        CROWDED
    }
}
