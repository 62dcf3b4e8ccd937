package io.aidc.storage.history;

/** What the answer to a conditional operation said. */
public enum Ending {
    DONE,
    REFUSED,
    /** There was no answer. */
    UNKNOWN;

    /** Says whether this answer can be given when the condition holds, or does not. */
    public boolean allows(boolean conditionHolds) {
        return this == UNKNOWN || conditionHolds == (this == DONE);
    }
}
