package io.aidc.privacy.anonymize;

import java.math.BigDecimal;
import java.util.Arrays;

/** The diversities of Machanavajjhala et al. 2007, from the counts of each sensitive value in a class. */
final class Diversity {
    private Diversity() {}

    static int distinct(int[] counts) {
        return (int) Arrays.stream(counts).filter(count -> count > 0).count();
    }

    /** In nats. */
    static double entropy(int[] counts) {
        double rows = 0;
        double sum = 0;
        for (int count : counts) {
            if (count > 0) {
                rows += count;
                sum += count * Math.log(count);
            }
        }
        return Math.log(rows) - sum / rows;
    }

    /** Whether the most frequent value is less than c times as frequent as those from the l-th on. */
    static boolean recursive(int[] counts, double c, int l) {
        int[] ascending = counts.clone();
        Arrays.sort(ascending);
        long tail = 0;
        for (int i = 0; i <= ascending.length - l; i++) {
            tail += ascending[i];
        }
        BigDecimal least = BigDecimal.valueOf(c).multiply(BigDecimal.valueOf(tail));
        return BigDecimal.valueOf(ascending[ascending.length - 1]).compareTo(least) < 0;
    }
}
