package io.aidc.training.search;

/**
 * When the lines of a journal are forced to the device. The death of the process, also by {@code kill -9}, loses no
 * line under any of them; a power cut may lose lines that were not forced, from the end.
 */
public enum JournalSync {
    /** After every line, intermediate values and parameters too. */
    EVERY_LINE,

    /** When a trial ends. */
    EVERY_TRIAL,

    /** When the journal is closed. */
    AT_CLOSE
}
