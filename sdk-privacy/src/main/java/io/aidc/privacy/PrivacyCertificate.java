package io.aidc.privacy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.aidc.privacy.accounting.EventCounts;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PldAccountant;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.RdpConversion;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/**
 * A statement, for machines and for the people who sign, of what was released and what that guarantees.
 *
 * {@snippet class="io.aidc.privacy.PrivacyCertificateSnippetsTest" region="certificate"}
 *
 * <p>Everything charged is together (ε, δ)-differentially private for one unit, also if each charge was chosen after
 * seeing earlier answers, for some ε up to {@code epsilonAtMost}. That number is recomputed from the events whenever a
 * certificate is made or read: one that claims less than its events cost, by more than 1e-9 of it, is refused.
 *
 * <p>Not shown: that the events are all there were (compare {@code ledgerHead} with the ledger); that scope, unit,
 * relation and order are those the budget was built with, and the order no better one found afterwards;
 * {@code epsilonAtLeast}; that bounds, units and noise outside this library were as stated; and who made it unless it
 * is {@linkplain #signedBy signed}. Cost: some 50 ms for each kind of sampled events, up to 32 of them. Immutable.
 *
 * @param unit one word for what is protected, such as {@code patient}
 * @param neighbours which data sets must look alike
 * @param events what was charged, as in the ledger file: {@code sampled-gaussian(0.2,3.1)*100+pure(0.25)}
 * @param charges how many events that is; {@code Long.MAX_VALUE} if more
 * @param accountant how ε was found
 * @param order the Rényi order of the filter; 0 for {@link Accountant#PURE_SUM}
 * @param epsilonAtLeast a lower bound of the ε that any accountant can prove; by privacy-loss distributions; 0
 *     if δ is 0, or there are more than 32 kinds of events
 * @param epsilonAtMost ε, which holds
 * @param delta δ in [0, 1)
 * @param approximateDelta the part of δ for charges that have one of their own; all of it for
 *     {@link Accountant#PURE_SUM}
 * @param noise where the noise of this library's own queries comes from
 * @param library the version of this library, {@code development} outside a jar
 * @param scope whose charges these are: a scope of the ledger, and its group behind a slash if it has several; empty
 *     for a budget in memory
 * @param ledgerHead the chain hash of a record at or after the last charge, empty for a budget in memory
 * @see <a href="https://arxiv.org/abs/2008.11193">Feldman, Zrnic 2021, Theorem 4.3</a> for the filter
 */
public record PrivacyCertificate(
        String unit,
        Neighbours neighbours,
        String events,
        long charges,
        Accountant accountant,
        double order,
        double epsilonAtLeast,
        double epsilonAtMost,
        double delta,
        double approximateDelta,
        String noise,
        String library,
        String scope,
        String ledgerHead) {
    private static final String SCOPE = "([A-Za-z0-9._-]{1,64}(/[A-Za-z0-9._-]{1,64})?)?";
    private static final int MOST_KINDS = 32;
    private static final double AGREEMENT = 1e-9;
    private static final double LARGEST_FACTOR = 1e6;
    private static final MathContext THREE_DIGITS_UP = new MathContext(3, RoundingMode.UP);
    private static final String NOISE = "exact integer samplers over AES-256-CTR keyed by SecureRandom";
    // covers another machine's rounding of the same formulas
    private static final BigDecimal ROUND_UP = new BigDecimal("1.000000001");

    /** How ε was found from the events. */
    public enum Accountant {
        /** The exact decimal sum of pure charges; δ is the sum of those that the charges have themselves. */
        PURE_SUM("none"),
        /** The sum of Rényi divergences at one order fixed beforehand, converted. */
        RENYI_FILTER(RdpConversion.IMPROVED_CKS_2020.name());

        private final String conversion;

        Accountant(String conversion) {
            this.conversion = conversion;
        }

        /**
         * Returns the name of the formula that turns divergences into (ε, δ).
         *
         * @return that of an {@link RdpConversion}, or {@code none}
         */
        public String conversion() {
            return conversion;
        }
    }

    /**
     * Checks all parts, and that the events cost no more than is claimed.
     *
     * @throws IllegalArgumentException if a part is out of its range, or ε is less than the events cost
     */
    public PrivacyCertificate {
        Checks.word(unit, "unit");
        Objects.requireNonNull(neighbours, "neighbours");
        Objects.requireNonNull(accountant, "accountant");
        CertificateJson.requirePlain(noise, "noise");
        CertificateJson.requirePlain(library, "library");
        if (!ledgerHead.matches("([0-9a-f]{64})?")) {
            throw new IllegalArgumentException("ledgerHead must be empty or 64 hexadecimal digits, got " + ledgerHead);
        }
        if (!scope.matches(SCOPE) || scope.isEmpty() != ledgerHead.isEmpty()) {
            throw new IllegalArgumentException(
                    "scope must be a scope of the ledger, or empty without one, got " + scope);
        }
        if (!(epsilonAtLeast >= 0 && epsilonAtLeast <= epsilonAtMost) || Double.isInfinite(epsilonAtMost)) {
            throw new IllegalArgumentException("epsilon must be finite with 0 <= at least <= at most, got %s and %s"
                    .formatted(epsilonAtLeast, epsilonAtMost));
        }
        boolean filtered = accountant == Accountant.RENYI_FILTER;
        boolean together = filtered
                ? delta > approximateDelta && order > 1 && order < Double.POSITIVE_INFINITY
                : delta == approximateDelta && order == 0;
        if (!together) {
            throw new IllegalArgumentException("delta %s, approximateDelta %s and order %s do not go with %s"
                    .formatted(delta, approximateDelta, order, accountant));
        }
        requireEnough(
                events,
                charges,
                new Limits(BigDecimal.valueOf(epsilonAtMost), delta, approximateDelta, neighbours, order, unit));
    }

    private static void requireEnough(String events, long charges, Limits claimed) {
        try {
            PrivacyEvent event = EventText.read(events);
            if (charges != count(event)) {
                throw new IllegalArgumentException("charges must be %s, got %s".formatted(count(event), charges));
            }
            BigDecimal needed = Spending.nothing(claimed).with(event).needed();
            if (needed.compareTo(claimed.epsilon().multiply(ROUND_UP)) > 0) {
                throw new IllegalArgumentException("the events cost epsilon %s, more than is claimed: %s"
                        .formatted(needed.doubleValue(), claimed.epsilon()));
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("the events happen too often to be counted", e);
        }
    }

    static PrivacyCertificate of(Limits limits, Spending.Total total, PrivacyEvent event, Journal journal) {
        boolean pure = total.isPure();
        String version = PrivacyCertificate.class.getPackage().getImplementationVersion();
        double atMost = roundedUp(total.needed());
        double delta = pure ? roundedUp(total.deltas()) : limits.delta();
        return new PrivacyCertificate(
                limits.unit(),
                limits.neighbours(),
                EventText.write(event),
                count(event),
                pure ? Accountant.PURE_SUM : Accountant.RENYI_FILTER,
                pure ? 0 : limits.order(),
                atLeast(event, delta, atMost),
                atMost,
                delta,
                pure ? delta : limits.approximateDelta(),
                NOISE,
                version == null ? "development" : version,
                journal.scope(),
                journal.head());
    }

    /** What the distribution of privacy losses shows to be needed; 0 if it cannot tell. */
    private static double atLeast(PrivacyEvent event, double delta, double atMost) {
        int kinds = EventCounts.of(event).asMap().size();
        if (delta == 0 || kinds == 0 || kinds > MOST_KINDS) {
            return 0;
        }
        double atLeast;
        try {
            atLeast = PldAccountant.of(event).epsilon(delta).optimistic();
        } catch (IllegalArgumentException e) {
            // discrete noise of too many steps
            return 0;
        }
        if (atLeast > atMost + AGREEMENT * Math.max(1, atMost)) {
            throw new IllegalStateException(
                    "the accountants contradict each other: epsilon is at least %s and at most %s, please report this"
                            .formatted(atLeast, atMost));
        }
        return Math.min(atLeast, atMost);
    }

    /**
     * Reads what {@link #json()} wrote.
     *
     * @param json the text, without white space around it
     * @return the certificate
     * @throws IllegalArgumentException if the text is not, to the letter, what {@code json()} writes for some
     *     certificate, or has more than 64 mebibytes
     */
    public static PrivacyCertificate fromJson(String json) {
        return CertificateJson.read(Objects.requireNonNull(json, "json"));
    }

    /**
     * Writes this certificate as JSON, always the same way: one line of ASCII, keys sorted, no white space, numbers as
     * the shortest decimals that read back the same, in the form of {@link Double#toString(double)}.
     *
     * @return an object of strings and numbers
     */
    public String json() {
        return CertificateJson.write(this);
    }

    /**
     * Says the same for people, ε rounded up to three digits.
     *
     * @return some sentences of English
     */
    public String inWords() {
        String relation = neighbours == Neighbours.ADD_OR_REMOVE
                ? "whether or not the data of one %s is there".formatted(unit)
                : "if the data of one %s is replaced by any other".formatted(unit);
        String proviso = unit.equals(Limits.RECORD)
                ? ""
                : ", provided that each query was told which %s a record is about".formatted(unit);
        String failure = delta == 0 ? "" : ", but for a probability of %s".formatted(delta);
        return """
                What left under this budget is nearly the same %s%s: \
                no outcome becomes more than %s times as likely%s (epsilon %s, delta %s). \
                Charged: %s, events: %s, accounted for by %s with conversion %s. \
                Noise: %s. Library %s. %s""".formatted(
                        relation,
                        proviso,
                        factor(),
                        failure,
                        new BigDecimal(epsilonAtMost).round(THREE_DIGITS_UP).toPlainString(),
                        delta,
                        events.isEmpty() ? "nothing" : events,
                        charges,
                        accountant,
                        accountant.conversion(),
                        noise,
                        library,
                        ledgerHead.isEmpty()
                                ? "Kept in memory only."
                                : "Scope %s of the ledger at %s.".formatted(scope, ledgerHead));
    }

    private String factor() {
        double factor = Math.exp(epsilonAtMost);
        return factor < LARGEST_FACTOR
                ? new BigDecimal(factor).round(THREE_DIGITS_UP).toPlainString()
                : "e^" + new BigDecimal(epsilonAtMost).round(THREE_DIGITS_UP).toPlainString();
    }

    /**
     * Signs {@link #json()} with a key that the caller keeps.
     *
     * @param signer takes the bytes to be signed and returns a signature
     * @return this certificate and the signature
     */
    public Signed signedBy(UnaryOperator<byte[]> signer) {
        return new Signed(this, Objects.requireNonNull(signer, "signer").apply(bytes()));
    }

    private static double roundedUp(BigDecimal exact) {
        double nearest = exact.doubleValue();
        return BigDecimal.valueOf(nearest).compareTo(exact) < 0 ? Math.nextUp(nearest) : nearest;
    }

    private byte[] bytes() {
        return json().getBytes(US_ASCII);
    }

    private static long count(PrivacyEvent event) {
        return EventCounts.of(event).asMap().values().stream()
                .reduce(0L, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
    }

    /**
     * A certificate with a detached signature. Immutable.
     *
     * @param certificate what is signed
     * @param signature the bytes from the signer
     */
    @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
    public record Signed(PrivacyCertificate certificate, byte[] signature) {
        /** Copies the signature. */
        public Signed {
            Objects.requireNonNull(certificate, "certificate");
            signature = signature.clone();
        }

        /**
         * Returns the signature.
         *
         * @return a copy
         */
        @Override
        public byte[] signature() {
            return signature.clone();
        }

        /**
         * Checks the signature.
         *
         * @param verifier takes the bytes that were signed and the signature, and says whether they belong together
         * @return what the verifier says
         */
        public boolean verify(BiPredicate<byte[], byte[]> verifier) {
            return verifier.test(certificate.bytes(), signature());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Signed signed
                    && certificate.equals(signed.certificate)
                    && Arrays.equals(signature, signed.signature);
        }

        @Override
        public int hashCode() {
            return 31 * certificate.hashCode() + Arrays.hashCode(signature);
        }

        @Override
        public String toString() {
            return "Signed[certificate=%s, signature of %d bytes]".formatted(certificate, signature.length);
        }
    }
}
