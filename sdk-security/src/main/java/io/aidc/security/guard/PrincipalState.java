package io.aidc.security.guard;

import io.aidc.security.guard.Admission.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the guard remembers of one principal. <em>Thread-safe: under its own lock, within which nothing of others is called.</em> */
final class PrincipalState {
    private final String principal;
    private final RequestLimits limits;
    private final @Nullable ExtractionPolicy policy;
    private final long seed;
    private final @Nullable TokenBucket bucket;
    private @Nullable QueryWindow window;
    private final Map<Alert.Kind, Alert> undelivered = new EnumMap<>(Alert.Kind.class);
    private long latest;
    private long quotaUsed;
    private long quotaEndsAt;
    private long refusedUntil;
    private boolean retired;

    /**
     * What came of a request.
     *
     * @param alerts to be delivered outside the lock
     */
    record Verdict(Admission admission, List<Alert> alerts) {}

    PrincipalState(String principal, RequestLimits limits, @Nullable ExtractionPolicy policy, long seed, long now) {
        this.principal = principal;
        this.limits = limits;
        this.policy = policy;
        this.seed = seed;
        this.bucket = limits.permits() == 0 ? null : new TokenBucket(limits, now);
        this.latest = now;
        this.quotaEndsAt = now;
        this.refusedUntil = now;
    }

    /** Admits or refuses; returns null if the state was dropped meanwhile and the caller must look for its successor. */
    synchronized @Nullable Verdict admit(long ticks, long cost, Consumer<QueryWindow> query) {
        if (retired) {
            return null;
        }
        long now = reach(ticks);
        Admission admission = decide(now, cost, query);
        return new Verdict(admission, takeAlerts());
    }

    /** Takes notice of an answer; returns null if the state was dropped meanwhile. */
    synchronized @Nullable List<Alert> answered(long ticks, double margin) {
        if (retired) {
            return null;
        }
        observe(reach(ticks), window -> window.addAnswer(margin));
        return takeAlerts();
    }

    synchronized GuardReport report(long ticks) {
        long now = reach(ticks);
        if (bucket != null) {
            bucket.fill(now);
        }
        QueryWindow current = window == null || window.isOver(now) ? null : window;
        return new GuardReport(
                principal,
                remaining(now),
                Duration.ofNanos(Math.max(0, refusedUntil - now)),
                current == null ? 0 : current.count(),
                current == null ? Map.of() : current.scores());
    }

    /** Whether it is refused whatever it asks for. */
    synchronized boolean isQuarantined(long ticks) {
        return reach(ticks) < refusedUntil;
    }

    synchronized void release() {
        refusedUntil = latest;
    }

    /** Has an alert delivered with the next request that could not be recorded with this one. */
    synchronized void giveBack(Alert alert) {
        undelivered.putIfAbsent(alert.kind(), alert);
    }

    synchronized void retire() {
        retired = true;
    }

    /** Time never goes back, whatever the ticker does. */
    private long reach(long ticks) {
        latest = Math.max(latest, ticks);
        return latest;
    }

    private Admission decide(long now, long cost, Consumer<QueryWindow> query) {
        if (now < refusedUntil) {
            return refused(Reason.QUARANTINE, refusedUntil - now);
        }
        Admission.Refused refused = limited(now, cost);
        if (refused != null) {
            return refused;
        }
        charge(now, cost);
        observe(now, window -> {
            window.addCost(cost);
            query.accept(window);
        });
        return now < refusedUntil
                ? refused(Reason.QUARANTINE, refusedUntil - now)
                : new Admission.Admitted(remaining(now));
    }

    private Admission.@Nullable Refused limited(long now, long cost) {
        boolean counted = limits.quota() > 0;
        if ((bucket != null && cost > limits.burst()) || (counted && cost > limits.quota())) {
            return new Admission.Refused(Reason.COST, Admission.NEVER);
        }
        long rateWait = 0;
        if (bucket != null) {
            bucket.fill(now);
            rateWait = bucket.nanosUntil(cost);
        }
        long quotaWait = counted && cost > quotaLeft(now) ? quotaEndsAt - now : 0;
        if (rateWait == 0 && quotaWait == 0) {
            return null;
        }
        return rateWait >= quotaWait ? refused(Reason.RATE, rateWait) : refused(Reason.QUOTA, quotaWait);
    }

    private void charge(long now, long cost) {
        if (bucket != null) {
            bucket.take(cost);
        }
        if (limits.quota() > 0) {
            if (now >= quotaEndsAt) {
                quotaUsed = 0;
                quotaEndsAt = now + limits.quotaWindow().toNanos();
            }
            quotaUsed += cost;
        }
    }

    private void observe(long now, Consumer<QueryWindow> what) {
        if (policy == null) {
            return;
        }
        if (window == null || window.isOver(now)) {
            window = new QueryWindow(policy, now, seed);
        }
        what.accept(window);
        List<Alert> alerts = window.judge(principal);
        alerts.forEach(this::giveBack);
        if (!alerts.isEmpty() && !policy.refusal().isZero()) {
            refusedUntil = now + policy.refusal().toNanos();
        }
    }

    private List<Alert> takeAlerts() {
        List<Alert> alerts = List.copyOf(undelivered.values());
        undelivered.clear();
        return alerts;
    }

    private long remaining(long now) {
        long permits = bucket == null ? Long.MAX_VALUE : bucket.permits();
        return limits.quota() == 0 ? permits : Math.min(permits, quotaLeft(now));
    }

    private long quotaLeft(long now) {
        return now >= quotaEndsAt ? limits.quota() : limits.quota() - quotaUsed;
    }

    private static Admission.Refused refused(Reason reason, long nanos) {
        return new Admission.Refused(reason, Duration.ofNanos(nanos));
    }
}
