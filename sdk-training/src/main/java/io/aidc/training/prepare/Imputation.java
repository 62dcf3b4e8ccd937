package io.aidc.training.prepare;

import java.util.Objects;

/** Says what takes the place of a missing cell. */
public sealed interface Imputation {
    /**
     * Takes the mean of the numbers that are there.
     *
     * @return the rule, for columns of numbers
     */
    static Imputation mean() {
        return new Mean();
    }

    /**
     * Takes the median of the numbers that are there, which outliers do not move.
     *
     * @return the rule, for columns of numbers
     */
    static Imputation median() {
        return new Median();
    }

    /**
     * Takes the text that stands most often; of several, the first in sorted order.
     *
     * @return the rule, for any column
     */
    static Imputation mode() {
        return new Mode();
    }

    /**
     * Takes one text, whatever the column holds.
     *
     * @param text not blank; a number is written as a decimal with a point
     * @return the rule, for any column
     * @throws IllegalArgumentException if the text is blank
     */
    static Imputation constant(String text) {
        return new Constant(text);
    }

    /** Takes the mean. */
    record Mean() implements Imputation {}

    /** Takes the median. */
    record Median() implements Imputation {}

    /** Takes the most common text. */
    record Mode() implements Imputation {}

    /**
     * Takes one text.
     *
     * @param text what is put in, not blank
     */
    record Constant(String text) implements Imputation {
        /** Checks the text. */
        public Constant {
            if (Objects.requireNonNull(text, "text").isBlank()) {
                throw new IllegalArgumentException("the text that takes the place of a missing cell must not be blank");
            }
        }
    }
}
