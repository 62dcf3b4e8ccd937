package io.aidc.training.prepare;

/** Says what becomes of a category that a one-hot encoding does not know, and of a missing cell. */
public enum Unknown {
    /** The row is refused by number. */
    REFUSE,
    /** All features of the column are 0. */
    ZEROS,
    /** A feature of its own, named {@code other}, is 1. */
    OTHER
}
