package io.aidc.training.search;

/** Checks what a search is told. */
final class Ranges {
    private static final int LONGEST_TEXT = 200;

    private Ranges() {}

    static void check(double low, double high, Domain.Scale scale) {
        if (!(low <= high) || Double.isInfinite(low) || Double.isInfinite(high) || Double.isInfinite(high - low)) {
            throw new IllegalArgumentException("low must be <= high, both finite, got [%s, %s]".formatted(low, high));
        }
        if (scale == Domain.Scale.LOG && !(low > 0)) {
            throw new IllegalArgumentException("low must be > 0 on a log scale, got " + low);
        }
    }

    static String checkText(String what, String text) {
        if (text.isBlank()
                || text.length() > LONGEST_TEXT
                || text.chars().anyMatch(Character::isISOControl)
                || !text.equals(new String(
                        text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.UTF_8))) {
            throw new IllegalArgumentException(
                    "%s must be 1 to %d characters, none of control or half of a pair, got '%s'"
                            .formatted(what, LONGEST_TEXT, text));
        }
        return text;
    }

    static int atLeast(String what, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException("%s must be >= %d, got %d".formatted(what, least, value));
        }
        return value;
    }
}
