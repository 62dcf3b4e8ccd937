package io.aidc.security.audit;

/**
 * Takes records of what was done, allowed or refused. {@link AuditLog} is one; a program with a log of its own gives a lambda.
 *
 * <p>Whoever records waits, and fails if recording fails: what cannot be recorded is not done. An implementation must be
 * thread-safe.
 */
@FunctionalInterface
public interface AuditTrail {
    /**
     * Records an event.
     *
     * @param event what happened
     * @return the index of the record, &gt;= 0, once it is durable
     * @throws RuntimeException if it could not be recorded; whatever asked for it then fails too
     */
    long record(AuditEvent event);
}
