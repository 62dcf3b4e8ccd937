package io.aidc.security.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.identity.Records.Change;
import io.aidc.security.identity.Verification.Accepted;
import io.aidc.security.identity.Verification.Locked;
import io.aidc.security.identity.Verification.Reason;
import io.aidc.security.identity.Verification.Refused;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Keeps and checks the passwords of users.
 *
 * {@snippet class="io.aidc.security.identity.IdentitySnippetsTest" region="passwords"}
 *
 * <p>Hashes are renewed as users come by, when cost or pepper changed. Failures in a row lock a user out, for longer each time
 * up to a day. Attempts under one name wait for each other, and each is counted as failed until its password has been looked
 * at, so that many at once, or in many programs on one store, are no way round. A name that nobody has costs one hash too,
 * answers the same, and locks the same (the last 10&nbsp;000 such, until the program ends), so that answers do not tell who
 * is here. Times can: what users get wrong is written to the store, that of strangers is not, and a hash of older cost takes
 * its own time until it is renewed.
 *
 * <p>The rules are those of NIST: a length, no composition, no expiry, and a list of those that are guessed first, which you
 * supply. What was decided is recorded before it is returned, without passwords, and without the names that nobody has: people
 * type their password there. Attempts during a lock are not recorded. Those under ever other names are, at the price of a
 * hash each: limit who may ask, or the log fills.
 *
 * <p><em>Thread-safe: as the store is.</em>
 *
 * @see PasswordHashing
 * @see <a href="https://pages.nist.gov/800-63-4/sp800-63b.html">NIST SP 800-63B-4, section 3.1.1</a>
 */
public final class Passwords {
    private static final String NAME = "password";
    private static final int REMEMBERED = 10_000;

    private final Records records;
    private final PasswordHashing hashing;
    private final int minCharacters;
    private final Predicate<String> blocked;
    private final AttemptLimit limit;
    private final Trail trail;
    private final Clock clock;
    private final Cache<String, Attempts> strangers = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();

    /** One for each name that is being looked at. */
    private final Cache<String, ReentrantLock> turns =
            Caffeine.newBuilder().weakValues().executor(Runnable::run).build();

    /** What an attempt found: a hash unless nobody has the name, and a lock unless this attempt may be looked at. */
    private record Counted(
            Optional<PasswordRecord> found, Attempts before, Attempts after, Optional<Instant> lockedBefore) {
        static Counted of(Optional<PasswordRecord> found, Attempts before, AttemptLimit limit, Instant now) {
            return new Counted(found, before, before.failed(limit, now), before.lockedUntil(now));
        }
    }

    private Passwords(Builder builder) {
        this.records = new Records(builder.store.required());
        this.hashing = builder.hashing.or(PasswordHashing.argon2id(Builder.COST));
        this.minCharacters = builder.minCharacters.or(PasswordText.MIN_CHARACTERS);
        this.blocked = builder.blocked.or(password -> false);
        this.limit = builder.limit.or(AttemptLimit.DEFAULT);
        this.trail = new Trail(builder.trail.or(Trail::ignore), NAME);
        this.clock = builder.clock.or(Clock.systemUTC());
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
     * Gives a user a password, his first or another. It ends a lock.
     *
     * @param user 1 to 256 bytes in UTF-8, compared exactly
     * @param password neither kept nor wiped
     * @return why it cannot be, and nothing changed; empty if it is his from here on
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws IllegalStateException if the ring of the pepper is closed
     */
    public Optional<PasswordFlaw> set(String user, char[] password) {
        String key = key(user);
        Optional<PasswordFlaw> flaw = PasswordText.flaw(password, minCharacters);
        if (flaw.isEmpty() && isBlocked(user, password)) {
            flaw = Optional.of(PasswordFlaw.BLOCKED);
        }
        if (flaw.isEmpty()) {
            PasswordRecord next = new PasswordRecord(hashing.hash(password), Attempts.NONE);
            records.change(key, json -> json, found -> Change.to(next.json(), true));
            trail.done(user, "password.set", Map.of());
        }
        return flaw;
    }

    private boolean isBlocked(String user, char[] password) {
        char[] normal = PasswordText.normal(password);
        String text = new String(normal).toLowerCase(Locale.ROOT);
        Arrays.fill(normal, '\0');
        return text.equals(user.toLowerCase(Locale.ROOT)) || blocked.test(text);
    }

    /**
     * Checks a password. Cost: one Argon2id, whether there is such a user or not, unless the name is locked; waits for others
     * under the same name.
     *
     * @param user 1 to 256 bytes in UTF-8
     * @param password of any length; neither kept nor wiped
     * @return whether it is the user; {@link Reason#WRONG} also if there is none
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws io.aidc.security.CredentialException if the user's record is damaged, or asks for too much
     * @throws io.aidc.security.UnsealException if the version of the ring that the pepper needs is not enabled
     * @throws IllegalStateException if the ring of the pepper is closed
     */
    public Verification verify(String user, char[] password) {
        String key = key(user);
        Counted counted;
        Verification result;
        ReentrantLock turn = turns.get(key, any -> new ReentrantLock());
        turn.lock();
        try {
            Instant now = clock.instant();
            counted = counted(key, now);
            result = judged(user, counted, now, password);
        } finally {
            turn.unlock();
        }
        if (counted.lockedBefore().isEmpty()) {
            trail.verified(counted.found().isPresent() ? user : Trail.NOBODY, "password.verify", result);
        }
        return result;
    }

    /** Counts an attempt as failed until it has proved right. */
    private Counted counted(String key, Instant now) {
        Counted counted = records.change(key, PasswordRecord::of, found -> {
            Attempts before = found.map(PasswordRecord::attempts).orElse(Attempts.NONE);
            Counted result = Counted.of(found, before, limit, now);
            return found.isEmpty() || result.lockedBefore().isPresent()
                    ? Change.none(result)
                    : Change.to(found.get().attempts(result.after()).json(), result);
        });
        return counted.found().isPresent() ? counted : stranger(key, now);
    }

    private Counted stranger(String key, Instant now) {
        Counted[] counted = new Counted[1];
        strangers.asMap().compute(key, (same, known) -> {
            Counted result = Counted.of(Optional.empty(), known == null ? Attempts.NONE : known, limit, now);
            counted[0] = result;
            return result.lockedBefore().isPresent() ? result.before() : result.after();
        });
        return counted[0];
    }

    private Verification judged(String user, Counted counted, Instant now, char[] password) {
        if (counted.lockedBefore().isPresent()) {
            return new Locked(counted.lockedBefore().get());
        }
        String key = key(user);
        boolean judged = false;
        try {
            boolean right = isRight(key, counted.found(), password);
            judged = true;
            if (right) {
                return new Accepted(user, NAME);
            }
        } finally {
            if (!judged) {
                uncount(key, counted);
            }
        }
        return counted.after().lockedUntil(now).<Verification>map(Locked::new).orElse(new Refused(Reason.WRONG));
    }

    /** Takes back an attempt that came to nothing, unless others came after it. */
    private void uncount(String key, Counted counted) {
        strangers.asMap().replace(key, counted.after(), counted.before());
        records.change(
                key,
                PasswordRecord::of,
                found -> found.filter(record -> record.attempts().equals(counted.after()))
                        .map(record ->
                                Change.to(record.attempts(counted.before()).json(), true))
                        .orElse(Change.none(false)));
    }

    /** Looks once more where another hash was stored meanwhile: it may be of the same password, renewed. */
    private boolean isRight(String key, Optional<PasswordRecord> found, char[] password) {
        if (found.isEmpty()) {
            hashing.pretend(password);
        }
        Optional<String> stored = found.map(PasswordRecord::hash);
        for (int i = 0; i < 2 && stored.isPresent(); i++) {
            String hash = stored.get();
            PasswordMatch match = hashing.verify(password, hash);
            if (match == PasswordMatch.WRONG) {
                return false;
            }
            stored = accepted(key, hash, match, password);
            if (stored.equals(Optional.of(hash))) {
                return true;
            }
        }
        return false;
    }

    /** Forgets failures and renews the hash, if it is still there; returns the one that is. */
    private Optional<String> accepted(String key, String hash, PasswordMatch match, char[] password) {
        boolean renews = match == PasswordMatch.RIGHT_REHASH
                && PasswordText.flaw(password, PasswordText.MIN_CHARACTERS).isEmpty();
        PasswordRecord next = new PasswordRecord(renews ? hashing.hash(password) : hash, Attempts.NONE);
        return records.change(key, PasswordRecord::of, found -> {
            Optional<String> stored = found.map(PasswordRecord::hash);
            return stored.equals(Optional.of(hash)) ? Change.to(next.json(), stored) : Change.none(stored);
        });
    }

    /**
     * Ends a lock, for who has seen otherwise that it is the user.
     *
     * @param user as set
     * @return whether there is such a user
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws io.aidc.security.CredentialException if the user's record is damaged
     */
    public boolean unlock(String user) {
        boolean unlocked = records.change(
                key(user),
                PasswordRecord::of,
                found -> found.map(record ->
                                Change.to(record.attempts(Attempts.NONE).json(), true))
                        .orElse(Change.none(false)));
        if (unlocked) {
            trail.done(user, "password.unlock", Map.of());
        }
        return unlocked;
    }

    /**
     * Forgets a user's password and lock.
     *
     * @param user as set
     * @return whether there was one
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public boolean remove(String user) {
        boolean removed = records.change(key(user), json -> json, found -> Change.removal(found.isPresent()));
        if (removed) {
            trail.done(user, "password.remove", Map.of());
        }
        return removed;
    }

    private static String key(String user) {
        return Records.key(NAME, Records.checkedName("user", user));
    }

    /** Shows the cost. */
    @Override
    public String toString() {
        return "Passwords[%s]".formatted(hashing);
    }

    /**
     * Chooses how passwords are kept and checked.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        static final PasswordCost COST = PasswordCost.OWASP_19_MIB;

        private final Once<CredentialStore> store = new Once<>("store");
        private final Once<PasswordHashing> hashing = new Once<>("hashing");
        private final Once<Integer> minCharacters = new Once<>("atLeast");
        private final Once<Predicate<String>> blocked = new Once<>("blocking");
        private final Once<AttemptLimit> limit = new Once<>("attempts");
        private final Once<AuditTrail> trail = new Once<>("auditTo");
        private final Once<Clock> clock = new Once<>("clock");

        private Builder() {}

        /**
         * Says where to keep the hashes. Required.
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
         * Chooses the hash. By default {@link PasswordCost#OWASP_19_MIB} without pepper.
         *
         * @param hashing the hash
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder hashing(PasswordHashing hashing) {
            this.hashing.set(hashing);
            return this;
        }

        /**
         * Chooses how long passwords must be. By default 8 characters, which is enough beside a second factor; NIST asks for
         * 15 where there is none.
         *
         * @param characters 8 to 64
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was given already
         */
        public Builder atLeast(int characters) {
            if (characters < PasswordText.MIN_CHARACTERS || characters > 64) {
                throw new IllegalArgumentException("atLeast must be 8 to 64 characters, got " + characters);
            }
            minCharacters.set(characters);
            return this;
        }

        /**
         * Refuses passwords that are guessed first. By default none but the user's name. Passwords that are in force stay so.
         *
         * @param blocked asked on the thread that sets a password, which it gets in Unicode NFKC and lower case
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder blocking(Predicate<String> blocked) {
            this.blocked.set(blocked);
            return this;
        }

        /**
         * Chooses after how many failures in a row a user is locked out, and for how long. By default after 5, for a minute.
         * Each further lock lasts twice as long, up to a day, until a password is right.
         *
         * @param most 1 to 100
         * @param firstLock 1 second to 1 day
         * @return this
         * @throws IllegalArgumentException if either is out of range
         * @throws IllegalStateException if they were given already
         */
        public Builder attempts(int most, Duration firstLock) {
            limit.set(new AttemptLimit(most, firstLock));
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
         * Makes the checker. It holds nothing that must be closed.
         *
         * @return the checker
         * @throws IllegalStateException if the store is missing
         */
        public Passwords build() {
            return new Passwords(this);
        }
    }
}
