package io.aidc.training.search;

import java.nio.file.Path;

/**
 * Says that a journal is of another search: its direction, sampler, pruner or the domain of a parameter differs. The
 * journal keeps what it had; the same search fails again, another journal helps.
 */
public final class JournalMismatchException extends SearchException {
    private static final long serialVersionUID = 1;

    /** What differs. */
    private final String what;

    JournalMismatchException(Path journal, String what, String found, String asked) {
        super(
                "Journal %s is of another search: its %s is %s, but this search has %s"
                        .formatted(journal, what, found, asked),
                null);
        this.what = what;
    }

    /**
     * Tells what differs.
     *
     * @return {@code direction}, {@code sampler}, {@code pruner} or {@code parameter} with its name
     */
    public String what() {
        return what;
    }
}
