package io.aidc.privacy.anonymize;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Numbers in intervals of ever greater widths. */
final class Intervals implements Hierarchy.Paths {
    /** More digits than any table needs, few enough that arithmetic stays cheap. */
    private static final int MOST_CHARACTERS = 40;

    private final BigDecimal low;
    private final BigDecimal high;
    private final long[] widths;

    Intervals(long low, long high, long[] widths) {
        if (high <= low) {
            throw new IllegalArgumentException("high must be > low = %d, got %d".formatted(low, high));
        }
        if (widths.length == 0) {
            throw new IllegalArgumentException("widths must have at least one");
        }
        for (int i = 0; i < widths.length; i++) {
            if (widths[i] <= 0 || (i > 0 && (widths[i] <= widths[i - 1] || widths[i] % widths[i - 1] != 0))) {
                throw new IllegalArgumentException(
                        "each width must be > 0 and a multiple of the one before, got %d at position %d"
                                .formatted(widths[i], i));
            }
        }
        this.low = BigDecimal.valueOf(low);
        this.high = BigDecimal.valueOf(high);
        this.widths = widths;
    }

    @Override
    public List<String> of(String value) {
        Optional<BigDecimal> parsed = parse(value);
        if (parsed.isEmpty() || parsed.get().compareTo(low) < 0 || parsed.get().compareTo(high) >= 0) {
            return List.of();
        }
        BigDecimal offset = parsed.get().subtract(low);
        List<String> path = new ArrayList<>();
        path.add(value);
        for (long width : widths) {
            BigDecimal step = BigDecimal.valueOf(width);
            BigInteger index = offset.divide(step, 0, RoundingMode.FLOOR).toBigInteger();
            BigDecimal start = low.add(step.multiply(new BigDecimal(index)));
            path.add(interval(start, start.add(step).min(high)));
        }
        path.add(Hierarchy.ANY);
        return path;
    }

    @Override
    public Optional<ToDoubleFunction<String>> numbers() {
        return Optional.of(value -> parse(value).orElseThrow().doubleValue());
    }

    @Override
    public List<String> range(String first, String last) {
        return List.of("[" + first + ", " + last + "]");
    }

    private static String interval(BigDecimal start, BigDecimal end) {
        return "[" + start.toPlainString() + ", " + end.toPlainString() + ")";
    }

    /** Plain decimals only: an exponent could ask for a billion digits. */
    private static Optional<BigDecimal> parse(String value) {
        boolean plain = value.length() <= MOST_CHARACTERS
                && value.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+');
        try {
            return plain ? Optional.of(new BigDecimal(value)) : Optional.empty();
        } catch (NumberFormatException e) {
            // not a number, hence not covered
            return Optional.empty();
        }
    }
}
