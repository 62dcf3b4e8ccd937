package io.aidc.storage.backup;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of calendar time.
 *
 * @param years ≥ 0
 * @param months ≥ 0
 * @param days ≥ 0
 * @param hours ≥ 0
 */
public record Span(int years, int months, int days, int hours) {
    private static final Pattern PART = Pattern.compile("(\\d{1,5})([ymdh])");
    private static final Pattern WHOLE = Pattern.compile("(" + PART + ")+");
    private static final int MAX = 99_999;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not 0 to 99,999, or all are 0
     */
    public Span {
        int[] parts = {years, months, days, hours};
        boolean isZero = true;
        for (int part : parts) {
            if (part < 0 || part > MAX) {
                throw new IllegalArgumentException("parts of a span must be 0 to %d, got %d".formatted(MAX, part));
            }
            isZero &= part == 0;
        }
        if (isZero) {
            throw new IllegalArgumentException("a span must not be zero");
        }
    }

    /**
     * Reads restic's notation.
     *
     * @param text such as {@code 1y2m3d4h}, in any order; of a unit given twice the last counts
     * @return the span
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Span parse(String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException("span must be numbers with units such as 1y2m3d4h, got '" + text + "'");
        }
        int[] parts = new int[4];
        Matcher matcher = PART.matcher(text);
        while (matcher.find()) {
            parts["ymdh".indexOf(matcher.group(2))] = Integer.parseInt(matcher.group(1));
        }
        return new Span(parts[0], parts[1], parts[2], parts[3]);
    }

    /** Counts back; a day that the month does not have runs over into the next, as in restic. */
    OffsetDateTime before(OffsetDateTime time) {
        YearMonth month = YearMonth.from(time).minusYears(years).minusMonths(months);
        return month.atDay(1)
                .plusDays(time.getDayOfMonth() - 1L - days)
                .atTime(time.toLocalTime())
                .atOffset(time.getOffset())
                .minus(Duration.ofHours(hours));
    }

    /** Returns restic's notation, such as {@code 1y2m3d4h}. */
    @Override
    public String toString() {
        return part(years, "y") + part(months, "m") + part(days, "d") + part(hours, "h");
    }

    private static String part(int number, String unit) {
        return number == 0 ? "" : number + unit;
    }
}
