package io.aidc.security.identity;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditEvent.Outcome;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.internal.HighWaterClock;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/** Words for the audit trail. <em>Thread-safe: as the trail is.</em> */
final class Trail {
    /** Who is named where nobody is known. */
    static final String NOBODY = "unknown";

    private final AuditTrail trail;
    private final String resource;

    Trail(AuditTrail trail, String resource) {
        this.trail = trail;
        this.resource = resource;
    }

    /** Records nothing. */
    static long ignore(AuditEvent event) {
        return 0;
    }

    void done(String user, String action, Map<String, String> details) {
        record(user, action, Outcome.DONE, details);
    }

    void denied(String user, String action, Map<String, String> details) {
        record(user, action, Outcome.DENIED, details);
    }

    void verified(String user, String action, Verification result) {
        if (result instanceof Verification.Accepted accepted) {
            record(user, action, Outcome.ALLOWED, Map.of("factor", accepted.factor()));
        } else if (result instanceof Verification.Locked locked) {
            denied(
                    user,
                    action,
                    Map.of("reason", "LOCKED", "until", locked.until().toString()));
        } else if (result instanceof Verification.Refused refused) {
            denied(user, action, Map.of("reason", refused.reason().name()));
        }
    }

    HighWaterClock watching(Clock clock) {
        return new HighWaterClock(
                clock,
                Instant.MIN,
                behind -> record(NOBODY, "clock.back", Outcome.FAILED, Map.of("behind", behind.toString())));
    }

    private void record(String user, String action, Outcome outcome, Map<String, String> details) {
        trail.record(new AuditEvent(user, action, resource, outcome, details));
    }
}
