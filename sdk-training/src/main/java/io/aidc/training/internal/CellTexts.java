package io.aidc.training.internal;

import java.util.OptionalDouble;

/** Reads the cells of a table one by one, where a cell may be missing or no number. */
public final class CellTexts {
    private static final String NUMBER_CHARACTERS = "0123456789+-.eE";

    private CellTexts() {}

    /** Says whether a cell has nothing in it but blanks. */
    public static boolean missing(String cell) {
        return cell.isBlank();
    }

    /** Reads a decimal number; empty if the cell is missing, no number, or not finite. Blanks around it are ignored. */
    public static OptionalDouble number(String cell) {
        String text = cell.strip();
        // Double.parseDouble also takes hexadecimal, "NaN" and a type suffix, none of which is a decimal number.
        if (text.isEmpty() || !text.chars().allMatch(c -> NUMBER_CHARACTERS.indexOf(c) >= 0)) {
            return OptionalDouble.empty();
        }
        try {
            double number = Double.parseDouble(text);
            return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
