package io.aidc.storage.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Draws the part of a history that a report is about, as an HTML page for people.
 *
 * <p>A lane for each process; time runs to the right, one column for each event, however far apart. Calls of the longest order
 * found are green and numbered by their place in it; the others, among which is the culprit, are red; open calls have no end.
 */
public final class Timeline {
    private static final int COLUMN = 44;
    private static final int LANE = 34;
    private static final int BAR = 24;
    private static final int MARGIN = 90;

    private Timeline() {}

    public static Path write(Report<?> report, String title, Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return Files.writeString(file, html(report, title));
    }

    static String html(Report<?> report, String title) {
        Map<String, Integer> lanes = new TreeMap<>();
        var times = new TreeSet<Long>();
        for (Call<?> call : report.part()) {
            lanes.put(call.process(), 0);
            times.add(call.invoked());
            times.add(call.returned());
        }
        int lane = 0;
        for (var entry : lanes.entrySet()) {
            entry.setValue(lane++);
        }
        Map<Long, Integer> columns = new HashMap<>();
        for (long time : times) {
            columns.put(time, columns.size());
        }
        var page = new StringBuilder("""
                <!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>%1$s</title>
                <style>body{font-family:sans-serif}text{font:11px monospace}.in{fill:#9fd8a4}.out{fill:#f2a0a0}</style>
                <h1>%1$s</h1><p>%2$s after %3$d steps. Green: in the longest order found, numbered. Red: not in it.
                Square corners: no answer. Point at a bar to read it in full.</p>
                <svg xmlns="http://www.w3.org/2000/svg" width="%4$d" height="%5$d">
                """.formatted(
                        escape(title),
                        report.verdict(),
                        report.steps(),
                        MARGIN + COLUMN * (columns.size() + 2),
                        LANE * (lanes.size() + 1)));
        lanes.forEach((process, y) ->
                page.append("<text x='4' y='%d'>%s</text>%n".formatted(y * LANE + 20, escape(process))));
        IdentityHashMap<Call<?>, Integer> places = places(report);
        for (Call<?> call : report.part()) {
            page.append(bar(call, columns, lanes.getOrDefault(call.process(), 0), places.getOrDefault(call, 0)));
        }
        return page.append("</svg></html>\n").toString();
    }

    private static IdentityHashMap<Call<?>, Integer> places(Report<?> report) {
        IdentityHashMap<Call<?>, Integer> places = new IdentityHashMap<>();
        List<Call<?>> longest = new ArrayList<>(report.longest());
        for (int i = 0; i < longest.size(); i++) {
            places.put(longest.get(i), i + 1);
        }
        return places;
    }

    private static String bar(Call<?> call, Map<Long, Integer> columns, int lane, int place) {
        int left = MARGIN + COLUMN * columns.getOrDefault(call.invoked(), 0);
        int right = MARGIN + COLUMN * columns.getOrDefault(call.returned(), 0) + COLUMN / 2;
        String label = (place > 0 ? place + " " : "") + call.operation();
        int letters = Math.max(1, (right - left) / 7);
        return """
                <g><title>%s</title><rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="%d"/>\
                <text x="%d" y="%d">%s</text></g>
                """.formatted(
                        escape(label + (call.isOpen() ? " (no answer)" : "")),
                        place > 0 ? "in" : "out",
                        left,
                        lane * LANE + 4,
                        right - left,
                        BAR,
                        call.isOpen() ? 0 : 6,
                        left + 3,
                        lane * LANE + 20,
                        escape(label.substring(0, Math.min(label.length(), letters))));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
