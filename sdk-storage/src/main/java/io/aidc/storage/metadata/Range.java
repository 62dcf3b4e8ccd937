package io.aidc.storage.metadata;

import java.util.Objects;

/**
 * A part of the sorted keys: those that begin with a prefix and come after a given one.
 *
 * <p>Immutable.
 *
 * @param prefix may be empty
 * @param after the range begins behind this key; empty to begin with the first
 * @param limit the most entries to return, 1 to 10,000
 */
public record Range(String prefix, String after, int limit) {
    /** The largest limit. */
    public static final int MAX_ENTRIES = 10_000;

    /** Checks the limit. */
    public Range {
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(after, "after");
        if (limit < 1 || limit > MAX_ENTRIES) {
            throw new IllegalArgumentException("limit must be 1 to %d, got %d".formatted(MAX_ENTRIES, limit));
        }
    }

    /**
     * The first entries with a prefix.
     *
     * @param prefix may be empty
     * @param limit the most entries to return, 1 to 10,000
     * @return a range that begins with the first key
     * @throws IllegalArgumentException if the limit is outside
     */
    public static Range of(String prefix, int limit) {
        return new Range(prefix, "", limit);
    }
}
