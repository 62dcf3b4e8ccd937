package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.EventCounts;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.PrivacyEvent.ApproximateDp;
import io.aidc.privacy.accounting.PrivacyEvent.Composed;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Laplace;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.accounting.RdpAccountant;
import io.aidc.privacy.accounting.RdpConversion;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SpendingTest {
    private static final Limits LIMITS =
            new Limits(BigDecimal.valueOf(3), 1e-5, 1e-6, Neighbours.ADD_OR_REMOVE, 8, Limits.RECORD);
    private static final List<PrivacyEvent> EVENTS = List.of(
            new PureDp(0.1),
            new Laplace(0.3),
            new Gaussian(9),
            new PoissonSubsampledGaussian(0.01, 1.3),
            new PureDp(0.05).times(7),
            new Gaussian(30).and(new PureDp(0.1)).and(new Gaussian(9).times(2)),
            new PureDp(1e-300),
            new ApproximateDp(0.2, 1e-8),
            new Composed(List.of()));

    static LongStream seeds() {
        return Seeds.all();
    }

    /** The slow way: everything anew from what is there. Never less than it, and never more by a part in 10^11. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void additionsAndRemovals_anyOrder_agreeWithRecomputingAll(long seed) {
        var random = new SplittableRandom(seed);
        Spending spending = Spending.nothing(LIMITS);
        List<PrivacyEvent> there = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (there.isEmpty() || random.nextInt(3) > 0) {
                PrivacyEvent event = EVENTS.get(random.nextInt(EVENTS.size()));
                Spending.Total promised = spending.with(event);
                spending.add(event);
                there.add(event);
                assertThat(spending.total().needed()).isEqualByComparingTo(promised.needed());
            } else {
                spending.remove(there.remove(random.nextInt(there.size())));
            }
            double slow = slowly(there);
            assertThat(spending.total().needed().doubleValue())
                    .isGreaterThanOrEqualTo(slow)
                    .isCloseTo(slow, within(1e-11 * (1 + slow)));
            assertThat(EventCounts.of(spending.event()).asMap())
                    .isEqualTo(EventCounts.of(new Composed(there)).asMap());
            assertThat(spending.isCharged())
                    .isEqualTo(!EventCounts.of(new Composed(there)).asMap().isEmpty());
        }
        there.forEach(spending::remove);
        assertThat(spending.total().needed()).isZero();
        assertThat(spending.event()).isEqualTo(new Composed(List.of()));
    }

    /** What calibration promises: a thousand single charges cost what one of a thousand does, to the last bit. */
    @Test
    void additions_oneByOne_costExactlyWhatOnePlanDoes() {
        PrivacyEvent step = new PoissonSubsampledGaussian(0.013, 1.37);
        Spending spending = Spending.nothing(LIMITS);
        for (int i = 0; i < 1000; i++) {
            spending.add(step);
        }
        assertThat(spending.total().needed())
                .isEqualTo(Spending.nothing(LIMITS).with(step.times(1000)).needed());
    }

    @Test
    void add_moreThanCanBeCounted_changesNothing() {
        Spending spending = Spending.nothing(LIMITS);
        spending.add(new PureDp(1e-300).times(Long.MAX_VALUE));
        BigDecimal before = spending.total().needed();
        assertThatThrownBy(() -> spending.add(new Gaussian(9).and(new PureDp(1e-300))))
                .isInstanceOf(ArithmeticException.class);
        assertThat(spending.total().needed()).isEqualTo(before);
        assertThat(spending.event()).isEqualTo(new PureDp(1e-300).times(Long.MAX_VALUE));
    }

    @Test
    void add_infiniteDivergence_neverFits() {
        assertThat(Spending.nothing(LIMITS).with(new Gaussian(1e-200)).fits()).isFalse();
        assertThat(Spending.nothing(LIMITS).with(new Gaussian(1e-150)).fits()).isFalse();
    }

    @Test
    void copy_changed_leavesTheOriginal() {
        Spending spending = Spending.nothing(LIMITS);
        spending.add(new PureDp(0.1));
        Spending copy = spending.copy();
        copy.add(new PureDp(0.1));
        assertThat(spending.total().needed()).isEqualByComparingTo("0.1");
        assertThat(copy.total().needed()).isEqualByComparingTo("0.2");
        assertThat(spending.event()).isEqualTo(new PureDp(0.1));
    }

    private static double slowly(List<PrivacyEvent> events) {
        BigDecimal pure = BigDecimal.ZERO;
        BigDecimal deltas = BigDecimal.ZERO;
        boolean allPure = true;
        List<PrivacyEvent> withoutDelta = new ArrayList<>();
        for (var entry : EventCounts.of(new Composed(events)).asMap().entrySet()) {
            PrivacyEvent event = entry.getKey();
            BigDecimal times = BigDecimal.valueOf(entry.getValue());
            if (event instanceof ApproximateDp approximate) {
                deltas = deltas.add(BigDecimal.valueOf(approximate.delta()).multiply(times));
                event = new PureDp(approximate.epsilon());
            }
            double epsilon = event instanceof PureDp p ? p.epsilon() : event instanceof Laplace l ? l.epsilon() : 0;
            allPure &= epsilon > 0;
            pure = pure.add(BigDecimal.valueOf(epsilon).multiply(times));
            withoutDelta.add(event.times(entry.getValue()));
        }
        assertThat(deltas).isLessThanOrEqualTo(BigDecimal.valueOf(1e-6));
        double renyi = RdpConversion.IMPROVED_CKS_2020.epsilon(
                LIMITS.order(), RdpAccountant.of(new Composed(withoutDelta)).rdp(LIMITS.order()), LIMITS.renyiDelta());
        if (!allPure) {
            return renyi;
        }
        return pure.compareTo(LIMITS.epsilon()) <= 0 ? pure.doubleValue() : Math.min(pure.doubleValue(), renyi);
    }
}
