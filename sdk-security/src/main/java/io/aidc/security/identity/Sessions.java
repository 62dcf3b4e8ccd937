package io.aidc.security.identity;

import io.aidc.security.audit.AuditTrail;
import io.aidc.security.identity.Records.Change;
import io.aidc.security.identity.SessionCheck.Reason;
import io.aidc.security.identity.SessionCheck.Refused;
import io.aidc.security.identity.SessionCheck.Valid;
import io.aidc.security.internal.HighWaterClock;
import io.aidc.security.internal.Json;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers who has logged in, under tokens of 256 random bits.
 *
 * {@snippet class="io.aidc.security.identity.IdentitySnippetsTest" region="sessions"}
 *
 * <p>Only the SHA-256 of a token is stored: who reads the store can be nobody. A session ends when it is not used, when it is
 * too old, and at once when it is revoked, in all programs that share the store. Give it a new token whenever somebody shows
 * more of himself ({@link #raise}), so that a token which was planted or seen before is worth nothing after.
 *
 * <p>Cost of a check: two look-ups, and a write when the last was an eighth of the idle time ago. That time is never exceeded;
 * a session can end up to that eighth early. Start, raise and revocation are recorded before they return, and refusals of
 * whoever holds a session's token; valid uses and texts that anybody could send are not. The clock never goes back here; it
 * can while the program is down, and then idle sessions live on until it has caught up.
 *
 * <p><em>Thread-safe: as the store is.</em>
 *
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html">NIST SP 800-63B-4, section 5</a>
 */
public final class Sessions {
    private static final String PREFIX = "aidcs";
    private static final String KIND = "session/";
    private static final String OWNER = "session-owner";
    private static final int WRITES_AN_IDLE_TIME = 8;

    private final Records records;
    private final Duration idle;
    private final Duration absolute;
    private final Trail trail;
    private final HighWaterClock clock;
    private final SecureRandom random = new SecureRandom();

    private Sessions(Builder builder) {
        this.records = new Records(builder.store.required());
        this.idle = builder.idle.or(Builder.IDLE);
        this.absolute = builder.absolute.or(Builder.ABSOLUTE);
        this.trail = new Trail(builder.trail.or(Trail::ignore), "session");
        this.clock = trail.watching(builder.clock.or(Clock.systemUTC()));
    }

    /**
     * Starts to choose.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts a session for somebody who has shown who he is.
     *
     * @param principal 1 to 256 bytes in UTF-8
     * @param scopes what it may be used for: at most 64 words of 1 to 200 visible ASCII characters; one that ends in
     *     {@code *} stands for all that begin so
     * @param factors how he showed it, likewise
     * @return the session and its token, which cannot be had again
     * @throws IllegalArgumentException if the name, a scope or a factor is not as said
     */
    public StartedSession start(String principal, Set<String> scopes, Set<String> factors) {
        long epoch = epoch(Records.checkedName("principal", principal));
        Token token = Token.fresh(PREFIX, random);
        Instant now = now();
        Session session = new Session(token.id(), principal, scopes, factors, now, now, now.plus(absolute));
        SessionRecord record = new SessionRecord(session, token.hash(), epoch);
        records.change(KIND + token.id(), SessionRecord::of, found -> Change.to(record.json(), true));
        trail.done(principal, "session.start", details(session));
        return new StartedSession(session, token.text());
    }

    /**
     * Checks a token, and counts as a use of its session.
     *
     * @param token whatever somebody sent
     * @return the session, or why there is none
     * @throws io.aidc.security.CredentialException if its record is damaged
     */
    public SessionCheck check(String token) {
        Optional<Token> parsed = Token.parse(PREFIX, token);
        if (parsed.isEmpty()) {
            return new Refused(Reason.MALFORMED);
        }
        Instant now = now();
        Judged judged = records.change(
                KIND + parsed.get().id(),
                SessionRecord::of,
                found -> decided(found, parsed.get(), now, record -> touched(record, now)));
        return judged.recorded(trail);
    }

    /**
     * Checks that a token is good for something, and counts as a use of its session.
     *
     * @param token whatever somebody sent
     * @param scope what is to be done
     * @return the session, or why there is none, or that it does not cover the scope
     * @throws io.aidc.security.CredentialException if its record is damaged
     */
    public SessionCheck check(String token, String scope) {
        SessionCheck check = check(token);
        if (check instanceof Valid valid && !valid.session().covers(scope)) {
            return new Judged(valid.session(), Reason.SCOPE, false).recorded(trail);
        }
        return check;
    }

    /**
     * Adds a factor to a session, and gives it a new token; the old one is worth nothing then. The session's latest end stays.
     *
     * @param token whatever somebody sent
     * @param factor what he showed besides, such as {@link Verification.Accepted#factor}
     * @return the session with its new token; empty if the old one is not valid
     * @throws IllegalArgumentException if the factor is no word of 1 to 200 visible ASCII characters
     * @throws io.aidc.security.CredentialException if its record is damaged
     */
    public Optional<StartedSession> raise(String token, String factor) {
        Scopes.checked("factor", Set.of(factor));
        Optional<Token> old = Token.parse(PREFIX, token);
        if (old.isEmpty()) {
            return Optional.empty();
        }
        Token fresh = Token.of(PREFIX, old.get().id(), random);
        Instant now = now();
        Judged judged = records.change(
                KIND + fresh.id(),
                SessionRecord::of,
                found -> decided(
                        found, old.get(), now, record -> record.raised(factor, fresh.hash(), record.notBefore(now))));
        if (judged.recorded(trail) instanceof Valid valid) {
            trail.done(valid.session().principal(), "session.raise", details(valid.session()));
            return Optional.of(new StartedSession(valid.session(), fresh.text()));
        }
        return Optional.empty();
    }

    /**
     * Ends a session at once, as at a logout.
     *
     * @param id of the session, not its token
     * @return whether there was one
     * @throws io.aidc.security.CredentialException if its record is damaged
     */
    public boolean revoke(String id) {
        if (!Token.isId(id)) {
            return false;
        }
        Optional<Session> revoked = records.change(
                KIND + id, SessionRecord::of, found -> Change.removal(found.map(SessionRecord::session)));
        revoked.ifPresent(session -> trail.done(session.principal(), "session.revoke", details(session)));
        return revoked.isPresent();
    }

    /**
     * Ends all sessions of somebody at once, also those that are being started at this moment. Their records go when they are
     * used or {@linkplain #purge purged}.
     *
     * @param principal whose
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public void revokeAll(String principal) {
        String key = Records.key(OWNER, Records.checkedName("principal", principal));
        records.change(key, Records::epoch, found -> {
            Json next = Json.object("v", Json.of(1), "epoch", Json.of(found.orElse(0L) + 1));
            return Change.to(next, true);
        });
        trail.done(principal, "session.revoke-all", Map.of());
    }

    /**
     * Lists the valid sessions of somebody. Cost: a look at every session in the store.
     *
     * @param principal whose
     * @return the sessions, in no order
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws io.aidc.security.CredentialException if a record is damaged
     */
    public List<Session> list(String principal) {
        Records.checkedName("principal", principal);
        Instant now = now();
        List<Session> sessions = new ArrayList<>();
        for (SessionRecord record : records.all(KIND, SessionRecord::of)) {
            if (record.session().principal().equals(principal)
                    && judged(record, now).reason() == null) {
                sessions.add(record.session());
            }
        }
        return sessions;
    }

    /**
     * Removes the records of sessions that have ended. Call it now and then; nothing depends on it but space. Cost: a look at
     * every session in the store.
     *
     * @return how many
     * @throws io.aidc.security.CredentialException if a record is damaged
     */
    public int purge() {
        Instant now = now();
        int purged = 0;
        for (SessionRecord record : records.all(KIND, SessionRecord::of)) {
            boolean ended = records.change(
                    KIND + record.session().id(),
                    SessionRecord::of,
                    found -> found.isPresent() && judged(found.get(), now).reason() != null
                            ? Change.removal(true)
                            : Change.none(false));
            purged += ended ? 1 : 0;
        }
        return purged;
    }

    /**
     * What became of a check.
     *
     * @param session where its token was sent
     * @param reason where it is refused
     * @param over whether its record is of no more use
     */
    private record Judged(
            @Nullable Session session, @Nullable Reason reason, boolean over) {
        SessionCheck recorded(Trail trail) {
            Session known = session;
            Reason why = reason;
            if (why == null) {
                return new Valid(Objects.requireNonNull(known));
            }
            if (known != null) {
                trail.denied(known.principal(), "session.check", Map.of("session", known.id(), "reason", why.name()));
            }
            return new Refused(why);
        }
    }

    private static Judged valid(SessionRecord record) {
        return new Judged(record.session(), null, false);
    }

    private Change<Judged> decided(
            Optional<SessionRecord> found, Token token, Instant now, UnaryOperator<SessionRecord> use) {
        Judged judged = judged(found, token, now);
        if (found.isEmpty() || judged.reason() != null) {
            return judged.over() ? Change.removal(judged) : Change.none(judged);
        }
        SessionRecord next = use.apply(found.get());
        return next.equals(found.get()) ? Change.none(judged) : Change.to(next.json(), valid(next));
    }

    /** An unknown id takes the same path as a wrong secret. */
    private Judged judged(Optional<SessionRecord> found, Token token, Instant now) {
        boolean right = token.hasHash(found.map(SessionRecord::hash).orElse(Token.NO_HASH));
        return found.isPresent() && right ? judged(found.get(), now) : new Judged(null, Reason.UNKNOWN, false);
    }

    private Judged judged(SessionRecord record, Instant clockNow) {
        Instant now = record.notBefore(clockNow);
        if (record.epoch() != epoch(record.session().principal())) {
            return new Judged(record.session(), Reason.UNKNOWN, true);
        }
        if (record.isExpired(now)) {
            return new Judged(record.session(), Reason.EXPIRED, true);
        }
        return record.isIdle(now, idle) ? new Judged(record.session(), Reason.IDLE, true) : valid(record);
    }

    private SessionRecord touched(SessionRecord record, Instant now) {
        Instant due = record.session().seen().plus(idle.dividedBy(WRITES_AN_IDLE_TIME));
        return now.isBefore(due) ? record : record.seen(now);
    }

    private Instant now() {
        return clock.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private long epoch(String principal) {
        return records.find(Records.key(OWNER, principal), Records::epoch).orElse(0L);
    }

    private static Map<String, String> details(Session session) {
        return Map.of("session", session.id(), "factors", String.join(" ", session.factors()));
    }

    /** Shows the times. */
    @Override
    public String toString() {
        return "Sessions[idle=%s, absolute=%s]".formatted(idle, absolute);
    }

    /**
     * Chooses how long sessions last.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        static final Duration IDLE = Duration.ofMinutes(30);
        static final Duration ABSOLUTE = Duration.ofHours(12);

        private static final Duration SHORTEST = Duration.ofMinutes(1);
        private static final Duration LONGEST = Duration.ofDays(366);

        private final Once<CredentialStore> store = new Once<>("store");
        private final Once<Duration> idle = new Once<>("idle");
        private final Once<Duration> absolute = new Once<>("absolute");
        private final Once<AuditTrail> trail = new Once<>("auditTo");
        private final Once<Clock> clock = new Once<>("clock");

        private Builder() {}

        /**
         * Says where to keep the sessions. Required.
         *
         * @param store stays the caller's to close
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder store(CredentialStore store) {
            this.store.set(store);
            return this;
        }

        /**
         * Chooses how long a session may go unused. By default 30 minutes.
         *
         * @param idle 1 minute to 366 days
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was given already
         */
        public Builder idle(Duration idle) {
            this.idle.set(checked("idle", idle));
            return this;
        }

        /**
         * Chooses how long a session may last. By default 12 hours.
         *
         * @param absolute 1 minute to 366 days
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was given already
         */
        public Builder absolute(Duration absolute) {
            this.absolute.set(checked("absolute", absolute));
            return this;
        }

        private static Duration checked(String what, Duration time) {
            if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "%s must be %s to %s, got %s".formatted(what, SHORTEST, LONGEST, time));
            }
            return time;
        }

        /**
         * Says where to record. By default nowhere.
         *
         * @param trail told before a result is returned; if it fails, so does the call
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder auditTo(AuditTrail trail) {
            this.trail.set(trail);
            return this;
        }

        /**
         * Says what time it is. By default the system clock.
         *
         * @param clock tells the time
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder clock(Clock clock) {
            this.clock.set(clock);
            return this;
        }

        /**
         * Makes the sessions. They hold nothing that must be closed.
         *
         * @return the sessions
         * @throws IllegalStateException if the store is missing
         */
        public Sessions build() {
            return new Sessions(this);
        }
    }
}
