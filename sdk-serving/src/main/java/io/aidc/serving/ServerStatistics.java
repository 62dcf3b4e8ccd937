package io.aidc.serving;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what a server did since it was opened.
 *
 * <p>The numbers are read one after another while requests go on, so they may be a few requests apart; on an idle
 * server {@code asked = scored + shed + failed}, but for callers who cancelled while they waited for the answer to an
 * equal request that got none. Immutable.
 *
 * @param asked requests that passed the input check
 * @param scored requests answered by the model or the cache
 * @param shed requests refused
 * @param failed requests that ended with an exception or were cancelled
 * @param cacheHits requests among {@code scored} that needed no run of their own
 * @param runs runs of the model that gave answers
 * @param rows rows in these runs; a request may bring several
 * @param batchSizes how many runs had so many rows, by number of rows, ascending
 */
public record ServerStatistics(
        long asked,
        long scored,
        long shed,
        long failed,
        long cacheHits,
        long runs,
        long rows,
        Map<Integer, Long> batchSizes) {
    /** Copies and sorts the histogram. */
    public ServerStatistics {
        batchSizes = Collections.unmodifiableMap(new TreeMap<>(batchSizes));
    }

    /**
     * Returns the mean number of rows in a run.
     *
     * @return {@code rows / runs}, 0 before the first run
     */
    public double meanBatch() {
        return runs == 0 ? 0 : (double) rows / runs;
    }
}
