package io.aidc.privacy.query;

/**
 * A mean, as the noised sum of distances from the middle of the bounds over a noised count.
 *
 * @param sum of distances, in half widths of the bounds
 */
record MeanEstimate(Clamp clamp, Noised sum, Noised count) implements Estimate {

    @Override
    public double value() {
        return at(sum.value() / Math.max(1, count.value()));
    }

    @Override
    public Interval interval(double confidence) {
        Interval scaled = ratio(sum, count, (1 - Checks.confidence(confidence)) / 2);
        return new Interval(at(scaled.lower()), at(scaled.upper()));
    }

    /** A sum over a count of at least 1, each failing with probability {@code tail}. */
    static Interval ratio(Noised sum, Noised count, double tail) {
        Interval sums = sum.within(tail);
        Interval counts = count.within(tail);
        double few = Math.max(1, counts.lower());
        double many = Math.max(1, counts.upper());
        return new Interval(
                Math.min(sums.lower() / few, sums.lower() / many), Math.max(sums.upper() / few, sums.upper() / many));
    }

    private double at(double scaled) {
        return clamp.apply(clamp.middle() + clamp.halfWidth() * scaled);
    }
}
