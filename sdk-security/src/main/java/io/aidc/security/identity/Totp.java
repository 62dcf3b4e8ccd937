package io.aidc.security.identity;

import io.aidc.security.CredentialException;
import io.aidc.security.audit.AuditTrail;
import io.aidc.security.identity.Records.Change;
import io.aidc.security.identity.Verification.Accepted;
import io.aidc.security.identity.Verification.Locked;
import io.aidc.security.identity.Verification.Reason;
import io.aidc.security.identity.Verification.Refused;
import io.aidc.security.internal.HighWaterClock;
import io.aidc.security.values.ValueSealer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Checks the six digits of authenticator apps (time-based one-time passwords), and recovery codes for when the device is lost.
 *
 * {@snippet class="io.aidc.security.identity.IdentitySnippetsTest" region="totp"}
 *
 * <p>A code is accepted once, and nothing before it afterwards, even if two threads or two programs on one store try at the
 * same time. Failures in a row lock the user out, for longer each time up to a day; whoever knows a user's name can so lock
 * him out on purpose, which is why the password comes first. Both outlive a restart. If the clock goes back by more than a
 * period, nothing is accepted until it is there again, or, if it had been ahead in error, the program is started anew and the
 * users' last codes lie in the past again.
 *
 * <p>Secrets are stored sealed, bound to the user, recovery codes hashed. They are shown once, by {@link #enrol}. A code can
 * be phished: who passes it on at once to the real site is let in. {@link SecondFactor} says what cannot be.
 *
 * <p>Each step is recorded in the audit trail before its result is returned, without codes, and without names that are not
 * enrolled: people type their password there. Attempts during a lock are not recorded. Those under names that are not
 * enrolled are, and cost little: limit who may ask, or the log fills.
 *
 * <p><em>Thread-safe: as the store is.</em>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6238">RFC 6238, TOTP</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4226">RFC 4226, HOTP</a>
 */
public final class Totp implements SecondFactor {
    private static final String NAME = "totp";
    private static final int MAX_TYPED = 100;
    private static final Verification NOT_ENROLLED = new Refused(Reason.NOT_ENROLLED);

    private final Records records;
    private final ValueSealer sealer;
    private final String issuer;
    private final Algorithm algorithm;
    private final int digits;
    private final Duration period;
    private final int skew;
    private final AttemptLimit limit;
    private final Trail trail;
    private final Clock clock;
    private final HighWaterClock highest;
    private final SecureRandom random = new SecureRandom();

    /** The hash inside. Apps that do not know the others take {@link #SHA1}, which is sound in this use. */
    public enum Algorithm {
        /** HMAC-SHA-1, with secrets of 20 bytes. */
        SHA1(1, "HmacSHA1", 20),
        /** HMAC-SHA-256, with secrets of 32 bytes. */
        SHA256(2, "HmacSHA256", 32),
        /** HMAC-SHA-512, with secrets of 64 bytes. */
        SHA512(3, "HmacSHA512", 64);

        /** Stands in sealed secrets. */
        final int number;

        final String hmac;
        final int keyBytes;

        Algorithm(int number, String hmac, int keyBytes) {
            this.number = number;
            this.hmac = hmac;
            this.keyBytes = keyBytes;
        }

        static Algorithm numbered(int number) {
            for (Algorithm algorithm : values()) {
                if (algorithm.number == number) {
                    return algorithm;
                }
            }
            throw new CredentialException(
                    CredentialException.Reason.DAMAGED, "The secret of a one-time code has algorithm " + number);
        }
    }

    private Totp(Builder builder) {
        this.records = new Records(builder.store.required());
        this.sealer = builder.sealer.required();
        this.issuer = builder.issuer.required();
        this.algorithm = builder.algorithm.or(Algorithm.SHA1);
        this.digits = builder.digits.or(Builder.DIGITS);
        this.period = builder.period.or(Builder.PERIOD);
        this.skew = builder.skew.or(Builder.SKEW);
        this.limit = builder.limit.or(AttemptLimit.DEFAULT);
        this.trail = new Trail(builder.trail.or(Trail::ignore), NAME);
        this.clock = builder.clock.or(Clock.systemUTC());
        this.highest = trail.watching(clock);
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
     * Draws a secret for a user. It counts once {@link #confirm} has seen a code of it; until then the one he has, if any,
     * goes on to work. A second call replaces the first one's secret.
     *
     * @param user 1 to 256 bytes in UTF-8, compared exactly; it stands in the URI
     * @return what to show him, once
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws CredentialException if the user's record is damaged
     * @throws io.aidc.security.KeyRingException if the sealer's ring reached a limit and refuses
     */
    public Enrolment enrol(String user) {
        byte[] key = new byte[algorithm.keyBytes];
        random.nextBytes(key);
        List<String> codes = RecoveryCodes.fresh(random);
        List<String> hashes = RecoveryCodes.hashes(Records.checkedName("user", user), codes);
        try (TotpSecret secret = new TotpSecret(algorithm, digits, (int) period.toSeconds(), key)) {
            String sealed = secret.seal(sealer, user);
            records.change(key(user), TotpRecord::of, found -> {
                TotpRecord next = found.orElse(TotpRecord.EMPTY).enrolling(sealed, hashes);
                return Change.to(next.json(), true);
            });
            trail.done(user, "totp.enrol", Map.of());
            return new Enrolment(OtpAuthUri.of(issuer, user, secret), Base32.encode(key), codes);
        }
    }

    /**
     * Puts the secret of the last {@link #enrol} into force, and its recovery codes, if the code is right. What the user had
     * before is worth nothing then.
     *
     * @param user as enrolled
     * @param code what his device shows; it cannot be used again, so that this counts as his first log-in
     * @return {@link Reason#NOT_ENROLLED} if nothing awaits its confirmation
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws CredentialException if the user's record is damaged
     * @throws io.aidc.security.UnsealException if his secret does not open under the sealer's ring
     */
    public Verification confirm(String user, String code) {
        return attempt("totp.confirm", user, code, (record, now) -> {
            String pending = record.pending();
            if (pending == null) {
                return Change.none(NOT_ENROLLED);
            }
            OptionalLong step;
            try (TotpSecret secret = TotpSecret.unseal(sealer, pending, user)) {
                step = TotpCode.step(secret, TotpCode.typed(code), secret.step(now.getEpochSecond()), skew);
            }
            return step.isPresent()
                    ? Change.to(record.confirmed(pending, step.getAsLong()).json(), new Accepted(user, NAME))
                    : failed(record, now, Reason.WRONG);
        });
    }

    /**
     * Checks a code. Spaces and hyphens in it do not count.
     *
     * @param user as enrolled
     * @param code what his device shows
     * @return whether it is he
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws CredentialException if the user's record is damaged
     * @throws io.aidc.security.UnsealException if his secret does not open under the sealer's ring
     */
    public Verification verify(String user, String code) {
        return attempt("totp.verify", user, code, (record, now) -> {
            String sealed = record.secret();
            if (sealed == null) {
                return Change.none(NOT_ENROLLED);
            }
            try (TotpSecret secret = TotpSecret.unseal(sealer, sealed, user)) {
                return judged(record, secret, user, TotpCode.typed(code), now);
            }
        });
    }

    private Change<Verification> judged(TotpRecord record, TotpSecret secret, String user, String code, Instant now) {
        long current = secret.step(now.getEpochSecond());
        if (record.step() > current + skew) {
            return Change.none(new Refused(Reason.CLOCK_BACK));
        }
        OptionalLong step = TotpCode.step(secret, code, current, skew);
        if (step.isEmpty()) {
            return failed(record, now, Reason.WRONG);
        }
        return step.getAsLong() > record.step()
                ? Change.to(record.accepted(step.getAsLong()).json(), new Accepted(user, NAME))
                : failed(record, now, Reason.REPLAYED);
    }

    /**
     * Checks a recovery code, and uses it up. Spaces, hyphens and capitals in it do not count. It locks and unlocks like
     * {@link #verify}, of which it shares the count. Let the user enrol a device next.
     *
     * @param user as enrolled
     * @param recoveryCode one that was shown to him
     * @return whether it is he
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws CredentialException if the user's record is damaged
     */
    public Verification recover(String user, String recoveryCode) {
        return attempt("totp.recover", user, recoveryCode, (record, now) -> {
            if (record.secret() == null) {
                return Change.none(NOT_ENROLLED);
            }
            List<String> left = RecoveryCodes.without(record.recovery(), user, recoveryCode);
            return left.size() < record.recovery().size()
                    ? Change.to(
                            record.recoverable(left).attempts(Attempts.NONE).json(),
                            new Accepted(user, "recovery-code"))
                    : failed(record, now, Reason.WRONG);
        });
    }

    /** What to make of an attempt that is neither locked nor out of time. */
    private interface Judge {
        Change<Verification> judge(TotpRecord record, Instant now);
    }

    private Verification attempt(String action, String user, String typed, Judge judge) {
        String key = key(user);
        Objects.requireNonNull(typed, "code");
        Instant now = clock.instant();
        if (highest.now().isAfter(now.plus(period))) {
            return recorded(action, Trail.NOBODY, Change.none(new Refused(Reason.CLOCK_BACK)));
        }
        return recorded(action, user, records.change(key, TotpRecord::of, found -> {
            Change<Verification> change = attempt(found, now, typed, judge);
            return new Change<>(change, change.writes(), change.next());
        }));
    }

    private Change<Verification> attempt(Optional<TotpRecord> found, Instant now, String typed, Judge judge) {
        if (found.isEmpty()) {
            return Change.none(NOT_ENROLLED);
        }
        Optional<Instant> until = found.get().attempts().lockedUntil(now);
        if (until.isPresent()) {
            return Change.none(new Locked(until.get()));
        }
        return typed.length() > MAX_TYPED ? failed(found.get(), now, Reason.WRONG) : judge.judge(found.get(), now);
    }

    /** A lock is recorded when it begins. */
    private Verification recorded(String action, String user, Change<Verification> change) {
        if (change.writes() || !(change.result() instanceof Locked)) {
            trail.verified(change.result().equals(NOT_ENROLLED) ? Trail.NOBODY : user, action, change.result());
        }
        return change.result();
    }

    private Change<Verification> failed(TotpRecord record, Instant now, Reason reason) {
        Attempts attempts = record.attempts().failed(limit, now);
        Verification result =
                attempts.lockedUntil(now).<Verification>map(Locked::new).orElse(new Refused(reason));
        return Change.to(record.attempts(attempts).json(), result);
    }

    /**
     * Draws ten more recovery codes; the old ones are worth nothing then.
     *
     * @param user as enrolled
     * @return the codes, to be shown once; empty if the user is not enrolled
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws CredentialException if the user's record is damaged
     */
    public List<String> renewRecoveryCodes(String user) {
        List<String> codes = RecoveryCodes.fresh(random);
        List<String> hashes = RecoveryCodes.hashes(Records.checkedName("user", user), codes);
        boolean renewed = changed(user, "totp.renew", record -> record.recoverable(hashes));
        return renewed ? codes : List.of();
    }

    /**
     * Ends a lock, for who has seen otherwise that it is the user.
     *
     * @param user as enrolled
     * @return whether the user is enrolled
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws CredentialException if the user's record is damaged
     */
    public boolean unlock(String user) {
        return changed(user, "totp.unlock", record -> record.attempts(Attempts.NONE));
    }

    private boolean changed(String user, String action, Function<TotpRecord, TotpRecord> how) {
        boolean changed = records.change(
                key(user),
                TotpRecord::of,
                found -> found.filter(record -> record.secret() != null)
                        .map(record -> Change.to(how.apply(record).json(), true))
                        .orElse(Change.none(false)));
        if (changed) {
            trail.done(user, action, Map.of());
        }
        return changed;
    }

    /**
     * Forgets a user's secret, recovery codes and lock, confirmed or not.
     *
     * @param user as enrolled
     * @return whether there was anything
     * @throws IllegalArgumentException if the name is empty or too long
     */
    public boolean remove(String user) {
        boolean removed = records.change(key(user), json -> json, found -> Change.removal(found.isPresent()));
        if (removed) {
            trail.done(user, "totp.remove", Map.of());
        }
        return removed;
    }

    /**
     * Tells whether a user has a confirmed secret, and how many recovery codes.
     *
     * @param user as enrolled
     * @return how many recovery codes are left, 0 to 10; empty if he is not enrolled
     * @throws IllegalArgumentException if the name is empty or too long
     * @throws CredentialException if the user's record is damaged
     */
    public Optional<Integer> recoveryCodesLeft(String user) {
        return records.find(key(user), TotpRecord::of)
                .filter(record -> record.secret() != null)
                .map(record -> record.recovery().size());
    }

    /** Returns {@code totp}. */
    @Override
    public String name() {
        return NAME;
    }

    /** Sends nothing: the device knows what to show. */
    @Override
    public byte[] begin(String user) {
        Records.checkedName("user", user);
        return new byte[0];
    }

    /** Does as {@link #verify}, with the code in UTF-8. */
    @Override
    public Verification finish(String user, byte[] response) {
        return verify(user, new String(response, StandardCharsets.UTF_8));
    }

    private static String key(String user) {
        return Records.key(NAME, Records.checkedName("user", user));
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "Totp[%s, digits=%d, period=%s]".formatted(algorithm, digits, period);
    }

    /**
     * Chooses how codes are made and checked.
     *
     * <p><em>Confined: one thread at a time.</em>
     */
    public static final class Builder {
        static final int DIGITS = 6;
        static final Duration PERIOD = Duration.ofSeconds(30);
        static final int SKEW = 1;

        private final Once<CredentialStore> store = new Once<>("store");
        private final Once<ValueSealer> sealer = new Once<>("sealer");
        private final Once<String> issuer = new Once<>("issuer");
        private final Once<Algorithm> algorithm = new Once<>("algorithm");
        private final Once<Integer> digits = new Once<>("digits");
        private final Once<Duration> period = new Once<>("period");
        private final Once<Integer> skew = new Once<>("skew");
        private final Once<AttemptLimit> limit = new Once<>("attempts");
        private final Once<AuditTrail> trail = new Once<>("auditTo");
        private final Once<Clock> clock = new Once<>("clock");

        private Builder() {}

        /**
         * Says where to keep what is known of users. Required.
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
         * Says what seals the secrets. Required.
         *
         * @param sealer over a ring that stays the caller's, and must be open when codes are checked
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder sealer(ValueSealer sealer) {
            this.sealer.set(sealer);
            return this;
        }

        /**
         * Names the program or house, as apps show it. Required.
         *
         * @param issuer 1 to 256 bytes in UTF-8, without a colon
         * @return this
         * @throws IllegalArgumentException if it is empty, too long, or has a colon
         * @throws IllegalStateException if one was given already
         */
        public Builder issuer(String issuer) {
            if (Records.checkedName("issuer", issuer).indexOf(':') >= 0) {
                throw new IllegalArgumentException("issuer must have no colon, got " + issuer);
            }
            this.issuer.set(issuer);
            return this;
        }

        /**
         * Chooses the hash for secrets that are drawn from here on. By default {@link Algorithm#SHA1}, the one that all apps
         * know.
         *
         * @param algorithm the hash
         * @return this
         * @throws IllegalStateException if one was given already
         */
        public Builder algorithm(Algorithm algorithm) {
            this.algorithm.set(algorithm);
            return this;
        }

        /**
         * Chooses the length of codes for secrets that are drawn from here on. By default 6.
         *
         * @param digits 6 to 8
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was given already
         */
        public Builder digits(int digits) {
            if (digits < 6 || digits > 8) {
                throw new IllegalArgumentException("digits must be 6 to 8, got " + digits);
            }
            this.digits.set(digits);
            return this;
        }

        /**
         * Chooses how long a code is shown, for secrets that are drawn from here on. By default 30 seconds.
         *
         * @param period 15 to 120 s, whole seconds
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was given already
         */
        public Builder period(Duration period) {
            if (period.toSeconds() < 15
                    || period.toSeconds() > 120
                    || !period.equals(Duration.ofSeconds(period.toSeconds()))) {
                throw new IllegalArgumentException("period must be 15 to 120 whole seconds, got " + period);
            }
            this.period.set(period);
            return this;
        }

        /**
         * Chooses how many periods before and after the present one are accepted, for clocks that differ. By default 1.
         * Each makes guessing as much easier.
         *
         * @param periods 0 to 5
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was given already
         */
        public Builder skew(int periods) {
            if (periods < 0 || periods > 5) {
                throw new IllegalArgumentException("skew must be 0 to 5 periods, got " + periods);
            }
            this.skew.set(periods);
            return this;
        }

        /**
         * Chooses after how many failures in a row a user is locked out, and for how long. By default after 5, for a minute.
         * Each further lock lasts twice as long, up to a day, until a code is right.
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
         * @param trail told before a result is returned; if it fails, so does the call, though a code is used up
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
         * @throws IllegalStateException if store, sealer or issuer are missing
         */
        public Totp build() {
            return new Totp(this);
        }
    }
}
