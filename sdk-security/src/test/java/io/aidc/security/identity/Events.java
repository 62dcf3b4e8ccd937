package io.aidc.security.identity;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditTrail;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A trail that remembers. */
final class Events implements AuditTrail {
    private final List<AuditEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public long record(AuditEvent event) {
        events.add(event);
        return events.size() - 1L;
    }

    List<String> texts() {
        return events.stream()
                .map(event ->
                        "%s %s %s %s".formatted(event.principal(), event.action(), event.outcome(), event.details()))
                .toList();
    }

    List<String> actions() {
        return events.stream()
                .map(event -> event.action() + " " + event.outcome())
                .toList();
    }

    AuditEvent last() {
        return events.get(events.size() - 1);
    }
}
