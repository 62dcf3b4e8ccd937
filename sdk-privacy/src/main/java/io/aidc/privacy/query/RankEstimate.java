package io.aidc.privacy.query;

/** A quantile, and the noised tree that it was read from. */
record RankEstimate(double value, double rank, RankTree tree) implements Estimate {

    /** The parts of the bounds in which the quantile of the clamped rows can be, and the value itself. */
    @Override
    public Interval interval(double confidence) {
        Interval found = tree.interval(rank, 1 - Checks.confidence(confidence));
        return new Interval(Math.min(value, found.lower()), Math.max(value, found.upper()));
    }
}
