package io.aidc.privacy;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the records of a ledger add up to. Memory: scopes, groups and open reservations. Confined: one thread at a time. */
final class LedgerHistory {
    private final Path path;
    private final Map<String, Scope> scopes = new LinkedHashMap<>();
    private final Map<Long, Open> open = new HashMap<>();
    private long records;

    LedgerHistory(Path path) {
        this.path = path;
    }

    /** @param groups the spendings by group, under {@link Account#UNDIVIDED} if there are none */
    private record Scope(Limits limits, Map<String, Spending> groups) {}

    private record Open(Collection<Spending> touched, PrivacyEvent event) {}

    /** Takes in the next record. */
    void apply(String body) {
        records++;
        String[] words = body.split(" ", -1);
        try {
            switch (words[0] + " " + words.length) {
                case "scope 7" -> addScope(words);
                case "group 3" -> addGroup(scope(words[1]), Checks.word(words[2], "group"));
                case "reserve 3" -> reserve(touched(words[1]), EventText.read(words[2]));
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
        if (words.length != 4 || !words[0].equals("reserve")) {
            return false;
        }
        try {
            PrivacyEvent event = EventText.read(words[2]);
            touched(words[1]).forEach(spending -> spending.with(event));
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

    static String groupRecord(String scope, String group) {
        return "group " + scope + " " + group;
    }

    /** Says what a charge touches: a whole scope, or some of its groups. */
    static String target(String scope, Set<String> groups) {
        return groups.isEmpty() ? scope : scope + "/" + String.join(",", groups);
    }

    /** Refuses limits that differ from those on file, and groups where charges were made without. */
    void requireSame(String name, Limits wanted, Set<String> groups) {
        Scope found = scopes.get(name);
        if (found == null) {
            return;
        }
        if (!found.limits().sameAs(wanted)) {
            throw new IllegalArgumentException(
                    "scope %s is on file with %s, not %s".formatted(name, found.limits(), wanted));
        }
        if (!groups.isEmpty()) {
            requireDivisible(found);
        }
    }

    boolean has(String scope) {
        return scopes.containsKey(scope);
    }

    boolean has(String scope, String group) {
        return has(scope) && scope(scope).groups().containsKey(group);
    }

    Set<String> scopes() {
        return scopes.keySet();
    }

    Account account(String name, Journal journal) {
        Scope scope = scope(name);
        return Account.of(scope.limits(), scope.groups(), journal);
    }

    int openReservations() {
        return open.size();
    }

    private void addScope(String[] words) {
        String[] deltas = words[3].split("/", 2);
        var limits = new Limits(
                new BigDecimal(words[2]),
                Double.parseDouble(deltas[0]),
                deltas.length == 2 ? Double.parseDouble(deltas[1]) : 0,
                Neighbours.valueOf(words[4]),
                Double.parseDouble(words[5]),
                Checks.word(words[6], "unit"));
        if (has(Checks.word(words[1], "scope name"))) {
            throw new IllegalArgumentException("scope twice");
        }
        var groups = new LinkedHashMap<String, Spending>();
        groups.put(Account.UNDIVIDED, Spending.nothing(limits));
        scopes.put(words[1], new Scope(limits, groups));
    }

    private void addGroup(Scope scope, String group) {
        requireDivisible(scope);
        scope.groups().remove(Account.UNDIVIDED);
        if (scope.groups().putIfAbsent(group, Spending.nothing(scope.limits())) != null) {
            throw new IllegalArgumentException("group twice");
        }
    }

    private static void requireDivisible(Scope scope) {
        Spending whole = scope.groups().get(Account.UNDIVIDED);
        if (whole != null && whole.isCharged()) {
            throw new IllegalArgumentException("a scope that was charged as a whole cannot be divided into groups");
        }
    }

    private void reserve(Collection<Spending> touched, PrivacyEvent event) {
        touched.forEach(spending -> spending.add(event));
        open.put(records, new Open(touched, event));
    }

    private static void release(Open reservation) {
        reservation.touched().forEach(spending -> spending.remove(reservation.event()));
    }

    private Open close(String id) {
        Open reservation = open.remove(Long.parseLong(id));
        if (reservation == null) {
            throw new IllegalArgumentException("no open reservation of that number");
        }
        return reservation;
    }

    private Collection<Spending> touched(String target) {
        int slash = target.indexOf('/');
        if (slash < 0) {
            // those of this moment: a group added later was not touched
            return List.copyOf(scope(target).groups().values());
        }
        Map<String, Spending> groups = scope(target.substring(0, slash)).groups();
        Set<Spending> touched = new LinkedHashSet<>();
        for (String group : target.substring(slash + 1).split(",", -1)) {
            Spending spending = groups.get(Checks.word(group, "group"));
            if (spending == null || !touched.add(spending)) {
                throw new IllegalArgumentException("no such group, or twice");
            }
        }
        return touched;
    }

    private Scope scope(String name) {
        Scope found = scopes.get(name);
        if (found == null) {
            throw new IllegalArgumentException("no such scope");
        }
        return found;
    }
}
