package io.aidc.examples.clinics;

import io.aidc.privacy.aggregation.SecureSum;
import java.util.List;

/**
 * What the clinics and the coordinator agree on beforehand. A clinic's number in the sum is its place in the list.
 *
 * @param clinics the names of all that may take part
 * @param sum the parameters of one secure sum
 */
record Agreement(List<String> clinics, SecureSum sum) {
    /** How many must be in a sum: with two, each would know the other's update. */
    static final int LEAST = 3;

    /** What a number in an update is rounded to, at random and without bias; it is off by less than this. */
    static final double STEP = 0x1p-20;

    /** The length of the longest update that is added as it is; a longer one is shortened. */
    static final double LONGEST = 64;

    /**
     * Agrees on sums in which one clinic may tell the coordinator all that it sees.
     *
     * @param clinics the names, at least four
     * @param parameters how many numbers an update has
     */
    static Agreement of(List<String> clinics, int parameters) {
        int all = clinics.size();
        SecureSum sum = SecureSum.clients(all)
                .curiousServer(1.0 / all)
                .dropout(1 - (double) LEAST / all)
                .vector(parameters)
                .clip(LONGEST, 1 / STEP)
                .build();
        return new Agreement(List.copyOf(clinics), sum);
    }

    int number(String clinic) {
        int number = clinics.indexOf(clinic);
        if (number < 0) {
            throw new IllegalArgumentException("clinic must be one of %s, got %s".formatted(clinics, clinic));
        }
        return number;
    }
}
