package io.aidc.privacy.anonymize;

import java.util.List;

/** Whether a table satisfies a {@link PrivacyModel}. Names classes and rows by number, never by content. Immutable. */
public sealed interface Verification {
    /**
     * Returns the number of classes of rows that look alike, suppressed rows not counted.
     *
     * @return classes &ge; 0
     */
    int classes();

    /**
     * Returns the number of suppressed rows, which no model looks at.
     *
     * @return rows &ge; 0
     */
    int suppressed();

    /**
     * The table satisfies the model.
     *
     * @param classes the number of classes
     * @param suppressed the number of suppressed rows
     */
    record Holds(int classes, int suppressed) implements Verification {}

    /**
     * The table does not satisfy the model.
     *
     * @param classes the number of classes
     * @param suppressed the number of suppressed rows
     * @param violations the classes that fail, in ascending order
     * @param absent people of the population whom no class fits although the model wants everybody to be in the table
     *     with some probability; 0 for other models than δ-presence
     */
    record Violated(int classes, int suppressed, List<Violation> violations, int absent) implements Verification {
        /** Copies the violations. */
        public Violated {
            violations = List.copyOf(violations);
        }
    }

    /**
     * A class that fails.
     *
     * @param cls the class, counted from 0 in the order of first rows
     * @param firstRow its first row in the table, from 0
     * @param rows the number of its rows
     */
    record Violation(int cls, int firstRow, int rows) {}
}
