package io.aidc.security.policy;

import java.util.Collection;

/** Guesses what somebody meant who wrote a name that does not exist. */
final class Nearest {
    private static final int LONGEST = 100;

    private Nearest() {}

    /** What a message about an unknown word ends with: the known word nearest to it, or nothing if none is near. */
    static String hint(String word, Collection<String> known) {
        String nearest = "";
        int smallest = Math.max(1, Math.min(word.length(), LONGEST) / 3) + 1;
        for (String candidate : known) {
            int distance = candidate.length() > LONGEST || word.length() > LONGEST
                    ? Integer.MAX_VALUE
                    : distance(word, candidate, smallest);
            if (distance < smallest) {
                smallest = distance;
                nearest = candidate;
            }
        }
        return nearest.isEmpty() ? "" : "; did you mean %s?".formatted(nearest);
    }

    /** How many letters to add, drop, replace or swap with the next; or the limit, if that is no more. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[][] rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                rows[i][j] = i == 0 ? j : j == 0 ? i : cell(rows, a, b, i, j);
            }
        }
        return rows[a.length()][b.length()];
    }

    private static int cell(int[][] rows, String a, String b, int i, int j) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(rows[i - 1][j - 1] + cost, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
        boolean isSwap = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return isSwap ? Math.min(least, rows[i - 2][j - 2] + 1) : least;
    }
}
