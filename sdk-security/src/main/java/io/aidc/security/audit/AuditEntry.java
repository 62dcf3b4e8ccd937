package io.aidc.security.audit;

import java.time.Instant;
import java.util.Objects;

/**
 * An event as it stands in a log.
 *
 * <p><em>Immutable.</em>
 *
 * @param index counted from 0
 * @param time when the log took it, to the microsecond; never before that of an earlier entry
 * @param event what happened
 */
public record AuditEntry(long index, Instant time, AuditEvent event) {
    /** Checks that nothing is missing. */
    public AuditEntry {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(event, "event");
    }

    /**
     * Returns the entry as the log holds it, for {@link ProofFile#verify}.
     *
     * @return canonical JSON in ASCII
     */
    public byte[] bytes() {
        return EventJson.of(event).at(time);
    }
}
