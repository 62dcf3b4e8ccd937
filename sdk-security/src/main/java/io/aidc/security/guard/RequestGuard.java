package io.aidc.security.guard;

import io.aidc.security.audit.AuditEvent;
import io.aidc.security.audit.AuditTrail;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits or refuses requests to a model: limits what each principal may ask for, and watches for queries that look like
 * somebody copying the model.
 *
 * {@snippet class="io.aidc.security.guard.GuardSnippetsTest" region="guard"}
 *
 * <p>Names must be authenticated ones, and well-formed UTF-16. A name is remembered as long as its past matters: until its
 * bucket would be full, its quota and scoring windows over, and its quarantine past. Only then its place goes to another,
 * so nobody gets a fresh quota by having his name pushed out. While all places are taken, names that have none are treated
 * as one principal, {@link #OTHERS}, with the limits of one. Whoever can invent names can thus take up the places and leave
 * newcomers to share; names with limits of their own ({@link Builder#limitsOf}) have a place for ever.
 *
 * <p>The state lies in memory: it is of this process alone, and gone when it ends. Time is the machine's steady clock;
 * turning the system clock does nothing. Cost of an admission: one look into a hash table and one short lock of the principal's
 * own, without memory that grows; with vectors some microseconds more.
 *
 * <p>Extraction of a model through its answers is made slower and more visible, not prevented.
 *
 * <p><em>Thread-safe: all of it; the builder is not.</em>
 */
public final class RequestGuard {
    /** Stands for all principals that found no place. A request in this name shares their limits. */
    public static final String OTHERS = "*";

    /** The default of {@link Builder#principals}. */
    public static final int DEFAULT_PRINCIPALS = 10_000;

    private static final int MAX_NAME = 256;
    private static final int MAX_PRINCIPALS = 10_000_000;

    private final LongSupplier ticker;
    private final @Nullable ExtractionPolicy policy;
    private final Principals principals;
    private final int places;
    private final AlertDesk desk;

    private RequestGuard(Builder options) {
        this.ticker = options.ticker;
        this.policy = options.policy;
        this.places = options.places();
        Map<String, RequestLimits> own = Map.copyOf(options.own);
        RequestLimits standard = options.limits;
        ExtractionPolicy extraction = options.policy;
        LongSupplier time = options.ticker;
        long seed = options.seed;
        this.principals = new Principals(
                places,
                own.keySet(),
                name -> new PrincipalState(name, own.getOrDefault(name, standard), extraction, seed, time.getAsLong()),
                options.memoryNanos(),
                time);
        boolean refuses = policy != null && !policy.refusal().isZero();
        this.desk = new AlertDesk(
                options.listener, options.trail, refuses ? AuditEvent.Outcome.DENIED : AuditEvent.Outcome.ALLOWED);
    }

    /**
     * Begins a guard.
     *
     * @return collects options
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Admits a request of cost 1, or refuses it.
     *
     * @param principal who asks, 1 to 256 characters
     * @return what became of it
     * @throws IllegalArgumentException if the name is empty, too long or malformed
     * @throws RuntimeException of the audit trail if an alert was due and could not be recorded: the request is to count as
     *     refused, and the alert comes again with the next
     */
    public Admission admit(String principal) {
        return admit(principal, 1, window -> {});
    }

    /**
     * Admits a request, or refuses it as a whole.
     *
     * @param principal who asks, 1 to 256 characters
     * @param cost how many permits it takes, and how much it adds to the volume, such as the number of rows; &gt;= 1
     * @return what became of it
     * @throws IllegalArgumentException if the name is empty, too long or malformed, or the cost below 1
     * @throws RuntimeException of the audit trail, as for {@link #admit(String)}
     */
    public Admission admit(String principal, long cost) {
        RequestLimits.requirePositive("cost", cost);
        return admit(principal, cost, window -> {});
    }

    /**
     * Admits a query of cost 1, or refuses it, and scores it if it was admitted.
     *
     * @param principal who asks, 1 to 256 characters
     * @param query the features, {@code [features]}, float32; read during the call only. What is not finite counts as out of
     *     range
     * @return what became of it
     * @throws IllegalArgumentException if the name is empty, too long or malformed, or the policy has a baseline of another
     *     length
     * @throws IllegalStateException if there is no {@link ExtractionPolicy}
     * @throws RuntimeException of the audit trail, as for {@link #admit(String)}
     */
    public Admission admit(String principal, float[] query) {
        Baseline baseline = requirePolicy().baseline();
        Objects.requireNonNull(query, "query");
        if (baseline != null) {
            baseline.requireLength(query);
        }
        return admit(principal, 1, window -> window.addQuery(query));
    }

    /**
     * Admits a query of cost 1, or refuses it, where the caller has a digest of what is asked and no vector. Only
     * {@code VOLUME} and {@code DISTINCT} see it.
     *
     * @param principal who asks, 1 to 256 characters
     * @param digest equal for equal queries; read during the call only
     * @return what became of it
     * @throws IllegalArgumentException if the name is empty, too long or malformed
     * @throws IllegalStateException if there is no {@link ExtractionPolicy}
     * @throws RuntimeException of the audit trail, as for {@link #admit(String)}
     */
    public Admission admit(String principal, byte[] digest) {
        requirePolicy();
        Objects.requireNonNull(digest, "digest");
        return admit(principal, 1, window -> window.addDigest(digest));
    }

    /**
     * Takes notice of how sure an answer was, for {@code BOUNDARY}.
     *
     * @param principal who was answered, 1 to 256 characters
     * @param margin how far the answer was from another one, such as the difference of the two greatest probabilities,
     *     &gt;= 0
     * @throws IllegalArgumentException if the name is empty, too long or malformed, or the margin negative or NaN
     * @throws IllegalStateException if there is no {@link ExtractionPolicy}
     * @throws RuntimeException of the audit trail if an alert was due and could not be recorded; it comes again with the next call
     */
    public void answered(String principal, double margin) {
        requirePolicy();
        checkName(principal);
        if (!(margin >= 0)) {
            throw new IllegalArgumentException("margin must be >= 0, got " + margin);
        }
        PrincipalState state;
        List<Alert> alerts;
        do {
            state = stateOf(principal);
            alerts = state.answered(ticker.getAsLong(), margin);
        } while (alerts == null);
        desk.deliver(alerts, state::giveBack);
    }

    /**
     * Shows what is held about a principal. Changes nothing.
     *
     * @param principal who, 1 to 256 characters, or {@link #OTHERS}
     * @return empty if nothing is, which is how a principal begins
     * @throws IllegalArgumentException if the name is empty, too long or malformed
     */
    public Optional<GuardReport> report(String principal) {
        checkName(principal);
        return principals.find(principal).map(state -> state.report(ticker.getAsLong()));
    }

    /**
     * Ends a quarantine, for when an alert was a false one. What raised it does not raise it again in the same window. Recorded
     * in the audit trail first.
     *
     * @param principal who, 1 to 256 characters, or {@link #OTHERS}
     * @return whether it was in quarantine
     * @throws IllegalArgumentException if the name is empty, too long or malformed
     * @throws RuntimeException of the audit trail if it could not be recorded; the quarantine goes on
     */
    public boolean release(String principal) {
        checkName(principal);
        Optional<PrincipalState> held =
                principals.find(principal).filter(state -> state.isQuarantined(ticker.getAsLong()));
        if (held.isEmpty()) {
            return false;
        }
        desk.record(AuditEvent.of(principal, "release", "guard", AuditEvent.Outcome.DONE));
        held.get().release();
        return true;
    }

    /** Shows how many principals are known. */
    @Override
    public String toString() {
        return "RequestGuard[%d of %d principals]".formatted(principals.size(), places);
    }

    private Admission admit(String principal, long cost, Consumer<QueryWindow> query) {
        checkName(principal);
        PrincipalState state;
        PrincipalState.Verdict verdict;
        do {
            state = stateOf(principal);
            verdict = state.admit(ticker.getAsLong(), cost, query);
        } while (verdict == null);
        desk.deliver(verdict.alerts(), state::giveBack);
        return verdict.admission();
    }

    private PrincipalState stateOf(String principal) {
        PrincipalState state = principals.of(principal);
        if (principals.isNewlyCrowded(state, principal)) {
            Alert crowded = new Alert(OTHERS, Alert.Kind.CROWDED, 1, 1, principals.crowding(), places);
            desk.deliver(List.of(crowded), lost -> principals.forgetCrowding());
        }
        return state;
    }

    private ExtractionPolicy requirePolicy() {
        if (policy == null) {
            throw new IllegalStateException("extraction is missing: queries are scored by a policy");
        }
        return policy;
    }

    private static void checkName(String principal) {
        if (principal.isEmpty() || principal.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "principal must be 1 to %d characters, got %d".formatted(MAX_NAME, principal.length()));
        }
        for (int i = 0; i < principal.length(); i += Character.charCount(principal.codePointAt(i))) {
            if (Character.getType(principal.codePointAt(i)) == Character.SURROGATE) {
                throw new IllegalArgumentException("principal must be well-formed UTF-16");
            }
        }
    }

    /**
     * Collects what a guard needs: a limit or an extraction policy, at least.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        private RequestLimits limits = RequestLimits.none();
        private final Map<String, RequestLimits> own = new HashMap<>();
        private @Nullable Long burst;
        private @Nullable Integer places;
        private @Nullable ExtractionPolicy policy;
        private @Nullable Consumer<Alert> listener;
        private @Nullable AuditTrail trail;
        private long seed = new SecureRandom().nextLong();
        private LongSupplier ticker = steadyClock();

        private Builder() {}

        /**
         * Limits the rate of each principal. By default it is not limited.
         *
         * @param permits how much is admitted in {@code per}, in the long run, &gt;= 1
         * @param per 1 microsecond to 365 days
         * @return this
         * @throws IllegalArgumentException if one is out of its range
         * @throws IllegalStateException if a rate was given already
         */
        public Builder rate(long permits, Duration per) {
            requireFirst("rate", limits.permits() == 0 ? null : limits);
            limits = limits.rate(permits, per);
            return this;
        }

        /**
         * Sets how much is admitted at once after a pause. Needs a {@link #rate}, given before; its permits by default.
         *
         * @param burst &gt;= 1
         * @return this
         * @throws IllegalArgumentException if it is below 1, too large to be counted, or there is no rate yet
         * @throws IllegalStateException if it was given already
         */
        public Builder burst(long burst) {
            requireFirst("burst", this.burst);
            limits = limits.burst(burst);
            this.burst = burst;
            return this;
        }

        /**
         * Limits the sum in a window, such as a day. By default it is not limited.
         *
         * @param quota &gt;= 1
         * @param window 1 microsecond to 365 days, from a principal's first request on
         * @return this
         * @throws IllegalArgumentException if one is out of its range
         * @throws IllegalStateException if a quota was given already
         */
        public Builder quota(long quota, Duration window) {
            requireFirst("quota", limits.quota() == 0 ? null : limits);
            limits = limits.quota(quota, window);
            return this;
        }

        /**
         * Gives a principal limits of its own, and a place that no crowd takes; may be called for several.
         *
         * @param principal who, 1 to 256 characters, or {@link RequestGuard#OTHERS}
         * @param limits instead of those for everybody; {@link RequestLimits#none()} admits all
         * @return this
         * @throws IllegalArgumentException if the name is empty, too long or malformed
         * @throws IllegalStateException if the principal was given limits already
         */
        public Builder limitsOf(String principal, RequestLimits limits) {
            checkName(principal);
            requireFirst("limitsOf " + principal, own.get(principal));
            own.put(principal, Objects.requireNonNull(limits, "limits"));
            return this;
        }

        /**
         * Sets how many principals are told apart, besides those with limits of their own; 10 000 by default. Each takes some
         * 400 bytes, and up to 20 KiB more with an {@link ExtractionPolicy}.
         *
         * @param most 1 to 10 000 000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was given already
         */
        public Builder principals(int most) {
            requireFirst("principals", places);
            if (most < 1 || most > MAX_PRINCIPALS) {
                throw new IllegalArgumentException(
                        "principals must be 1 to %d, got %d".formatted(MAX_PRINCIPALS, most));
            }
            places = most;
            return this;
        }

        /**
         * Scores what is asked. By default nothing is.
         *
         * @param policy which scores, and from where on they alert
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder extraction(ExtractionPolicy policy) {
            requireFirst("extraction", this.policy);
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Tells of each alert.
         *
         * @param listener called without locks, on the thread whose request raised the alert and before that is answered; what
         *     it throws is logged
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder listener(Consumer<Alert> listener) {
            requireFirst("listener", this.listener);
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Records each alert, action {@code alert} on {@code guard/} and its kind, {@code DENIED} if alerts refuse, and each
         * release. Not each request.
         *
         * @param trail called like the listener, and after it
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder auditTo(AuditTrail trail) {
            requireFirst("auditTo", this.trail);
            this.trail = Objects.requireNonNull(trail, "trail");
            return this;
        }

        /**
         * Makes the guard.
         *
         * @return a guard that knows nobody yet
         * @throws IllegalStateException if there is neither a limit nor an extraction policy
         */
        public RequestGuard build() {
            if (limits.areNone() && policy == null && own.isEmpty()) {
                throw new IllegalStateException("rate, quota, limitsOf or extraction is missing");
            }
            return new RequestGuard(this);
        }

        Builder ticker(LongSupplier nanos) {
            this.ticker = nanos;
            return this;
        }

        Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        private int places() {
            return places == null ? DEFAULT_PRINCIPALS : places;
        }

        private long memoryNanos() {
            long longest = Math.max(limits.memoryNanos(), policy == null ? 0 : policy.memoryNanos());
            for (RequestLimits limit : own.values()) {
                longest = Math.max(longest, limit.memoryNanos());
            }
            return longest;
        }

        private static LongSupplier steadyClock() {
            long origin = System.nanoTime();
            return () -> System.nanoTime() - origin;
        }

        private static void requireFirst(String option, @Nullable Object first) {
            if (first != null) {
                throw new IllegalStateException("%s is given already: %s".formatted(option, first));
            }
        }
    }
}
