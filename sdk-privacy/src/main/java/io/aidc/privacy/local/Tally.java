package io.aidc.privacy.local;

import java.util.BitSet;
import java.util.Objects;

/** How often each bit is set in reports. Confined: one thread at a time. */
final class Tally {
    private final long[] votes;
    private long reports;

    private Tally(int categories) {
        votes = new long[categories];
    }

    static Tally of(Iterable<BitSet> reports, int categories) {
        var tally = new Tally(categories);
        for (BitSet report : Objects.requireNonNull(reports, "reports")) {
            Checks.length(report, categories);
            report.stream().forEach(category -> tally.votes[category]++);
            tally.reports++;
        }
        return tally;
    }

    Frequencies frequencies(double inside, double outside) {
        return Frequencies.of(votes, reports, inside, outside);
    }
}
