package io.aidc.security.audit;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One thing that somebody did or tried. It must hold no secret and no personal data beyond names: a log that only grows cannot
 * forget. Name large or sensitive things by a digest.
 *
 * <p><em>Immutable.</em>
 *
 * @param principal who, 1 to 1024 bytes in UTF-8, such as {@code User::"alice"}
 * @param action what, 1 to 1024 bytes in UTF-8, such as {@code unseal}
 * @param resource on what, 1 to 1024 bytes in UTF-8, such as {@code models/fraud/7}
 * @param outcome how it ended
 * @param details what else to know, at most 32 pairs and 16 KiB in UTF-8; sorted by key. An {@link AuditLog} takes events of at
 *     most 65&nbsp;535 bytes as JSON, in which a control character, or a {@code char} beyond ASCII, takes up to 6 bytes
 */
public record AuditEvent(
        String principal, String action, String resource, Outcome outcome, Map<String, String> details) {
    private static final int MAX_NAME_BYTES = 1024;
    private static final int MAX_DETAILS = 32;
    private static final int MAX_DETAIL_BYTES = 16 * 1024;

    /** How it ended. */
    public enum Outcome {
        /** Somebody asked, and may. */
        ALLOWED,
        /** Somebody asked, and may not. */
        DENIED,
        /** It was done. */
        DONE,
        /** It was tried, and failed. */
        FAILED
    }

    /**
     * Checks the event and copies the details.
     *
     * @throws IllegalArgumentException if a name is empty or too long, there are too many details, or a text is not
     *     well-formed UTF-16
     */
    public AuditEvent {
        requireName("principal", principal);
        requireName("action", action);
        requireName("resource", resource);
        Objects.requireNonNull(outcome, "outcome");
        TreeMap<String, String> sorted = new TreeMap<>(details);
        int bytes = 0;
        for (Map.Entry<String, String> detail : sorted.entrySet()) {
            bytes += bytes(detail.getKey()) + bytes(detail.getValue());
        }
        if (sorted.size() > MAX_DETAILS || bytes > MAX_DETAIL_BYTES) {
            throw new IllegalArgumentException("details must be at most %d pairs and %d bytes, got %d and %d"
                    .formatted(MAX_DETAILS, MAX_DETAIL_BYTES, sorted.size(), bytes));
        }
        details = Collections.unmodifiableMap(sorted);
    }

    /**
     * Makes an event without details.
     *
     * @param principal who
     * @param action what
     * @param resource on what
     * @param outcome how it ended
     * @return the event
     * @throws IllegalArgumentException if a name is empty or too long
     */
    public static AuditEvent of(String principal, String action, String resource, Outcome outcome) {
        return new AuditEvent(principal, action, resource, outcome, Map.of());
    }

    /**
     * Returns this event with one more detail.
     *
     * @param key not there yet
     * @param value what to know; no secret
     * @return a new event
     * @throws IllegalArgumentException if the key is there already, or there are too many details
     */
    public AuditEvent detail(String key, String value) {
        Map<String, String> more = new TreeMap<>(details);
        if (more.putIfAbsent(key, value) != null) {
            throw new IllegalArgumentException("detail %s is %s already".formatted(key, more.get(key)));
        }
        return new AuditEvent(principal, action, resource, outcome, more);
    }

    private static void requireName(String what, String name) {
        int bytes = bytes(Objects.requireNonNull(name, what));
        if (bytes < 1 || bytes > MAX_NAME_BYTES) {
            throw new IllegalArgumentException(
                    "%s must be 1 to %d bytes in UTF-8, got %d".formatted(what, MAX_NAME_BYTES, bytes));
        }
    }

    private static int bytes(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("text must be well-formed UTF-16");
        }
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
