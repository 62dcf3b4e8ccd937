package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Laplace;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.accounting.RdpAccountant;
import io.aidc.privacy.accounting.RdpConversion;
import io.aidc.privacy.query.BoundsRelease;
import io.aidc.privacy.query.CountQuery;
import io.aidc.privacy.query.HistogramRelease;
import io.aidc.privacy.query.PrivateRecords;
import io.aidc.privacy.query.Release;
import io.aidc.privacy.query.VectorRelease;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivacyBudgetTest {
    private static final Iterable<Object> UNTOUCHABLE = new Untouchable();

    private static final class Untouchable implements Iterable<Object> {
        @Override
        public Iterator<Object> iterator() {
            throw new AssertionError("data was read");
        }
    }

    static LongStream seeds() {
        return Seeds.all();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-6})
    void charge_tenTimesATenth_fitsInOneAndNoMore(double delta) {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1.0).delta(delta).build();
        for (int i = 0; i < 10; i++) {
            assertThat(budget.charge(new PureDp(0.1))).isInstanceOf(Charge.Granted.class);
        }
        assertThat(budget.spent()).isEqualTo(1.0);
        assertThat(budget.remaining()).isZero();
        assertThat(budget.charge(new PureDp(1e-9))).isEqualTo(new Charge.Refused(new PureDp(1e-9), 1e-9, 0));
    }

    @Test
    void charge_granted_saysWhatItCostAndWhatIsLeft() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).build();
        assertThat(budget.charge(new PureDp(0.3).times(2)))
                .isEqualTo(new Charge.Granted(new PureDp(0.3).times(2), 0.6, 0.4));
        assertThat(budget.charge(new Laplace(0.4))).isEqualTo(new Charge.Granted(new Laplace(0.4), 0.4, 0));
        assertThat(budget.charged()).isEqualTo(new PureDp(0.3).times(2).and(new Laplace(0.4)));
    }

    @Test
    void query_overBudget_isRefusedReadsNothingAndSpendsNothing() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(0.5).delta(1e-6).build();
        assertThat(budget.count(List.of()).spending(0.4)).isInstanceOf(Release.Granted.class);
        PrivateRecords<Object> records = budget.from(UNTOUCHABLE);
        double[] zero = {0};
        double[] one = {1};
        Release.Refused refused = new Release.Refused(0.2, 0.1);
        assertThat(records.count().spending(0.2)).isEqualTo(refused);
        assertThat(records.sum(x -> 1).clampedTo(0, 1).spending(0.2)).isEqualTo(refused);
        assertThat(records.mean(x -> 1).clampedTo(0, 1).spending(0.2)).isEqualTo(refused);
        assertThat(records.histogram(x -> 1, List.of(1)).spending(0.2))
                .isEqualTo(new HistogramRelease.Refused<Integer>(0.2, 0.1));
        assertThat(records.count().gaussian(1)).isInstanceOf(Release.Refused.class);
        assertThat(records.mean(x -> 1).clampedTo(0, 1).gaussian(1)).isInstanceOf(Release.Refused.class);
        assertThat(records.means(x -> one).clampedTo(zero, one).gaussian(1)).isInstanceOf(VectorRelease.Refused.class);
        assertThat(records.bounds(1, x -> one).gaussian(1)).isInstanceOf(BoundsRelease.Refused.class);
        assertThat(budget.spent()).isEqualTo(0.4);
        assertThat(budget.remaining()).isEqualTo(0.1);
    }

    @Test
    void query_badArgument_readsNothingAndSpendsNothing() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).build();
        CountQuery count = budget.from(UNTOUCHABLE).count();
        assertThatThrownBy(() -> count.spending(-1)).hasMessage("epsilon must be > 0 and finite, got -1.0");
        assertThatThrownBy(() -> count.spending(Double.NaN)).hasMessage("epsilon must be > 0 and finite, got NaN");
        assertThatThrownBy(() -> count.spending(1e-10))
                .hasMessage("epsilon of one query must be in [1.0E-9, 1000000.0], got 1.0E-10");
        assertThatThrownBy(() -> count.gaussian(0)).hasMessage("noiseMultiplier must be > 0 and finite, got 0.0");
        assertThatThrownBy(() -> count.gaussian(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a budget with delta 0 takes pure epsilon only, got Gaussian");
        assertThat(budget.spent()).isZero();
    }

    @Test
    void query_dataThatThrows_staysPaid() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).build();
        Iterable<Integer> broken = () -> {
            throw new UncheckedIOException(new java.io.IOException("disk"));
        };
        assertThatThrownBy(() -> budget.count(broken).spending(0.25)).isInstanceOf(UncheckedIOException.class);
        assertThat(budget.spent()).isEqualTo(0.25);
    }

    /** The definition of the filter, computed by hand at its order. */
    @Test
    void charge_withDelta_addsRenyiDivergencesAtOneOrder() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(3).delta(1e-4).build();
        double order = budget.order();
        budget.charge(new Gaussian(8));
        budget.charge(new PureDp(0.2));
        double rdp = RdpAccountant.of(new Gaussian(8)).rdp(order)
                + RdpAccountant.of(new PureDp(0.2)).rdp(order);
        assertThat(budget.spent()).isCloseTo(RdpConversion.IMPROVED_CKS_2020.epsilon(order, rdp, 1e-4), within(1e-10));
        assertThat(RdpAccountant.of(budget.charged()).epsilon(1e-4).epsilon()).isLessThan(budget.spent());
    }

    @ParameterizedTest
    @CsvSource({"3, 1e-4", "100, 1e-5", "0.1, 1e-9"})
    void order_byDefault_isWhole(double epsilon, double delta) {
        PrivacyBudget budget =
                PrivacyBudget.builder().epsilon(epsilon).delta(delta).build();
        assertThat(budget.order()).isGreaterThanOrEqualTo(2).isEqualTo(Math.rint(budget.order()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-4, 1e-170, 4.9e-324})
    void charge_nextToNoNoise_isRefused(double noiseMultiplier) {
        PrivacyEvent event = new PoissonSubsampledGaussian(0.5, noiseMultiplier);
        for (PrivacyBudget.Builder limits : List.of(
                PrivacyBudget.builder().epsilon(100).delta(1e-6),
                PrivacyBudget.builder().epsilon(100).delta(1e-6).order(6.1))) {
            PrivacyBudget budget = limits.build();
            assertThat(budget.charge(event)).isInstanceOf(Charge.Refused.class);
            assertThat(budget.spent()).isZero();
        }
    }

    @Test
    void charge_infiniteCost_isRefusedByTheLargestBudgetToo() {
        PrivacyBudget budget =
                PrivacyBudget.builder().epsilon(Double.MAX_VALUE).delta(1e-6).build();
        PrivacyEvent event = new PoissonSubsampledGaussian(0.5, 1e-170);
        assertThat(budget.charge(event))
                .isEqualTo(new Charge.Refused(event, Double.POSITIVE_INFINITY, Double.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-6})
    void charge_moreRepetitionsThanCanBeCounted_isRefused(double delta) {
        PrivacyBudget budget =
                PrivacyBudget.builder().epsilon(1e12).delta(delta).build();
        PrivacyEvent most = new PureDp(1e-9).times(Long.MAX_VALUE);
        assertThat(budget.charge(most.times(3)))
                .isEqualTo(new Charge.Refused(most.times(3), Double.POSITIVE_INFINITY, 1e12));
        assertThat(budget.spent()).isZero();
        assertThat(budget.charge(most)).isInstanceOf(Charge.Granted.class);
        double spent = budget.spent();
        assertThat(budget.charge(new PureDp(1e-9))).isInstanceOf(Charge.Refused.class);
        assertThat(budget.spent()).isEqualTo(spent);
    }

    /** The figures of the documentation. */
    @Test
    void spent_oneGaussian_carriesTheFixedCostOfOneOrder() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(3).delta(1e-4).build();
        budget.count(List.of()).gaussian(20);
        assertThat(budget.spent()).isCloseTo(1.31, within(0.005));
        assertThat(RdpAccountant.of(budget.charged()).epsilon(budget.delta()).epsilon())
                .isCloseTo(0.14, within(0.005));
    }

    @Test
    void charge_pureAboveItsShareThenGaussian_isRefused() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).delta(1e-6).build();
        assertThat(budget.charge(new PureDp(0.1).times(10))).isInstanceOf(Charge.Granted.class);
        assertThat(budget.charge(new Gaussian(1e6))).isInstanceOf(Charge.Refused.class);
        assertThat(budget.spent()).isEqualTo(1.0);
    }

    /** Many small pure charges: their Rényi sum lasts longer than their plain one. */
    @Test
    void charge_manySmallPureOnes_goBeyondPlainAddition() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).delta(1e-6).build();
        assertThat(budget.charge(new PureDp(0.001).times(2000))).isInstanceOf(Charge.Granted.class);
        assertThat(budget.spent()).isLessThan(1);
    }

    @ParameterizedTest
    @CsvSource({"3, 1e-4, 0.2, 100", "1, 1e-6, 0.01, 3000", "8, 1e-5, 1, 1"})
    void noiseMultiplierFor_emptyBudget_isWithinAFewPercentOfTheBestOrder(
            double epsilon, double delta, double rate, int steps) {
        PrivacyBudget budget =
                PrivacyBudget.builder().epsilon(epsilon).delta(delta).build();
        double z = budget.noiseMultiplierFor(Sampling.poisson(rate), steps);
        double best = io.aidc.privacy.accounting.Calibration.noiseMultiplier(
                epsilon,
                delta,
                m -> new PoissonSubsampledGaussian(rate, m).times(steps),
                io.aidc.privacy.accounting.Calibration.Accounting.RDP);
        assertThat(z).isBetween(best * (1 - 1e-6), best * 1.05);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void noiseMultiplierFor_restOfABudget_fitsExactly(long seed) {
        var random = new SplittableRandom(seed);
        PrivacyBudget budget = PrivacyBudget.builder()
                .epsilon(random.nextDouble(0.5, 10))
                .delta(1e-5)
                .build();
        budget.charge(new Gaussian(random.nextDouble(5, 50)));
        int steps = random.nextInt(1, 60);
        Sampling sampling = Sampling.poisson(random.nextDouble(0.01, 1));
        double z = budget.noiseMultiplierFor(sampling, steps);
        for (int i = 0; i < steps; i++) {
            assertThat(budget.charge(sampling.event(z))).isInstanceOf(Charge.Granted.class);
        }
        assertThat(budget.charge(sampling.event(z))).isInstanceOf(Charge.Refused.class);
        assertThat(budget.spent()).isLessThanOrEqualTo(budget.epsilon());
        assertThat(RdpAccountant.of(budget.charged()).epsilon(1e-5).epsilon()).isLessThanOrEqualTo(budget.epsilon());
    }

    @Test
    void noiseMultiplierFor_emptyPurse_isRefused() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).delta(1e-6).build();
        budget.charge(new PureDp(1));
        assertThatThrownBy(() -> budget.noiseMultiplierFor(Sampling.poisson(0.1), 10))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("10 steps of Poisson[rate=0.1] do not fit in epsilon 0.0 with any noise");
    }

    @Test
    void charge_samplingUnderReplaceOne_isRefusedByName() {
        PrivacyBudget budget = PrivacyBudget.builder()
                .epsilon(1)
                .delta(1e-6)
                .neighbours(Neighbours.REPLACE_ONE)
                .build();
        assertThatThrownBy(() -> budget.charge(Sampling.poisson(0.1).event(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "this budget has REPLACE_ONE, for which nothing is proved of PoissonSubsampledG");
        assertThat(budget.charge(new Gaussian(50))).isInstanceOf(Charge.Granted.class);
    }

    @Test
    void reserve_held_countsUntilReleased() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).build();
        var plan = (Reservation.Held) budget.reserve(new PureDp(0.2).times(4));
        assertThat(budget.spent()).isEqualTo(0.8);
        assertThat(plan.event()).isEqualTo(new PureDp(0.2).times(4));
        assertThat(budget.reserve(new PureDp(0.3))).isEqualTo(new Reservation.Refused(0.3, 0.2));
        plan.release();
        assertThat(budget.spent()).isZero();
        assertThat(budget.charged()).isEqualTo(new PrivacyEvent.Composed(List.of()));
        assertThatThrownBy(plan::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(plan::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("this reservation is already committed or released");
    }

    @Test
    void reserve_closedOrCommitted_staysSpent() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).build();
        try (var first = (Reservation.Held) budget.reserve(new PureDp(0.25))) {
            assertThat(first.event()).isEqualTo(new PureDp(0.25));
        }
        var second = (Reservation.Held) budget.reserve(new PureDp(0.25));
        second.commit();
        second.close();
        assertThat(budget.spent()).isEqualTo(0.5);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void charges_anySequence_neverExceedTheTotal(long seed) {
        var random = new SplittableRandom(seed);
        PrivacyBudget budget = PrivacyBudget.builder()
                .epsilon(random.nextDouble(0.1, 5))
                .delta(random.nextBoolean() ? 0 : 1e-6)
                .build();
        for (int i = 0; i < 60; i++) {
            PrivacyEvent event = budget.delta() > 0 && random.nextBoolean()
                    ? new Gaussian(random.nextDouble(1, 50))
                    : new PureDp(random.nextDouble(0.001, 0.5));
            double before = budget.spent();
            if (budget.reserve(event) instanceof Reservation.Held held && random.nextInt(4) == 0) {
                held.release();
                assertThat(budget.spent()).isEqualTo(before);
            }
            assertThat(budget.spent()).isBetween(0.0, budget.epsilon());
            assertThat(budget.remaining()).isBetween(0.0, budget.epsilon());
        }
    }

    @Test
    void queries_sixtyFourThreads_neverOverspend() {
        PrivacyBudget pure = PrivacyBudget.builder().epsilon(1.0).build();
        assertThat(grantedTo64Threads(() -> pure.count(List.of(1)).spending(0.01) instanceof Release.Granted))
                .isEqualTo(100);
        assertThat(pure.spent()).isEqualTo(1.0);

        PrivacyBudget alone = PrivacyBudget.builder().epsilon(1).delta(1e-6).build();
        int fit = 0;
        while (alone.charge(new Gaussian(60)) instanceof Charge.Granted) {
            fit++;
        }
        PrivacyBudget shared = PrivacyBudget.builder().epsilon(1).delta(1e-6).build();
        assertThat(grantedTo64Threads(() -> shared.count(List.of(1)).gaussian(60) instanceof Release.Granted))
                .isEqualTo(fit)
                .isBetween(1, 64 * 5 - 1);
        assertThat(shared.spent()).isLessThanOrEqualTo(1);
    }

    private static int grantedTo64Threads(BooleanSupplier attempt) {
        var granted = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            CompletableFuture<?>[] all = IntStream.range(0, 64)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> {
                                for (int k = 0; k < 5; k++) {
                                    if (attempt.getAsBoolean()) {
                                        granted.incrementAndGet();
                                    }
                                }
                            },
                            threads))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(all).join();
        } finally {
            threads.shutdown();
        }
        return granted.get();
    }

    @Test
    void journalThatFails_leavesTheAmountSpentAndTheDataUnread() {
        Limits limits = PrivacyBudget.builder().epsilon(1).limits();
        Journal broken = new Journal() {
            @Override
            public long reserve(PrivacyEvent event) {
                return 1;
            }

            @Override
            public void await(long reservation) {
                throw new IllegalStateException("no");
            }

            @Override
            public void commit(long reservation) {}

            @Override
            public void release(long reservation) {}

            @Override
            public String head() {
                return "";
            }

            @Override
            public String scope() {
                return "";
            }

            @Override
            public Journal only(Set<String> groups) {
                return this;
            }
        };
        Account account = Account.of(limits, Map.of(Account.UNDIVIDED, Spending.nothing(limits)), broken);
        var budget = new PrivacyBudget(account, io.aidc.privacy.noise.RandomBits::open);
        assertThatThrownBy(() -> budget.from(UNTOUCHABLE).count().spending(0.4)).hasMessage("no");
        assertThat(budget.spent()).isEqualTo(0.4);
    }

    @Test
    void builder_badValues_areNamed() {
        PrivacyBudget.Builder builder = PrivacyBudget.builder();
        assertThatThrownBy(() -> builder.epsilon(-1)).hasMessage("epsilon must be > 0 and finite, got -1.0");
        assertThatThrownBy(() -> builder.epsilon(0)).hasMessage("epsilon must be > 0 and finite, got 0.0");
        assertThatThrownBy(() -> builder.epsilon(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.epsilon(Double.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.delta(1)).hasMessage("delta must be in [0, 1), got 1.0");
        assertThatThrownBy(() -> builder.delta(-1e-9)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.delta(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.order(1)).hasMessage("order must be > 1 and finite, got 1.0");
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("epsilon(...) is missing");
    }

    @Test
    void builder_secondValue_namesTheFirst() {
        PrivacyBudget.Builder builder = PrivacyBudget.builder()
                .epsilon(1)
                .delta(1e-6)
                .neighbours(Neighbours.REPLACE_ONE)
                .order(8);
        assertThatThrownBy(() -> builder.epsilon(2)).hasMessage("epsilon is already set to 1.0");
        assertThatThrownBy(() -> builder.delta(0.1)).hasMessage("delta is already set to 1.0E-6");
        assertThatThrownBy(() -> builder.neighbours(Neighbours.ADD_OR_REMOVE))
                .hasMessage("neighbours is already set to REPLACE_ONE");
        assertThatThrownBy(() -> builder.order(9)).hasMessage("order is already set to 8.0");
        PrivacyBudget budget = builder.build();
        assertThat(budget.order()).isEqualTo(8);
        assertThat(budget.neighbours()).isEqualTo(Neighbours.REPLACE_ONE);
        assertThat(budget.epsilon()).isEqualTo(1);
        assertThat(budget.delta()).isEqualTo(1e-6);
    }

    @Test
    void builder_orderWithoutDelta_isRefused() {
        assertThatThrownBy(() -> PrivacyBudget.builder().epsilon(1).order(8).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("order(8.0) needs delta > 0");
        assertThat(PrivacyBudget.builder().epsilon(1).build().order()).isZero();
    }

    /** Also where the sum of pure charges stops to fit and their divergences count. */
    @Test
    void spent_whateverIsCharged_neverFalls() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(1).delta(1e-6).build();
        double before = 0;
        int granted = 0;
        for (int i = 0; i < 150; i++) {
            if (budget.charge(new PrivacyEvent.PureDp(0.01)) instanceof Charge.Granted charge) {
                granted++;
                assertThat(charge.epsilonSpent()).isGreaterThan(0);
                assertThat(budget.spent()).isGreaterThan(before);
                before = budget.spent();
            }
        }
        assertThat(granted).isGreaterThan(100);
    }
}
