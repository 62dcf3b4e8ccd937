package io.aidc.privacy;

import io.aidc.privacy.accounting.PrivacyEvent;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Admits charges: one spending, or one for each group of a scope, of which a charge must fit in every one.
 *
 * <p>What is spent is what the worst off of the groups has spent. All accounts of one scope share a lock, under which a
 * charge is checked, put down in the journal and counted; the wait until it is durable is outside. Thread-safe.
 */
final class Account {
    /** The only key if a scope is not divided. */
    static final String UNDIVIDED = "";

    private final Limits limits;
    private final Journal journal;
    private final Object lock;
    // the spendings are guarded by lock
    private final Map<String, Spending> groups;

    private Account(Limits limits, Map<String, Spending> groups, Journal journal, Object lock) {
        this.limits = limits;
        this.groups = groups;
        this.journal = journal;
        this.lock = lock;
    }

    /** Takes over the spendings, by group; there is at least one. */
    static Account of(Limits limits, Map<String, Spending> groups, Journal journal) {
        return new Account(limits, new LinkedHashMap<>(groups), journal, new Object());
    }

    static Account inMemory(Limits limits) {
        return of(limits, Map.of(UNDIVIDED, Spending.nothing(limits)), Journal.NONE);
    }

    /** The same state as of this moment, to try charges on. */
    Account copy() {
        synchronized (lock) {
            Map<String, Spending> copies = new LinkedHashMap<>();
            groups.forEach((name, spending) -> copies.put(name, spending.copy()));
            return of(limits, copies, Journal.NONE);
        }
    }

    /** The answer to a charge; the amounts are those of the worst off. */
    record Admission(boolean granted, long id, BigDecimal epsilon, BigDecimal left) {}

    Limits limits() {
        return limits;
    }

    Set<String> groups() {
        Set<String> names = new TreeSet<>(groups.keySet());
        names.remove(UNDIVIDED);
        return names;
    }

    Account only(Set<String> wanted) {
        Map<String, Spending> chosen = new LinkedHashMap<>();
        for (String name : new TreeSet<>(wanted)) {
            Spending spending = groups.get(Checks.word(name, "group"));
            if (spending == null) {
                throw new IllegalArgumentException("no group named " + name + ", there are " + groups());
            }
            chosen.put(name, spending);
        }
        return new Account(limits, chosen, journal.only(chosen.keySet()), lock);
    }

    BigDecimal spent() {
        synchronized (lock) {
            return worst(totals());
        }
    }

    PrivacyEvent charged() {
        synchronized (lock) {
            return worstOff().event();
        }
    }

    /** What was spent, and on what; of one group, for two with different δ have no worst. */
    PrivacyCertificate certificate() {
        if (groups.size() > 1) {
            throw new IllegalStateException(
                    "each group has a certificate of its own, say group(name).certificate(); there are " + groups());
        }
        Spending.Total total;
        PrivacyEvent event;
        synchronized (lock) {
            total = worstOff().total();
            event = worstOff().event();
        }
        return PrivacyCertificate.of(limits, total, event, journal);
    }

    private Spending worstOff() {
        return groups.values().stream()
                .max(Comparator.comparing(spending -> spending.total().needed()))
                .orElseThrow();
    }

    /** Whether an event would fit. */
    boolean fits(PrivacyEvent event) {
        synchronized (lock) {
            return fit(totalsWith(event));
        }
    }

    /** Admits an event or refuses it; an admitted one is durable on return. */
    Admission reserve(PrivacyEvent event) {
        Objects.requireNonNull(event, "event");
        Admission admission;
        synchronized (lock) {
            admission = admit(event);
        }
        if (admission.granted()) {
            // if this fails it stays counted
            journal.await(admission.id());
        }
        return admission;
    }

    void commit(long reservation) {
        journal.commit(reservation);
    }

    void release(long reservation, PrivacyEvent event) {
        synchronized (lock) {
            journal.release(reservation);
            groups.values().forEach(spending -> spending.remove(event));
        }
    }

    private Admission admit(PrivacyEvent event) {
        BigDecimal before = worst(totals());
        List<Spending.Total> after;
        try {
            after = totalsWith(event);
        } catch (ArithmeticException e) {
            // more repetitions than can be counted, hence than can be accounted for
            return new Admission(false, 0, Spending.INFINITE, limits.epsilon().subtract(before));
        }
        BigDecimal rise = worst(after).subtract(before);
        if (!fit(after)) {
            return new Admission(false, 0, rise, limits.epsilon().subtract(before));
        }
        long id = journal.reserve(event);
        groups.values().forEach(spending -> spending.add(event));
        return new Admission(true, id, rise, limits.epsilon().subtract(worst(after)));
    }

    private List<Spending.Total> totals() {
        return groups.values().stream().map(Spending::total).toList();
    }

    private List<Spending.Total> totalsWith(PrivacyEvent event) {
        return groups.values().stream().map(spending -> spending.with(event)).toList();
    }

    private static boolean fit(List<Spending.Total> totals) {
        return totals.stream().allMatch(Spending.Total::fits);
    }

    private static BigDecimal worst(List<Spending.Total> totals) {
        return totals.stream()
                .map(Spending.Total::needed)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
