package io.aidc.privacy.query;

/**
 * A population variance, as mean square less squared mean.
 *
 * @param sum of x, the distances from the middle of the bounds in half widths
 * @param squares the sum of 2x² − 1, which uses all of [−1, 1]
 */
record VarianceEstimate(Clamp clamp, Noised sum, Noised squares, Noised count) implements Estimate {

    @Override
    public double value() {
        double rows = Math.max(1, count.value());
        double mean = sum.value() / rows;
        return at(squares.value() / rows, mean * mean);
    }

    @Override
    public Interval interval(double confidence) {
        double tail = (1 - Checks.confidence(confidence)) / 3;
        Interval means = MeanEstimate.ratio(sum, count, tail);
        Interval square = MeanEstimate.ratio(squares, count, tail);
        double low = means.lower() * means.lower();
        double high = means.upper() * means.upper();
        boolean aroundZero = means.lower() <= 0 && means.upper() >= 0;
        return new Interval(
                at(square.lower(), Math.max(low, high)), at(square.upper(), aroundZero ? 0 : Math.min(low, high)));
    }

    /** In the unit of the values squared, from 0 to the most that the bounds allow. */
    private double at(double centredSquare, double squaredMean) {
        double scaled = (centredSquare + 1) / 2 - squaredMean;
        return Math.max(0, Math.min(1, scaled)) * clamp.halfWidth() * clamp.halfWidth();
    }
}
