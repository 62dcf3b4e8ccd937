package io.aidc.storage.history;

import java.util.List;

/**
 * A verdict and, unless it is {@link Verdict#LINEARIZABLE}, the part of the history that stands behind it.
 *
 * @param steps how many model steps the search took
 * @param part the calls of the first part that is not linearizable, else of the first undecided one, else none
 * @param longest the longest order of calls of that part that the model allows and the search met
 */
public record Report<O>(Verdict verdict, long steps, List<Call<O>> part, List<Call<O>> longest) {
    public Report {
        part = List.copyOf(part);
        longest = List.copyOf(longest);
    }
}
