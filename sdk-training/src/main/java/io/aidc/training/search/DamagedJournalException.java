package io.aidc.training.search;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Says that a journal does not hold together: a line was changed, lost, added or is no event of a search. Nothing was
 * run or written, and opening it again fails again. An unfinished last line is no damage; it is what a crash leaves.
 */
public final class DamagedJournalException extends SearchException {
    private static final long serialVersionUID = 1;

    /** The line. */
    private final int line;

    DamagedJournalException(Path journal, int line, String reason, @Nullable Throwable cause) {
        super("Journal %s is damaged at line %d: %s".formatted(journal, line, reason), cause);
        this.line = line;
    }

    /**
     * Tells where the damage was seen.
     *
     * @return the line, from 1
     */
    public int line() {
        return line;
    }
}
