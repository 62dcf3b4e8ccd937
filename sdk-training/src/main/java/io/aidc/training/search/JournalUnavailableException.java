package io.aidc.training.search;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Says that a journal is held by another search, or cannot be read or written. The search has ended; what it wrote
 * before can be resumed once the cause is gone.
 */
public final class JournalUnavailableException extends SearchException {
    private static final long serialVersionUID = 1;

    JournalUnavailableException(Path journal, String reason, @Nullable Throwable cause) {
        super("Journal %s %s".formatted(journal, reason), cause);
    }
}
