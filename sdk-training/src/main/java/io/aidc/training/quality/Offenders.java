package io.aidc.training.quality;

import java.util.ArrayList;
import java.util.List;

/** Counts rows that break a rule and keeps the numbers of the first. */
final class Offenders {
    private final List<Integer> first = new ArrayList<>();
    private int count;

    /** Takes a row by its index from 0. */
    void add(int row) {
        count++;
        if (first.size() < CheckResult.MAX_EXAMPLES) {
            first.add(row + 1);
        }
    }

    int count() {
        return count;
    }

    List<Integer> first() {
        return first;
    }
}
