package io.aidc.security.audit;

import io.aidc.security.internal.Json;
import io.aidc.security.internal.JsonException;
import io.aidc.security.internal.JsonReader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An event as JSON in ASCII without spaces: members {@code action, details, outcome, principal, resource, time, version} in
 * this order, details sorted by key (UTF-16), the time {@code yyyy-MM-ddTHH:mm:ss.SSSSSSZ}, the version 1. Everything but the
 * time is written ahead of the queue; the time is put in where the order of entries is settled.
 */
final class EventJson {
    static final int MAX_BYTES = 65_535;
    private static final int VERSION = 1;
    private static final int MAX_VALUES = 80;
    private static final String NO_TIME = "0000-00-00T00:00:00.000000Z";
    private static final int TIME_FROM_END = (NO_TIME + "\",\"version\":1}").length();
    private static final DateTimeFormatter MICROS =
            new DateTimeFormatterBuilder().appendInstant(6).toFormatter(Locale.ROOT);

    private final byte[] bytes;

    private EventJson(byte[] bytes) {
        this.bytes = bytes;
    }

    static EventJson of(AuditEvent event) {
        Map<String, Json> details = new LinkedHashMap<>();
        event.details().forEach((key, value) -> details.put(key, new Json.Text(value)));
        String text = Json.object(
                        "action", event.action(),
                        "details", new Json.Members(details),
                        "outcome", event.outcome().name(),
                        "principal", event.principal(),
                        "resource", event.resource(),
                        "time", NO_TIME,
                        "version", Json.of(VERSION))
                .text();
        if (text.length() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "event must be at most %d bytes as JSON, got %d".formatted(MAX_BYTES, text.length()));
        }
        return new EventJson(text.getBytes(StandardCharsets.US_ASCII));
    }

    int length() {
        return bytes.length;
    }

    /** Puts in the time, cut to microseconds. */
    byte[] at(Instant time) {
        byte[] text = MICROS.format(time).getBytes(StandardCharsets.US_ASCII);
        if (text.length != NO_TIME.length()) {
            throw new IllegalArgumentException("time must be in the years 0 to 9999, got " + time);
        }
        byte[] entry = bytes.clone();
        System.arraycopy(text, 0, entry, entry.length - TIME_FROM_END, text.length);
        return entry;
    }

    /** Reads an entry; empty unless the bytes are those that {@link #at} writes. */
    static Optional<AuditEntry> read(long index, byte[] entry) {
        try {
            Json json = JsonReader.read(entry, MAX_VALUES);
            Map<String, String> details = new LinkedHashMap<>();
            if (json.get("details") instanceof Json.Members members) {
                for (Map.Entry<String, Json> member : members.members().entrySet()) {
                    details.put(member.getKey(), member.getValue().asText());
                }
            }
            AuditEvent event = new AuditEvent(
                    json.get("principal").asText(),
                    json.get("action").asText(),
                    json.get("resource").asText(),
                    AuditEvent.Outcome.valueOf(json.get("outcome").asText()),
                    details);
            AuditEntry read =
                    new AuditEntry(index, Instant.parse(json.get("time").asText()), event);
            return Arrays.equals(read.bytes(), entry) ? Optional.of(read) : Optional.empty();
        } catch (JsonException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty(); // an entry of somebody else's format
        }
    }
}
