package io.aidc.security.policy;

import org.jspecify.annotations.Nullable;

/** Reads moments such as {@code 2026-01-31T23:59:59.999+0100}, in the proleptic Gregorian calendar, years 0000 to 9999. */
final class Datetimes {
    private static final int DATE_LENGTH = 10;
    private static final int TIME_LENGTH = 19;
    private static final int MILLIS_LENGTH = 23;
    private static final long DAYS_TO_EPOCH = 719_528;

    private Datetimes() {}

    /** Null if the text is no moment. */
    static Value.@Nullable Datetime parse(String text) {
        if (!fits(text, 0, "dddd-dd-dd")) {
            return null;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        if (month < 1 || month > 12 || day < 1 || day > daysOf(month, year)) {
            return null;
        }
        long midnight = epochDay(year, month, day) * 86_400_000;
        if (text.length() == DATE_LENGTH) {
            return new Value.Datetime(midnight);
        }
        if (!fits(text, DATE_LENGTH, "Tdd:dd:dd")) {
            return null;
        }
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        boolean hasMillis = fits(text, TIME_LENGTH, ".ddd");
        int millis = hasMillis ? number(text, 20, 23) : 0;
        long east = eastMinutes(text, hasMillis ? MILLIS_LENGTH : TIME_LENGTH);
        if (hour > 23 || minute > 59 || second > 59 || east == Long.MIN_VALUE) {
            return null;
        }
        return new Value.Datetime(midnight + ((hour * 60L + minute - east) * 60 + second) * 1000 + millis);
    }

    /** How far the clock is ahead of the zero meridian's; {@link Long#MIN_VALUE} if that is not what stands at the end. */
    private static long eastMinutes(String text, int at) {
        if (text.length() == at + 1 && text.charAt(at) == 'Z') {
            return 0;
        }
        boolean ahead = fits(text, at, "+dddd");
        if (text.length() != at + 5 || (!ahead && !fits(text, at, "-dddd"))) {
            return Long.MIN_VALUE;
        }
        int hours = number(text, at + 1, at + 3);
        int minutes = number(text, at + 3, at + 5);
        if (hours > 23 || minutes > 59) {
            return Long.MIN_VALUE;
        }
        return (ahead ? 1 : -1) * (hours * 60L + minutes);
    }

    private static int daysOf(int month, int year) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Days since 1970-01-01. */
    private static long epochDay(int year, int month, int day) {
        long days = 365L * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400; // since year 0
        for (int m = 1; m < month; m++) {
            days += daysOf(m, year);
        }
        return days + day - 1 - DAYS_TO_EPOCH;
    }

    /** Whether a text has, from a place on, a digit for each {@code d} and otherwise what the shape has. */
    private static boolean fits(String text, int at, String shape) {
        if (text.length() < at + shape.length()) {
            return false;
        }
        for (int i = 0; i < shape.length(); i++) {
            char c = text.charAt(at + i);
            if (shape.charAt(i) == 'd' ? c < '0' || c > '9' : c != shape.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int start, int end) {
        return Integer.parseInt(text, start, end, 10);
    }
}
