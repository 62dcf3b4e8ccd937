package io.aidc.privacy;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the records of a ledger add up to. Confined: one thread at a time. */
final class LedgerHistory {
    private final Path path;
    private final Map<String, Limits> limits = new LinkedHashMap<>();
    private final Map<String, Spending> spendings = new LinkedHashMap<>();
    private final Map<Long, Open> open = new HashMap<>();
    private long records;

    LedgerHistory(Path path) {
        this.path = path;
    }

    private record Open(String scope, PrivacyEvent event) {}

    /** Takes in the next record. */
    void apply(String body) {
        records++;
        String[] words = body.split(" ", -1);
        try {
            switch (words[0] + " " + words.length) {
                case "scope 7" -> addScope(words);
                case "reserve 3" -> reserve(words[1], EventText.read(words[2]));
                case "commit 2" -> close(words[1]);
                case "release 2" -> release(close(words[1]));
                default -> throw new IllegalArgumentException("unknown record");
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new CorruptLedgerException(path, records, "meaningless record, " + e.getMessage());
        }
    }

    /** Whether an unfinished record says in full, but for its hash, that something is reserved. */
    boolean isReservation(String unfinished) {
        String[] words = unfinished.split(" ", -1);
        if (words.length != 4 || !words[0].equals("reserve") || !has(words[1])) {
            return false;
        }
        try {
            spending(words[1]).plus(EventText.read(words[2]));
            return true;
        } catch (IllegalArgumentException | ArithmeticException e) {
            return false;
        }
    }

    static String scopeRecord(String name, Limits limits) {
        String delta = limits.delta() + (limits.approximateDelta() == 0 ? "" : "/" + limits.approximateDelta());
        return "scope %s %s %s %s %s %s"
                .formatted(name, limits.epsilon(), delta, limits.neighbours(), limits.order(), limits.unit());
    }

    /** Refuses limits that differ from those on file. */
    void requireSame(String name, Limits wanted) {
        Limits found = limits.get(name);
        if (found != null && !found.sameAs(wanted)) {
            throw new IllegalArgumentException("scope %s is on file with %s, not %s".formatted(name, found, wanted));
        }
    }

    boolean has(String name) {
        return limits.containsKey(name);
    }

    Limits limits(String name) {
        Limits found = limits.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no such scope");
        }
        return found;
    }

    Map<String, Spending> spendings() {
        return spendings;
    }

    int openReservations() {
        return open.size();
    }

    private void addScope(String[] words) {
        String[] deltas = words[3].split("/", 2);
        var found = new Limits(
                new BigDecimal(words[2]),
                Double.parseDouble(deltas[0]),
                deltas.length == 2 ? Double.parseDouble(deltas[1]) : 0,
                Neighbours.valueOf(words[4]),
                Double.parseDouble(words[5]),
                Checks.word(words[6], "unit"));
        if (has(words[1])) {
            throw new IllegalArgumentException("scope twice");
        }
        limits.put(words[1], found);
        spendings.put(words[1], Spending.nothing(found));
    }

    private void reserve(String scope, PrivacyEvent event) {
        spendings.put(scope, spending(scope).plus(event));
        open.put(records, new Open(scope, event));
    }

    private void release(Open reservation) {
        spendings.put(reservation.scope(), spending(reservation.scope()).minus(reservation.event()));
    }

    private Open close(String id) {
        Open reservation = open.remove(Long.parseLong(id));
        if (reservation == null) {
            throw new IllegalArgumentException("no open reservation of that number");
        }
        return reservation;
    }

    private Spending spending(String scope) {
        Spending found = spendings.get(scope);
        if (found == null) {
            throw new IllegalArgumentException("no such scope");
        }
        return found;
    }
}
