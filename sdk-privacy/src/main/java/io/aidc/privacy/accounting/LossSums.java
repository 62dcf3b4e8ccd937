package io.aidc.privacy.accounting;

import io.aidc.privacy.accounting.LossSum.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * One composition, seen from either data set, on a grid that is at least and on one that is at most as distinguishable;
 * the latter is made for each answer. Immutable.
 */
final class LossSums {
    private static final long MOST_POINTS = 1L << 21;
    private static final double TAIL = 1e-30;
    private static final double COARSEST = 1000;
    private static final double LESS_SURE = 1000;

    private final double step;
    private final boolean bounded;
    private final List<LossSum> larger;
    private final Supplier<List<LossSum>> smaller;

    private LossSums(double step, boolean bounded, List<LossSum> larger, Supplier<List<LossSum>> smaller) {
        this.step = step;
        this.bounded = bounded;
        this.larger = larger;
        this.smaller = smaller;
    }

    /**
     * The step is doubled until neither a part nor the sum takes more than 2^21 points. With losses above 100000
     * nothing is promised: ε is 0 at least and infinite at most.
     */
    static LossSums of(Map<LossSource, Long> sources, double finest) {
        double draws = sources.values().stream().mapToDouble(Long::doubleValue).sum();
        double tail = TAIL / Math.max(1, draws);
        if (sources.keySet().stream().anyMatch(source -> Double.isInfinite(source.points(finest, tail)))) {
            return unbounded(finest);
        }
        for (double step = finest; step <= COARSEST; step *= 2) {
            double tried = step;
            if (sources.keySet().stream().allMatch(source -> source.points(tried, tail) <= MOST_POINTS)) {
                List<LossSum> larger = sums(sources, source -> source.larger(tried, tail));
                if (larger.stream().allMatch(sum -> sum.window(0).length() <= MOST_POINTS)) {
                    return new LossSums(step, true, larger, () -> sums(sources, source -> source.smaller(tried, tail)));
                }
            }
        }
        return unbounded(finest);
    }

    private static LossSums unbounded(double step) {
        return new LossSums(step, false, List.of(), List::of);
    }

    /** One sum if every source looks the same from both sides, else two; none without sources. */
    private static List<LossSum> sums(Map<LossSource, Long> sources, Function<LossSource, LossGrid> grid) {
        List<LossSum> sums = new ArrayList<>();
        if (!sources.isEmpty()) {
            sums.add(sum(sources, grid));
        }
        if (sources.keySet().stream().anyMatch(source -> !source.reversed().equals(source))) {
            sums.add(sum(sources, source -> grid.apply(source.reversed())));
        }
        return List.copyOf(sums);
    }

    private static LossSum sum(Map<LossSource, Long> sources, Function<LossSource, LossGrid> grid) {
        return new LossSum(sources.entrySet().stream()
                .map(entry -> new Part(grid.apply(entry.getKey()), entry.getValue()))
                .toList());
    }

    double step() {
        return step;
    }

    /** An ε ≥ 0 that holds at δ. */
    double largerEpsilon(double delta) {
        return bounded
                ? most(larger, sum -> epsilon(sum, delta, LossTail::withCut, from -> from))
                : Double.POSITIVE_INFINITY;
    }

    /** An ε ≥ 0 such that no less holds at δ. */
    double smallerEpsilon(double delta) {
        return most(smaller.get(), sum -> smallerEpsilon(sum, delta));
    }

    /** Where ε at δ is not shown, ε at a larger δ is less. */
    private double smallerEpsilon(LossSum sum, double delta) {
        return delta >= 1
                ? 0
                : epsilon(sum, delta, UnaryOperator.identity(), from -> smallerEpsilon(sum, LESS_SURE * delta));
    }

    /** All losses, of which the higher ones are exact to 1e-15 of the whole. */
    List<LossTail> larger() {
        return bounded
                ? larger.stream().map(sum -> sum.sum(0).withCut()).toList()
                : List.of(new LossTail(step, 0, new double[1], 1, 0));
    }

    /** A δ that holds at ε. */
    double largerDelta(double epsilon) {
        return bounded ? most(larger, sum -> delta(sum, epsilon)) : 1;
    }

    private double delta(LossSum sum, double epsilon) {
        LossTail tail = sum.sum(sum.tiltAt(epsilon));
        return visible(tail, epsilon)
                ? tail.withCut().delta(epsilon)
                : sum.sum(0).withCut().delta(epsilon);
    }

    /**
     * Where δ is less than the probability of the largest losses, Chernoff's bound asks for a tilt at which these are
     * all there is, and the rest is what the transform rounded away. So an answer counts only from where that is small;
     * with none there, it lies lower, and a smaller tilt shows it.
     *
     * @param unseen what to answer if ε is not shown in the end, given one that is no less
     */
    private double epsilon(LossSum sum, double delta, UnaryOperator<LossTail> ending, DoubleUnaryOperator unseen) {
        if (sum.infinite() >= delta) {
            return Double.POSITIVE_INFINITY;
        }
        double tilt = sum.tiltFor(delta);
        double from = Double.POSITIVE_INFINITY;
        while (true) {
            LossTail tail = ending.apply(sum.sum(tilt));
            double shown = Math.max(sum.trustedFrom(tilt, delta), tail.lowest() * step);
            double epsilon = tail.epsilon(delta);
            if (epsilon >= shown || shown <= 0) {
                return epsilon;
            }
            if (shown >= from) {
                return unseen.applyAsDouble(from);
            }
            from = shown;
            tilt = sum.tiltAt(from);
        }
    }

    /** Whether everything above ε is there. */
    private boolean visible(LossTail tail, double epsilon) {
        return epsilon >= tail.lowest() * step;
    }

    private static double most(List<LossSum> sums, ToDoubleFunction<LossSum> answer) {
        return sums.stream().mapToDouble(answer).max().orElse(0);
    }
}
