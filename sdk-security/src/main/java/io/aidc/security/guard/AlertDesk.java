package io.aidc.security.guard;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditTrail;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes alerts on. <em>Thread-safe; to be called without locks.</em> */
final class AlertDesk {
    private static final Logger LOG = LoggerFactory.getLogger(RequestGuard.class);

    private final @Nullable Consumer<Alert> listener;
    private final @Nullable AuditTrail trail;
    private final AuditEvent.Outcome outcome;
    private final AtomicBoolean warned = new AtomicBoolean();

    AlertDesk(@Nullable Consumer<Alert> listener, @Nullable AuditTrail trail, AuditEvent.Outcome outcome) {
        this.listener = listener;
        this.trail = trail;
        this.outcome = outcome;
    }

    /**
     * Tells the listener of all, then records all.
     *
     * @param giveBack takes each that could not be recorded, an error of the listener included
     */
    void deliver(List<Alert> alerts, Consumer<Alert> giveBack) {
        int recorded = 0;
        try {
            alerts.forEach(this::tell);
            for (Alert alert : alerts) {
                if (trail != null) {
                    trail.record(event(alert));
                }
                recorded++;
            }
        } finally {
            alerts.subList(recorded, alerts.size()).forEach(giveBack);
        }
    }

    void record(AuditEvent event) {
        if (trail != null) {
            trail.record(event);
        }
    }

    private AuditEvent event(Alert alert) {
        return AuditEvent.of(
                        alert.principal(),
                        "alert",
                        "guard/" + alert.kind().name().toLowerCase(Locale.ROOT),
                        alert.kind() == Alert.Kind.CROWDED ? AuditEvent.Outcome.ALLOWED : outcome)
                .detail("score", String.format(Locale.ROOT, "%.3f", alert.score()))
                .detail("threshold", String.format(Locale.ROOT, "%.3f", alert.threshold()))
                .detail("window", alert.window().toString())
                .detail("count", Long.toString(alert.count()));
    }

    @SuppressWarnings("IllegalCatch") // a listener's failure must not let a request through or stop it
    private void tell(Alert alert) {
        if (listener == null) {
            return;
        }
        try {
            listener.accept(alert);
        } catch (Exception e) { // in other languages of the JVM a listener may throw checked ones
            if (warned.compareAndSet(false, true)) {
                LOG.warn("Guard alert listener failed; further failures are logged at debug level", e);
            } else {
                LOG.debug("Guard alert listener failed again", e);
            }
        }
    }
}
