package io.aidc.storage.faults;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is counted in a run.
 *
 * <p>Thread-safe.
 */
final class Tally {
    private final Map<String, AtomicLong> operations = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicLong> faults = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicLong> incidents = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicLong> judged = new ConcurrentSkipListMap<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();

    private static void add(Map<String, AtomicLong> counts, String what) {
        counts.computeIfAbsent(what, key -> new AtomicLong()).incrementAndGet();
    }

    void operation(String verb, Answer answer) {
        boolean telling = answer.is(Answer.Kind.FAILED) || verb.equals("collect");
        String detail = telling ? " " + answer.first() : "";
        add(operations, verb + " " + answer.kind().name().toLowerCase(Locale.ROOT) + detail);
    }

    void fault(FaultKind kind) {
        add(faults, Settings.word(kind));
    }

    void incident(String what) {
        add(incidents, what);
    }

    void judged(String what, int calls) {
        judged.computeIfAbsent(what, key -> new AtomicLong()).addAndGet(calls);
    }

    void violation(String what) {
        violations.add(what);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    long operations() {
        return sum(operations);
    }

    long faults() {
        return sum(faults);
    }

    long committed() {
        return operations.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(" committed"))
                .mapToLong(entry -> entry.getValue().get())
                .sum();
    }

    private static long sum(Map<String, AtomicLong> counts) {
        return counts.values().stream().mapToLong(AtomicLong::get).sum();
    }

    String table() {
        var table = new StringBuilder();
        append(table, "operations", operations);
        append(table, "faults", faults);
        append(table, "incidents", incidents);
        append(table, "calls in judged histories", judged);
        table.append("violations  %,d%n".formatted(violations.size()));
        violations.forEach(violation -> table.append("  ").append(violation).append('\n'));
        return table.toString();
    }

    private static void append(StringBuilder table, String title, Map<String, AtomicLong> counts) {
        table.append("%s  %,d%n".formatted(title, sum(counts)));
        counts.forEach((what, count) -> table.append("  %,9d  %s%n".formatted(count.get(), what)));
    }
}
