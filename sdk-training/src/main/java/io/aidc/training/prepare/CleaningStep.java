package io.aidc.training.prepare;

import java.util.List;
import java.util.Objects;

/** Names one thing that a {@link FittedCleaning} does, with the constants it learnt. */
public sealed interface CleaningStep {
    /**
     * Empties cells that stand for nothing.
     *
     * @param markers the texts that do, compared without blanks around them
     */
    record Empty(List<String> markers) implements CleaningStep {
        /** Copies the list. */
        public Empty {
            markers = List.copyOf(markers);
        }
    }

    /** Drops rows that repeat an earlier one in every cell. */
    record DropDuplicates() implements CleaningStep {}

    /**
     * Drops rows with a missing cell.
     *
     * @param columns where cells must be there; all columns if empty
     */
    record DropMissing(List<String> columns) implements CleaningStep {
        /** Copies the list. */
        public DropMissing {
            columns = List.copyOf(columns);
        }
    }

    /**
     * Drops rows whose number lies outside bounds; a missing cell does not.
     *
     * @param column the name
     * @param low the smallest number kept, finite
     * @param high the greatest number kept, finite
     */
    record DropOutside(String column, double low, double high) implements CleaningStep {
        /** Checks the bounds. */
        public DropOutside {
            Objects.requireNonNull(column, "column");
            Numbers.ordered(low, high);
        }
    }

    /**
     * Replaces numbers outside bounds by the bound they passed.
     *
     * @param column the name
     * @param low the smallest number kept, finite
     * @param high the greatest number kept, finite
     */
    record Clip(String column, double low, double high) implements CleaningStep {
        /** Checks the bounds. */
        public Clip {
            Objects.requireNonNull(column, "column");
            Numbers.ordered(low, high);
        }
    }

    /**
     * Fills missing cells.
     *
     * @param column the name
     * @param text what is put in, not blank
     */
    record Fill(String column, String text) implements CleaningStep {
        /** Checks the text. */
        public Fill {
            Objects.requireNonNull(column, "column");
            if (text.isBlank()) {
                throw new IllegalArgumentException("the text that fills column '" + column + "' must not be blank");
            }
        }
    }

    /**
     * Says whether this step may drop rows.
     *
     * @return true if so
     */
    default boolean dropsRows() {
        return this instanceof DropDuplicates || this instanceof DropMissing || this instanceof DropOutside;
    }
}
