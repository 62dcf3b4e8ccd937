package io.aidc.storage.history;

/** What a checker found out. */
public enum Verdict {
    LINEARIZABLE,
    NOT_LINEARIZABLE,
    /** The budget ended first. */
    UNKNOWN
}
