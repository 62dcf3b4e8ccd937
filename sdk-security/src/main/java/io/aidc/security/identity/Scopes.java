package io.aidc.security.identity;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** What somebody may do: words such as {@code read:models/fraud/7}, of which those granted may end in {@code *}. */
final class Scopes {
    private static final int MAX_SCOPES = 64;
    private static final int MAX_CHARACTERS = 200;

    private Scopes() {}

    static SortedSet<String> checked(String what, Collection<String> words) {
        SortedSet<String> sorted = new TreeSet<>(words);
        if (sorted.size() > MAX_SCOPES) {
            throw new IllegalArgumentException(
                    "%s must be at most %d, got %d".formatted(what, MAX_SCOPES, sorted.size()));
        }
        for (String word : sorted) {
            if (word.isEmpty()
                    || word.length() > MAX_CHARACTERS
                    || !word.chars().allMatch(c -> c > ' ' && c <= '~')) {
                throw new IllegalArgumentException("%s must be words of 1 to %d visible ASCII characters, one has %d"
                        .formatted(what, MAX_CHARACTERS, word.length()));
            }
        }
        return Collections.unmodifiableSortedSet(sorted);
    }

    static boolean cover(Collection<String> granted, String asked) {
        for (String scope : granted) {
            if (scope.endsWith("*") ? asked.startsWith(scope.substring(0, scope.length() - 1)) : scope.equals(asked)) {
                return true;
            }
        }
        return false;
    }
}
