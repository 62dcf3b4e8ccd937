package io.aidc.privacy.accounting;

/** The logarithm of a sum of exponentials, term by term. */
final class LogSum {
    private double largest = Double.NEGATIVE_INFINITY;
    private double scaled;

    void add(double log) {
        if (log == largest) {
            // not through a difference, which of two infinities is NaN
            scaled++;
        } else if (log < largest) {
            scaled += Math.exp(log - largest);
        } else {
            scaled = scaled * Math.exp(largest - log) + 1;
            largest = log;
        }
    }

    double value() {
        return largest + Math.log(scaled);
    }
}
