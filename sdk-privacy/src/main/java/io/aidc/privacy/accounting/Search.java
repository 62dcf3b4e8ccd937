package io.aidc.privacy.accounting;

import java.util.function.DoubleUnaryOperator;

/** One-dimensional searches. */
final class Search {
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private Search() {}

    /** Where a function with one minimum is least, by golden section. */
    static double least(DoubleUnaryOperator function, double from, double to, double within) {
        double low = from;
        double high = to;
        double left = high - GOLDEN * (high - low);
        double right = low + GOLDEN * (high - low);
        double atLeft = function.applyAsDouble(left);
        double atRight = function.applyAsDouble(right);
        while (high - low > within) {
            if (atLeft <= atRight) {
                high = right;
                right = left;
                atRight = atLeft;
                left = high - GOLDEN * (high - low);
                atLeft = function.applyAsDouble(left);
            } else {
                low = left;
                left = right;
                atLeft = atRight;
                right = low + GOLDEN * (high - low);
                atRight = function.applyAsDouble(right);
            }
        }
        return (low + high) / 2;
    }
}
