package io.aidc.training.prepare;

import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/**
 * Names what can be read from a date. The parts that go round, such as weekdays, are offered as a sine and a cosine too, by
 * which Sunday is as near to Monday as Monday is to Tuesday; the others are plain numbers, not scaled.
 */
public enum DatePart {
    /** The year, such as 2024. */
    YEAR,
    /** The quarter, from 1 to 4. */
    QUARTER,
    /** The month, from 1 to 12. */
    MONTH,
    /** The day of the month, from 1 to 31. */
    DAY_OF_MONTH,
    /** The day of the week, from 1 for Monday to 7. */
    DAY_OF_WEEK,
    /** The day of the year, from 1 to 366. */
    DAY_OF_YEAR,
    /** The hour, from 0 to 23; 0 for a date without time. */
    HOUR,
    /** Days since the beginning of 1970, with the time of the day as a fraction. */
    DAYS,
    /** The sine of the place in the year, a whole turn a year, 0 at its beginning. */
    YEAR_SINE,
    /** The cosine of the place in the year. */
    YEAR_COSINE,
    /** The sine of the place in the week, a whole turn a week, 0 as Monday begins. */
    WEEK_SINE,
    /** The cosine of the place in the week. */
    WEEK_COSINE,
    /** The sine of the time of the day, a whole turn a day, 0 at midnight. */
    DAY_SINE,
    /** The cosine of the time of the day. */
    DAY_COSINE;

    private static final double SECONDS_A_DAY = 86_400;

    double of(LocalDateTime date) {
        double day = date.toLocalTime().toSecondOfDay() / SECONDS_A_DAY;
        double year = (date.getDayOfYear() - 1 + day) / date.toLocalDate().lengthOfYear();
        double week = (date.getDayOfWeek().getValue() - 1 + day) / 7;
        return switch (this) {
            case YEAR -> date.getYear();
            case QUARTER -> date.get(IsoFields.QUARTER_OF_YEAR);
            case MONTH -> date.getMonthValue();
            case DAY_OF_MONTH -> date.getDayOfMonth();
            case DAY_OF_WEEK -> date.getDayOfWeek().getValue();
            case DAY_OF_YEAR -> date.getDayOfYear();
            case HOUR -> date.getHour();
            case DAYS -> date.getLong(ChronoField.EPOCH_DAY) + day;
            case YEAR_SINE -> Math.sin(2 * Math.PI * year);
            case YEAR_COSINE -> Math.cos(2 * Math.PI * year);
            case WEEK_SINE -> Math.sin(2 * Math.PI * week);
            case WEEK_COSINE -> Math.cos(2 * Math.PI * week);
            case DAY_SINE -> Math.sin(2 * Math.PI * day);
            case DAY_COSINE -> Math.cos(2 * Math.PI * day);
        };
    }

    /** As part of a feature's name, such as {@code day-of-week}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
