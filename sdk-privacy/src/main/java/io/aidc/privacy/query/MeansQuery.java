package io.aidc.privacy.query;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.Lattice;
import io.aidc.privacy.noise.RandomBits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The means of several columns, to be released as one vector for one payment.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="means"}
 *
 * <p>Every value is clamped and scaled to [−1, 1], so that all columns share the noise alike, and the row count rides
 * along as one more coordinate; a row then has L2 norm at most √(columns + 1). The answer is clamped to the bounds. NaN
 * counts as the middle of its bounds, infinities as the bound on their side. For second moments, let the row function
 * append squares. Immutable.
 */
public final class MeansQuery {
    private final PrivateRecords<?> records;
    private final BiConsumer<RandomBits, Consumer<double[]>> rows;
    /** One per column; empty until the bounds are set. */
    private final List<Clamp> clamps;

    MeansQuery(PrivateRecords<?> records, BiConsumer<RandomBits, Consumer<double[]>> rows, List<Clamp> clamps) {
        this.records = records;
        this.rows = rows;
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
        return new MeansQuery(records, rows, bounds);
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
        if (clamps.isEmpty()) {
            throw new IllegalStateException("clampedTo(lower, upper) is missing");
        }
        Checks.noiseMultiplier(noiseMultiplier);
        double norm = Difference.units(records.budget().neighbours())
                * records.rowsPerGroup()
                * Math.sqrt(clamps.size() + 1.0);
        // at most 1, so that −1 and 1 are grid points and rounding does not raise the norm
        Lattice lattice =
                new Lattice(Math.min(0, Lattice.forNoise(norm * noiseMultiplier).exponent()));
        long one = lattice.round(1);
        var noise = NoiseScale.gaussian(norm * one, noiseMultiplier);
        return records.budget()
                .answer(
                        new PrivacyEvent.Gaussian(noiseMultiplier),
                        (bits, spent) -> {
                            List<ExactSum> sums = sums(bits, one);
                            double[] noised = sums.stream()
                                    .mapToDouble(sum -> lattice.toDouble(sum.plus(noise.sample(bits))))
                                    .toArray();
                            return new VectorRelease.Granted(means(noised), spent);
                        },
                        VectorRelease.Refused::new);
    }

    /** Sums of all scaled columns, in grid steps, and last the count. */
    private List<ExactSum> sums(RandomBits bits, long one) {
        List<ExactSum> sums =
                Stream.generate(ExactSum::new).limit(clamps.size() + 1L).toList();
        rows.accept(bits, row -> {
            checkLength(row, clamps.size());
            for (int i = 0; i < row.length; i++) {
                Clamp clamp = clamps.get(i);
                double scaled = (clamp.apply(row[i]) - clamp.middle()) / clamp.halfWidth();
                sums.get(i).add((long) Math.rint(Math.max(-1, Math.min(1, scaled)) * one));
            }
            sums.get(clamps.size()).add(one);
        });
        return sums;
    }

    private double[] means(double[] noised) {
        double count = Math.max(1, noised[clamps.size()]);
        double[] means = new double[clamps.size()];
        for (int i = 0; i < means.length; i++) {
            Clamp clamp = clamps.get(i);
            means[i] = clamp.apply(clamp.middle() + clamp.halfWidth() * noised[i] / count);
        }
        return means;
    }

    static void checkLength(double[] row, int columns) {
        if (row.length != columns) {
            throw new IllegalArgumentException("a row has %d values, expected %d".formatted(row.length, columns));
        }
    }
}
