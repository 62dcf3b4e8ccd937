package io.aidc.storage;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * A history entry in the metadata log: six lines, of which the last is who did it.
 *
 * <p>Milliseconds, action, version, alias (empty if none), request id, by. Its key sorts by time.
 */
final class HistoryText {
    private static final int LINES = 6;

    private HistoryText() {}

    static String key(String name, HistoryEntry entry) {
        return String.format(
                Locale.ROOT, "h/%s@%020d-%s", name, Math.max(entry.at().toEpochMilli(), 0), entry.requestId());
    }

    static String write(HistoryEntry entry) {
        String alias = entry.alias();
        return String.join(
                "\n",
                Long.toString(entry.at().toEpochMilli()),
                entry.action().name(),
                entry.version(),
                alias == null ? "" : alias,
                entry.requestId().toString(),
                entry.by());
    }

    static HistoryEntry read(String text) {
        List<String> lines = List.of(text.split("\n", LINES));
        return new HistoryEntry(
                Instant.ofEpochMilli(Long.parseLong(lines.get(0))),
                lines.get(5),
                HistoryEntry.Action.valueOf(lines.get(1)),
                lines.get(2),
                lines.get(3).isEmpty() ? null : lines.get(3),
                UUID.fromString(lines.get(4)));
    }
}
