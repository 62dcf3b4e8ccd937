package io.aidc.privacy.query;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The means of several columns, to be released as one vector for one payment.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="means"}
 *
 * <p>Every value is clamped and scaled to [−1, 1], so that all columns share the noise alike, and the row count rides
 * along as one more coordinate; a row then has L2 norm at most √(columns + 1), and replacing one moves 2·√columns. The
 * answer is clamped to the bounds. NaN counts as the middle of its bounds, infinities as the bound on their side. For
 * second moments, let the row function append squares. Immutable.
 */
public final class MeansQuery {
    private final BiFunction<List<Clamp>, Price, VectorRelease> ask;
    /** One per column; empty until the bounds are set. */
    private final List<Clamp> clamps;

    MeansQuery(BiFunction<List<Clamp>, Price, VectorRelease> ask, List<Clamp> clamps) {
        this.ask = ask;
        this.clamps = List.copyOf(clamps);
    }

    /**
     * Sets the range of every column. It must be public knowledge, or come from a {@link BoundsQuery}.
     *
     * @param lower the lower bounds
     * @param upper the upper bounds, each &gt; its lower one; all within ±1e200
     * @return the bounded query
     * @throws IllegalArgumentException if the lengths differ or are 0, or a pair is not an interval of finite numbers
     */
    public MeansQuery clampedTo(double[] lower, double[] upper) {
        if (lower.length != upper.length || lower.length == 0) {
            throw new IllegalArgumentException("lower and upper must have one bound a column, got %d and %d"
                    .formatted(lower.length, upper.length));
        }
        List<Clamp> bounds = new ArrayList<>();
        for (int i = 0; i < lower.length; i++) {
            bounds.add(Clamp.missingAsMiddle(lower[i], upper[i]));
        }
        return new MeansQuery(ask, bounds);
    }

    /**
     * Releases all means with discrete Laplace noise. In one column, the noise is about
     * rowsPerGroup·(columns + 1)·(upper − lower)/2ε over the number of rows; for more than a few columns,
     * {@link #gaussian} needs far less.
     *
     * @param epsilon the price of all means, a pure ε, from 1e-9 to 1e6
     * @return the means, or a refusal
     * @throws IllegalArgumentException if ε is out of range; or, when it is paid, if a row has not as many values as
     *     there are bounds
     * @throws IllegalStateException if the bounds are not set
     */
    public VectorRelease spending(double epsilon) {
        return pay(Price.epsilon(epsilon));
    }

    /**
     * Releases all means with discrete Gaussian noise. In one column, the noise is about
     * noiseMultiplier·rowsPerGroup·√(columns + 1)·(upper − lower)/2 over the number of rows.
     *
     * @param noiseMultiplier standard deviation over the L2 sensitivity of the whole vector, from 0.001 to 1e6
     * @return the means, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0; or, when it is paid,
     *     if a row has not as many values as there are bounds
     * @throws IllegalStateException if the bounds are not set
     */
    public VectorRelease gaussian(double noiseMultiplier) {
        return pay(Price.noiseMultiplier(noiseMultiplier));
    }

    private VectorRelease pay(Price price) {
        if (clamps.isEmpty()) {
            throw new IllegalStateException("clampedTo(lower, upper) is missing");
        }
        return ask.apply(clamps, price);
    }

    static <T> Measure<T, List<Estimate>> measure(Function<? super T, double[]> row, List<Clamp> clamps) {
        return Measure.scaled(
                clamps.size(), record -> scaled(row.apply(record), clamps), noised -> estimates(noised, clamps));
    }

    private static double[] scaled(double[] row, List<Clamp> clamps) {
        checkLength(row, clamps.size());
        double[] scaled = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            scaled[i] = clamps.get(i).scaled(row[i]);
        }
        return scaled;
    }

    private static List<Estimate> estimates(List<Noised> noised, List<Clamp> clamps) {
        Noised count = noised.get(clamps.size());
        return IntStream.range(0, clamps.size())
                .<Estimate>mapToObj(i -> new MeanEstimate(clamps.get(i), noised.get(i), count))
                .toList();
    }

    static void checkLength(double[] row, int columns) {
        if (row.length != columns) {
            throw new IllegalArgumentException("a row has %d values, expected %d".formatted(row.length, columns));
        }
    }
}
