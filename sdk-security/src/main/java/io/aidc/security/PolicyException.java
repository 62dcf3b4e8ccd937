package io.aidc.security;

import io.aidc.security.internal.Printable;

/**
 * Says that a policy, a schema or entities could not be read, or do not fit together. What was in force before stays in force.
 * Trying again with the same input fails again.
 *
 * <p><em>Immutable.</em>
 */
public final class PolicyException extends VaultException {
    private static final long serialVersionUID = 1L;

    /** Counted from 1; 0 if the fault has no place in a text. */
    private final int line;

    /** Counted from 1, in characters (code points); 0 if the fault has no place in a text. */
    private final int column;

    /**
     * Names the place and the fault.
     *
     * @param line counted from 1
     * @param column counted from 1, in characters (code points)
     * @param fault what was found, and what was expected
     */
    public PolicyException(int line, int column, String fault) {
        super("line %d, column %d: %s".formatted(line, column, fault), null);
        this.line = line;
        this.column = column;
    }

    /**
     * Names a fault that has no place in a text.
     *
     * @param where the entity, attribute or policy
     * @param fault what was found, and what was expected
     */
    public PolicyException(String where, String fault) {
        super("%s: %s".formatted(Printable.of(where), fault), null);
        this.line = 0;
        this.column = 0;
    }

    /**
     * Returns the line of the fault.
     *
     * @return counted from 1; 0 if the fault has no place in a text
     */
    public int line() {
        return line;
    }

    /**
     * Returns the column of the fault.
     *
     * @return counted from 1, in characters (code points); 0 if the fault has no place in a text
     */
    public int column() {
        return column;
    }
}
