package io.aidc.security.identity;

import io.aidc.security.audit.AuditTrail;
import io.aidc.security.identity.ApiKeyCheck.Reason;
import io.aidc.security.identity.ApiKeyCheck.Refused;
import io.aidc.security.identity.ApiKeyCheck.Valid;
import io.aidc.security.identity.Records.Change;
import io.aidc.security.internal.HighWaterClock;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Issues keys with which programs identify themselves, and checks them.
 *
 * {@snippet class="io.aidc.security.identity.IdentitySnippetsTest" region="apiKeys"}
 *
 * <p>A key is {@code aidc_}, an id of 80 random bits, {@code _}, a secret of 256 and a checksum. Only its SHA-256 is stored, and
 * its text is shown once. The form is made to be found by programs that look for leaked secrets: whoever finds a text of it
 * whose checksum is right has found a key, without asking anybody.
 *
 * <p>Each key ends by itself, and at once when it is revoked, in all programs that share the store. Issue, rotation and
 * revocation are recorded before they return, its use once an hour, and refusals of whoever holds its text; what anybody could
 * send is not. Cost of a check: a look-up, and once an hour a write. The clock never goes back here; it can while the program
 * is down, and then keys live on until it has caught up.
 *
 * <p><em>Thread-safe: as the store is.</em>
 */
public final class ApiKeys {
    private static final String PREFIX = "aidc";
    private static final String KIND = "api-key/";
    private static final Duration USE = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(3660);

    private final Records records;
    private final Trail trail;
    private final HighWaterClock clock;
    private final SecureRandom random = new SecureRandom();

    private ApiKeys(Builder builder) {
        this.records = new Records(builder.store.required());
        this.trail = new Trail(builder.trail.or(Trail::ignore), "api-key");
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
     * Issues a key.
     *
     * @param principal whose it is to be, 1 to 256 bytes in UTF-8
     * @param scopes what it may be used for: at most 64 words of 1 to 200 visible ASCII characters; one that ends in
     *     {@code *} stands for all that begin so
     * @param lifetime 1 ms to 3660 days
     * @return the key and its text, which cannot be had again
     * @throws IllegalArgumentException if the name, a scope or the time is not as said
     */
    public IssuedApiKey issue(String principal, Set<String> scopes, Duration lifetime) {
        IssuedApiKey issued = put(principal, scopes, lifetime);
        trail.done(principal, "api-key.issue", details(issued.key()));
        return issued;
    }

    private IssuedApiKey put(String principal, Set<String> scopes, Duration lifetime) {
        requireWithin("lifetime", lifetime, Duration.ofMillis(1));
        Token token = Token.fresh(PREFIX, random);
        Instant now = now();
        ApiKey key = new ApiKey(token.id(), principal, scopes, now, now.plusMillis(lifetime.toMillis()), null, false);
        ApiKeyRecord record = new ApiKeyRecord(key, token.hash());
        records.change(KIND + token.id(), ApiKeyRecord::of, found -> Change.to(record.json(), true));
        return new IssuedApiKey(key, token.text());
    }

    /**
     * Checks the text of a key.
     *
     * @param text whatever somebody sent
     * @return the key, or why there is none
     * @throws io.aidc.security.CredentialException if its record is damaged
     */
    public ApiKeyCheck check(String text) {
        Optional<Token> parsed = Token.parse(PREFIX, text);
        if (parsed.isEmpty()) {
            return new Refused(Reason.MALFORMED);
        }
        Instant now = now();
        Token token = parsed.get();
        Change<Judged> change = records.change(KIND + token.id(), ApiKeyRecord::of, found -> {
            Change<Judged> judged = judged(found, token, now);
            return new Change<>(judged, judged.writes(), judged.next());
        });
        if (change.writes()) {
            change.result().recordUse(trail);
        }
        return change.result().recorded(trail);
    }

    /**
     * Checks that the text of a key is good for something.
     *
     * @param text whatever somebody sent
     * @param scope what is to be done
     * @return the key, or why there is none, or that it does not cover the scope
     * @throws io.aidc.security.CredentialException if its record is damaged
     */
    public ApiKeyCheck check(String text, String scope) {
        ApiKeyCheck check = check(text);
        if (check instanceof Valid valid && !valid.key().covers(scope)) {
            return new Judged(valid.key(), Reason.SCOPE).recorded(trail);
        }
        return check;
    }

    /**
     * What became of a check.
     *
     * @param key where its text was sent
     * @param reason where it is refused
     */
    private record Judged(@Nullable ApiKey key, @Nullable Reason reason) {
        ApiKeyCheck recorded(Trail trail) {
            ApiKey known = key;
            Reason why = reason;
            if (why == null) {
                return new Valid(Objects.requireNonNull(known));
            }
            if (known != null) {
                trail.denied(known.principal(), "api-key.check", Map.of("key", known.id(), "reason", why.name()));
            }
            return new Refused(why);
        }

        void recordUse(Trail trail) {
            ApiKey known = Objects.requireNonNull(key);
            trail.done(known.principal(), "api-key.use", details(known));
        }
    }

    /** An unknown id takes the same path as a wrong secret. */
    private static Change<Judged> judged(Optional<ApiKeyRecord> found, Token token, Instant now) {
        boolean right = token.hasHash(found.map(ApiKeyRecord::hash).orElse(Token.NO_HASH));
        if (found.isEmpty() || !right) {
            return Change.none(new Judged(null, Reason.UNKNOWN));
        }
        ApiKeyRecord record = found.get();
        Optional<Reason> fault = record.fault(now);
        if (fault.isPresent()) {
            return Change.none(new Judged(record.key(), fault.get()));
        }
        Instant used = record.key().used();
        if (used != null && now.isBefore(used.plus(USE))) {
            return Change.none(new Judged(record.key(), null));
        }
        ApiKeyRecord next = record.used(now);
        return Change.to(next.json(), new Judged(next.key(), null));
    }

    /**
     * Issues a key in the place of another, for the same principal and scopes. Both work until the overlap is over, so that
     * programs can change over one by one.
     *
     * @param id of the old key
     * @param lifetime of the new one, 1 ms to 3660 days
     * @param overlap how long the old one goes on to work, if it does not end before; 0 to 3660 days
     * @return the new key and its text, which cannot be had again; empty if the old one is not valid
     * @throws IllegalArgumentException if a time is out of range
     * @throws io.aidc.security.CredentialException if a record is damaged
     */
    public Optional<IssuedApiKey> rotate(String id, Duration lifetime, Duration overlap) {
        requireWithin("overlap", overlap, Duration.ZERO);
        Instant now = now();
        Optional<ApiKey> old =
                find(id).filter(record -> record.fault(now).isEmpty()).map(ApiKeyRecord::key);
        if (old.isEmpty()) {
            return Optional.empty();
        }
        IssuedApiKey issued = put(old.get().principal(), old.get().scopes(), lifetime);
        boolean ending = records.change(
                KIND + id,
                ApiKeyRecord::of,
                found -> found.filter(record -> record.fault(now).isEmpty())
                        .map(record ->
                                Change.to(record.endingBy(now.plus(overlap)).json(), true))
                        .orElse(Change.none(false)));
        if (!ending) { // revoked meanwhile
            records.change(KIND + issued.key().id(), ApiKeyRecord::of, found -> Change.removal(true));
            return Optional.empty();
        }
        Map<String, String> details = Map.of("key", id, "next", issued.key().id());
        trail.done(old.get().principal(), "api-key.rotate", details);
        return Optional.of(issued);
    }

    /**
     * Ends a key at once.
     *
     * @param id of the key
     * @return whether there is one that was not revoked before
     * @throws io.aidc.security.CredentialException if its record is damaged
     */
    public boolean revoke(String id) {
        if (!Token.isId(id)) {
            return false;
        }
        Optional<ApiKey> revoked = records.change(
                KIND + id,
                ApiKeyRecord::of,
                found -> found.filter(record -> !record.key().revoked())
                        .map(record -> Change.to(record.revoked().json(), Optional.of(record.key())))
                        .orElse(Change.none(Optional.empty())));
        revoked.ifPresent(key -> trail.done(key.principal(), "api-key.revoke", details(key)));
        return revoked.isPresent();
    }

    /**
     * Lists somebody's keys, those that have ended too until they are {@linkplain #purge purged}. Cost: a look at every key in
     * the store.
     *
     * @param principal whose
     * @return the keys, in no order
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws io.aidc.security.CredentialException if a record is damaged
     */
    public List<ApiKey> list(String principal) {
        Records.checkedName("principal", principal);
        return records.all(KIND, ApiKeyRecord::of).stream()
                .map(ApiKeyRecord::key)
                .filter(key -> key.principal().equals(principal))
                .toList();
    }

    /**
     * Removes keys whose time is over; those that were revoked before stay until then, so that their use is recorded. Call it
     * now and then; nothing depends on it but space. Cost: a look at every key in the store.
     *
     * @return how many
     * @throws io.aidc.security.CredentialException if a record is damaged
     */
    public int purge() {
        Instant now = now();
        int purged = 0;
        for (ApiKeyRecord record : records.all(KIND, ApiKeyRecord::of)) {
            if (!now.isBefore(record.key().expires())) { // which can only come earlier
                records.change(KIND + record.key().id(), ApiKeyRecord::of, found -> Change.removal(true));
                purged++;
            }
        }
        return purged;
    }

    private Optional<ApiKeyRecord> find(String id) {
        return Token.isId(id) ? records.find(KIND + id, ApiKeyRecord::of) : Optional.empty();
    }

    private Instant now() {
        return clock.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Map<String, String> details(ApiKey key) {
        return Map.of("key", key.id(), "expires", key.expires().toString());
    }

    private static void requireWithin(String what, Duration time, Duration least) {
        if (time.compareTo(least) < 0 || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("%s must be %s to %s, got %s".formatted(what, least, LONGEST, time));
        }
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "ApiKeys[]";
    }

    /**
     * Chooses where keys are kept.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        private final Once<CredentialStore> store = new Once<>("store");
        private final Once<AuditTrail> trail = new Once<>("auditTo");
        private final Once<Clock> clock = new Once<>("clock");

        private Builder() {}

        /**
         * Says where to keep the keys. Required.
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
         * Makes the keys. They hold nothing that must be closed.
         *
         * @return the keys
         * @throws IllegalStateException if the store is missing
         */
        public ApiKeys build() {
            return new ApiKeys(this);
        }
    }
}
