package io.aidc.privacy;

import io.aidc.privacy.accounting.Calibration;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.NoisePool;
import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.query.CountQuery;
import io.aidc.privacy.query.MeanQuery;
import io.aidc.privacy.query.PrivateRecords;
import io.aidc.privacy.query.QueryBudget;
import io.aidc.privacy.query.SumQuery;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An amount of differential privacy (ε, δ) that queries, training steps and reservations spend and none can overspend.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="sum"}
 *
 * <p>Everything released through one budget, however the queries were chosen from earlier answers, is together
 * (ε, δ)-differentially private for one unit under {@link #neighbours()}. A query that does not fit is refused: it
 * reads no data and spends nothing. Amounts are exact decimals, ten times 0.1 fits in 1.0.
 *
 * <p>With δ = 0 amounts are added. With δ &gt; 0 a charge is admitted if the amounts of nothing but pure charges still
 * add up to at most ε, or if the Rényi divergences of all charges, added at one fixed order, convert to at most ε. So
 * the first Gaussian charge carries the fixed cost of the conversion, and what a charge costs depends on those before
 * it.
 *
 * <p>A charge with a δ of its own, such as groups selected privately, needs part of δ set aside beforehand, see
 * {@link Builder#approximateDelta}; those δ are added exactly.
 *
 * <p>Not protected: running time ({@link Builder#noise} hides part of it), the memory of this process, exceptions from
 * reading the data, and bounds or units that the caller states wrongly. This budget lives in memory;
 * {@link PrivacyLedger} keeps one across restarts. Thread-safe: charges take turns, queries read data outside the lock.
 *
 * @see <a href="https://arxiv.org/abs/2008.11193">Feldman, Zrnic 2021, Theorem 4.3</a> for the filter
 * @see <a href="https://arxiv.org/abs/2309.05901">Haney et al. 2023</a> for queries that run at the same time
 * @see <a href="https://arxiv.org/abs/2004.00010">Canonne, Kamath, Steinke 2020, Proposition 12</a> for the conversion
 */
public final class PrivacyBudget implements QueryBudget {
    private final Account account;
    private final Supplier<RandomBits> randomness;

    PrivacyBudget(Account account, Supplier<RandomBits> randomness) {
        this.account = account;
        this.randomness = randomness;
    }

    /**
     * Starts a budget.
     *
     * @return a builder without ε
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the total.
     *
     * @return ε
     */
    public double epsilon() {
        return account.limits().epsilon().doubleValue();
    }

    /**
     * Returns the failure probability that the total goes with.
     *
     * @return δ in [0, 1)
     */
    public double delta() {
        return account.limits().delta();
    }

    /**
     * Returns the part of {@link #delta()} that is set aside for charges with a δ of their own.
     *
     * @return from 0 to {@link #delta()}
     */
    public double approximateDelta() {
        return account.limits().approximateDelta();
    }

    @Override
    public Neighbours neighbours() {
        return account.limits().neighbours();
    }

    /**
     * Returns the Rényi order of the filter.
     *
     * @return α &gt; 1, or 0 if δ is 0 or all set aside
     */
    public double order() {
        return account.limits().order();
    }

    /**
     * Returns the groups that this budget's scope is divided into and that its charges touch.
     *
     * @return their names, sorted; none if the scope is not divided
     * @see PrivacyLedger.Builder#groups
     */
    public Set<String> groups() {
        return account.groups();
    }

    /**
     * Returns the budget for data that comes from some groups only. Each of its charges must fit in every one of them;
     * it is written as one record and leaves the other groups alone.
     *
     * <p>For several groups, {@link #spent()} and {@link #charged()} are those of the one that has spent most. Nothing
     * here can check where the data comes from.
     *
     * @param first a group of this budget
     * @param more others
     * @return a view, which spends from the same groups as this budget
     * @throws IllegalArgumentException if there is no such group
     */
    public PrivacyBudget group(String first, String... more) {
        Set<String> names = new TreeSet<>(List.of(more));
        names.add(Objects.requireNonNull(first, "first"));
        return new PrivacyBudget(account.only(names), randomness);
    }

    /**
     * Returns the ε, at {@link #delta()}, of everything charged so far, open reservations included.
     *
     * <p>With δ &gt; 0, a single Gaussian already shows the fixed cost of converting at the filter's one order (1.31
     * for a count of multiplier 20 at ε = 3, δ = 1e-4);
     * {@code PldAccountant.of(budget.charged()).epsilon(budget.delta())} gives what was needed (0.13), valid if no
     * parameter was chosen after seeing answers and this is not a scope with several groups.
     *
     * @return ε, from 0 to {@link #epsilon()}
     */
    public double spent() {
        return account.spent().doubleValue();
    }

    /**
     * Returns the total less what is spent.
     *
     * <p>With δ &gt; 0 that is the total less the filter's number, fixed cost included, as {@link #spent()} says.
     *
     * @return ε, from 0 to {@link #epsilon()}
     */
    public double remaining() {
        return limits().epsilon().subtract(account.spent()).doubleValue();
    }

    /**
     * Returns everything charged so far, for any accountant.
     *
     * @return one composed event; for several groups that of the one that has spent most, which says nothing of the
     *     others
     */
    public PrivacyEvent charged() {
        return account.charged();
    }

    /**
     * States what was charged so far, open reservations included, and what that guarantees, for whoever has to approve
     * it. Waits until the ledger, if there is one, has all of it on the device.
     *
     * @return the certificate
     * @throws IllegalStateException if this is a scope with several groups, each of which has a certificate of its own
     * @throws LedgerIoException if the ledger cannot be written
     */
    public PrivacyCertificate certificate() {
        return account.certificate();
    }

    /**
     * Charges something that happens outside this class, such as a training step, before it happens.
     *
     * <p>An attempt counts: charge a step again if it is tried again.
     *
     * @param event what is about to happen
     * @return whether it may
     * @throws IllegalArgumentException if this budget cannot account for the event: anything but pure events with δ =
     *     0, an event with a δ of its own unless some is set aside, Poisson sampling unless the relation is
     *     {@link Neighbours#ADD_OR_REMOVE}
     */
    public Charge charge(PrivacyEvent event) {
        return spend(event, granted -> granted, (asked, left) -> new Charge.Refused(event, asked, left));
    }

    /**
     * Sets part of the budget aside, before anything is read.
     *
     * @param event one event or a whole plan, {@code sampling.event(z).times(steps)}
     * @return the part, or a refusal
     * @throws IllegalArgumentException if this budget cannot account for the event, as for {@link #charge}
     */
    public Reservation reserve(PrivacyEvent event) {
        Account.Admission admission = account.reserve(event);
        return admission.granted()
                ? new Reservation.Held(account, event, admission.id())
                : new Reservation.Refused(
                        admission.epsilon().doubleValue(), admission.left().doubleValue());
    }

    /**
     * Finds the least noise with which a number of sampled steps fits in what is left.
     *
     * <p>Cost: some milliseconds. Charges made in between by others can make the steps not fit any more.
     *
     * @param sampling how each step's batch is drawn
     * @param steps how many steps, &ge; 1
     * @return the noise multiplier z for which reserving {@code sampling.plan(z, steps)} is granted; unless shuffled,
     *     so are {@code steps} charges of {@code sampling.event(z)}
     * @throws IllegalArgumentException if {@code steps} is less than 1 or the budget cannot account for the sampling
     * @throws IllegalStateException if not even noise of multiplier 1e6 fits
     */
    public double noiseMultiplierFor(Sampling sampling, int steps) {
        Objects.requireNonNull(sampling, "sampling");
        Account before = account.copy();
        if (!before.fits(sampling.plan(1e6, steps))) {
            throw new IllegalStateException(
                    "%d steps of %s do not fit in epsilon %s with any noise".formatted(steps, sampling, remaining()));
        }
        return Calibration.smallest(z -> before.fits(sampling.plan(z, steps)), "the budget");
    }

    /**
     * Prepares a count, each record being a unit of its own.
     *
     * @param records what is counted; read once, when the query is granted
     * @return the query
     */
    public CountQuery count(Iterable<?> records) {
        return from(records).count();
    }

    /**
     * Prepares a sum, each value being a unit of its own.
     *
     * @param values what is added; read when the query is granted
     * @return the query, which still needs bounds
     */
    public SumQuery sum(double... values) {
        return from(boxed(values)).sum(Double::doubleValue);
    }

    /**
     * Prepares a mean, each value being a unit of its own.
     *
     * @param values what is averaged; read when the query is granted
     * @return the query, which still needs bounds
     */
    public MeanQuery mean(double... values) {
        return from(boxed(values)).mean(Double::doubleValue);
    }

    /**
     * Prepares queries over records, each record being a unit of its own until said otherwise.
     *
     * @param records what is asked about; read once by each granted query
     * @param <T> the type of a record
     * @return the records under this budget
     */
    public <T> PrivateRecords<T> from(Iterable<T> records) {
        return PrivateRecords.of(this, records);
    }

    /**
     * Prepares a query over a stream. The first granted query reads it; any later one fails before it is paid for.
     *
     * @param records what is asked about; not closed
     * @param <T> the type of a record
     * @return the records under this budget
     * @throws IllegalStateException if the stream was used before
     */
    public <T> PrivateRecords<T> from(Stream<T> records) {
        return PrivateRecords.of(this, records);
    }

    @Override
    public <R> R answer(
            PrivacyEvent event, BiFunction<RandomBits, Double, R> query, BiFunction<Double, Double, R> refusal) {
        return spend(
                event,
                granted -> {
                    try (RandomBits bits = randomness.get()) {
                        return query.apply(bits, granted.epsilonSpent());
                    }
                },
                refusal);
    }

    private <R> R spend(
            PrivacyEvent event,
            Function<Charge.Granted, ? extends R> run,
            BiFunction<Double, Double, ? extends R> refusal) {
        Account.Admission admission = account.reserve(event);
        double epsilon = admission.epsilon().doubleValue();
        double left = admission.left().doubleValue();
        if (!admission.granted()) {
            return refusal.apply(epsilon, left);
        }
        try (var held = new Reservation.Held(account, event, admission.id())) {
            return run.apply(new Charge.Granted(held.event(), epsilon, left));
        }
    }

    Limits limits() {
        return account.limits();
    }

    private static Iterable<Double> boxed(double[] values) {
        Objects.requireNonNull(values, "values");
        return () -> Arrays.stream(values).iterator();
    }

    /** Collects the limits of a budget. Not thread-safe. */
    public static final class Builder {
        private @Nullable BigDecimal epsilon;
        private @Nullable Double delta;
        private @Nullable Double approximateDelta;
        private @Nullable Neighbours neighbours;
        private @Nullable Double order;
        private Supplier<RandomBits> randomness = RandomBits::open;

        private Builder() {}

        /**
         * Sets the total, taken as the decimal number that {@link Double#toString(double)} shows.
         *
         * @param epsilon ε &gt; 0 and finite
         * @return this builder
         * @throws IllegalArgumentException if ε is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder epsilon(double epsilon) {
            Checks.positive(epsilon, "epsilon");
            Checks.once(this.epsilon, "epsilon");
            this.epsilon = BigDecimal.valueOf(epsilon);
            return this;
        }

        /**
         * Sets the failure probability; 0, the default, allows pure ε only.
         *
         * @param delta δ in [0, 1); well below one over the number of units
         * @return this builder
         * @throws IllegalArgumentException if δ is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder delta(double delta) {
            if (!(delta >= 0 && delta < 1)) {
                throw new IllegalArgumentException("delta must be in [0, 1), got " + delta);
            }
            Checks.once(this.delta, "delta");
            this.delta = delta;
            return this;
        }

        /**
         * Sets part of δ aside for charges that have a δ of their own, such as groups selected privately; none by
         * default, and they are refused by name.
         *
         * <p>Their δ add up, at most to this part; Rényi divergences are converted at the rest of δ. The part cannot be
         * left to what such charges turn out to need: chosen after seeing answers, it would not be private. Setting all
         * of δ aside leaves nothing for Gaussian noise.
         *
         * @param approximateDelta the part, in (0, δ]
         * @return this builder
         * @throws IllegalArgumentException if it is not in (0, 1)
         * @throws IllegalStateException if it was set before
         */
        public Builder approximateDelta(double approximateDelta) {
            if (!(approximateDelta > 0 && approximateDelta < 1)) {
                throw new IllegalArgumentException("approximateDelta must be in (0, 1), got " + approximateDelta);
            }
            Checks.once(this.approximateDelta, "approximateDelta");
            this.approximateDelta = approximateDelta;
            return this;
        }

        /**
         * Sets the neighbouring relation; {@link Neighbours#ADD_OR_REMOVE} by default.
         *
         * @param neighbours which data sets must look alike
         * @return this builder
         * @throws IllegalStateException if it was set before
         */
        public Builder neighbours(Neighbours neighbours) {
            Objects.requireNonNull(neighbours, "neighbours");
            Checks.once(this.neighbours, "neighbours");
            this.neighbours = neighbours;
            return this;
        }

        /**
         * Sets the Rényi order of the filter; by default the whole one at which a Gaussian needs least noise for (ε,
         * δ).
         *
         * <p>For one known plan, {@code RdpAccountant.of(plan).epsilon(delta).order()} is the best choice; round it to
         * a whole one if the plan samples, for there the bounds are proved of noise on a lattice.
         *
         * @param order α &gt; 1 and finite
         * @return this builder
         * @throws IllegalArgumentException if the order is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder order(double order) {
            if (!(order > 1) || Double.isInfinite(order)) {
                throw new IllegalArgumentException("order must be > 1 and finite, got " + order);
            }
            Checks.once(this.order, "order");
            this.order = order;
            return this;
        }

        /**
         * Lets queries take their noise from a pool that draws it ahead, so that the time of an answer does not tell
         * the size of its noise; by default noise is drawn when it is needed.
         *
         * @param pool where noise comes from, for as long as the budget is used; not closed. A query that is granted
         *     after the pool was closed fails although it is paid for
         * @return this builder
         */
        public Builder noise(NoisePool pool) {
            Objects.requireNonNull(pool, "pool");
            return randomness(pool::bits);
        }

        Builder randomness(Supplier<RandomBits> randomness) {
            this.randomness = randomness;
            return this;
        }

        Supplier<RandomBits> randomness() {
            return randomness;
        }

        /**
         * Makes a budget in memory.
         *
         * @return an unspent budget
         * @throws IllegalStateException if ε is missing, more δ is set aside than there is, or an order is given
         *     although no δ is left for it
         */
        public PrivacyBudget build() {
            return new PrivacyBudget(Account.inMemory(limits()), randomness);
        }

        Limits limits() {
            if (epsilon == null) {
                throw new IllegalStateException("epsilon(...) is missing");
            }
            double failure = delta == null ? 0 : delta;
            double aside = approximateDelta == null ? 0 : approximateDelta;
            if (aside > failure) {
                throw new IllegalStateException(
                        "approximateDelta(%s) needs a delta of at least that, got %s".formatted(aside, failure));
            }
            double rest = Limits.renyiDelta(failure, aside);
            if (rest == 0 && order != null) {
                throw new IllegalStateException(
                        "order(%s) needs delta > %s".formatted(order, aside == 0 ? "0" : aside));
            }
            double filterOrder = 0;
            if (rest > 0) {
                filterOrder = order != null ? order : Calibration.gaussianOrder(epsilon.doubleValue(), rest);
            }
            return new Limits(
                    epsilon,
                    failure,
                    aside,
                    neighbours == null ? Neighbours.ADD_OR_REMOVE : neighbours,
                    filterOrder,
                    Limits.RECORD);
        }
    }
}
