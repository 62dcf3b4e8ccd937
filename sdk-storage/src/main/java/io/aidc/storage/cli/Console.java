package io.aidc.storage.cli;

import io.aidc.storage.Progress;
import java.io.PrintStream;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Results on standard output, as text or as one JSON object a line; progress and failures on standard error. */
final class Console {
    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 200_000_000L;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;
    private final boolean bars;
    private final LongSupplier nanos;

    Console(PrintStream out, PrintStream err, boolean json, boolean bars, LongSupplier nanos) {
        this.out = out;
        this.err = err;
        this.json = json;
        this.bars = bars;
        this.nanos = nanos;
    }

    /** Prints one result; names stay as they are for programs that read them. */
    void result(Map<String, Object> fields) {
        out.println(json ? toJson(fields) : toText(fields));
    }

    void failure(String message) {
        err.println(json ? toJson(Map.of("error", message)) : "error: " + message);
    }

    /** Names and values in turn, in order. */
    static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put((String) pairs[i], pairs[i + 1]);
        }
        return fields;
    }

    private static String toText(Map<String, Object> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining("  "));
    }

    private static String toJson(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(field -> toJson(String.valueOf(field.getKey())) + ":" + toJson(field.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof Collection<?> items) {
            return items.stream().map(Console::toJson).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        return quoted(String.valueOf(value));
    }

    /** All ASCII, since standard output has the encoding of the terminal. */
    private static String quoted(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** A bar with rate and time left, redrawn a few times a second; nothing where nobody looks. */
    Progress progress(String what) {
        if (!bars) {
            return Progress.NONE;
        }
        long start = nanos.getAsLong();
        long[] last = {start - REDRAW_NANOS};
        return (done, total) -> {
            long now = nanos.getAsLong();
            if (now - last[0] >= REDRAW_NANOS || done == total) {
                last[0] = now;
                err.print("\r" + bar(what, done, total, (now - start) / 1e9));
                if (done == total) {
                    err.println();
                }
            }
        };
    }

    static String bar(String what, long done, long total, double seconds) {
        int filled = total == 0 ? WIDTH : (int) (WIDTH * done / total);
        double rate = seconds > 0 ? done / seconds : 0;
        String left = rate > 0 ? String.format(Locale.ROOT, "%.0f s left", (total - done) / rate) : "";
        return String.format(
                Locale.ROOT,
                "%s [%s%s] %3d %%  %s/s  %s   ",
                what,
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                total == 0 ? 100 : 100 * done / total,
                bytes(rate),
                left);
    }

    private static String bytes(double count) {
        String[] units = {"B", "KiB", "MiB", "GiB"};
        int unit = 0;
        for (; count >= 1024 && unit < units.length - 1; unit++) {
            count /= 1024;
        }
        return String.format(Locale.ROOT, "%.1f %s", count, units[unit]);
    }
}
