package io.aidc.security.policy;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditTrail;
import java.util.ArrayList;
import java.util.List;

/** Keeps events, or fails. */
final class MemoryTrail implements AuditTrail {
    private final List<AuditEvent> events = new ArrayList<>();
    private boolean broken;

    @Override
    public synchronized long record(AuditEvent event) {
        if (broken) {
            throw new IllegalStateException("the disk is full");
        }
        events.add(event);
        return events.size() - 1L;
    }

    synchronized List<AuditEvent> events() {
        return List.copyOf(events);
    }

    synchronized AuditEvent last() {
        return events.get(events.size() - 1);
    }

    synchronized void breakDown() {
        broken = true;
    }
}
