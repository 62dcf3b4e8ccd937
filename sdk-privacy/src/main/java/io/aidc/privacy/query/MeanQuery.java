package io.aidc.privacy.query;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.Lattice;
import io.aidc.privacy.noise.RandomBits;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A mean that still needs bounds and payment.
 *
 * <p>It is the noised sum of distances from the middle of the bounds, over a noised count, clamped to the bounds: the
 * row count is private too. NaN counts as the middle; infinities as the bound on their side. Immutable.
 */
public final class MeanQuery {
    private final PrivateRecords<?> records;
    private final BiConsumer<RandomBits, DoubleConsumer> values;
    private final @Nullable Clamp clamp;

    MeanQuery(PrivateRecords<?> records, BiConsumer<RandomBits, DoubleConsumer> values, @Nullable Clamp clamp) {
        this.records = records;
        this.values = values;
        this.clamp = clamp;
    }

    /**
     * Sets the range of one value. It must be public knowledge: bounds read off the data leak.
     *
     * @param lower the lower bound
     * @param upper the upper bound, &gt; {@code lower}; both within ±1e200
     * @return the bounded query
     * @throws IllegalArgumentException if the bounds are not an interval of finite numbers
     */
    public MeanQuery clampedTo(double lower, double upper) {
        return new MeanQuery(records, values, Clamp.missingAsMiddle(lower, upper));
    }

    /**
     * Sets what NaN counts as.
     *
     * @param value a constant within the bounds
     * @return the query with that constant
     * @throws IllegalArgumentException if the value is outside the bounds
     * @throws IllegalStateException if the bounds are not set
     */
    public MeanQuery missingAs(double value) {
        Clamp bounds = Clamp.required(clamp);
        return new MeanQuery(records, values, new Clamp(bounds.lower(), bounds.upper(), value));
    }

    /**
     * Releases the mean with discrete Laplace noise, half of ε going to the sum and half to the count.
     *
     * @param epsilon the price, a pure ε, from 1e-9 to 1e6
     * @return the mean, or a refusal
     * @throws IllegalArgumentException if ε is out of range
     * @throws IllegalStateException if the bounds are not set
     */
    public Release spending(double epsilon) {
        Clamp bounds = Clamp.required(clamp);
        double half = Checks.queryEpsilon(epsilon) / 2;
        long rows = records.rowsPerGroup();
        Lattice lattice = Lattice.forNoise(rows * bounds.halfWidth() / half);
        long reach = Math.max(1, lattice.round(bounds.halfWidth()));
        var sumNoise = NoiseScale.laplace(
                (double) rows * Difference.reach(records.budget().neighbours(), -reach, reach), half);
        var countNoise = NoiseScale.laplace((double) rows, half);
        return records.budget()
                .answer(
                        new PrivacyEvent.PureDp(epsilon),
                        (bits, spent) -> {
                            var sum = new ExactSum();
                            var count = new ExactSum();
                            values.accept(bits, value -> {
                                long distance = lattice.round(bounds.apply(value) - bounds.middle());
                                sum.add(Math.max(-reach, Math.min(reach, distance)));
                                count.add(1);
                            });
                            double noisedSum = lattice.toDouble(sum.plus(sumNoise.sample(bits)));
                            double noisedCount =
                                    count.plus(countNoise.sample(bits)).doubleValue();
                            double mean = bounds.middle() + noisedSum / Math.max(1, noisedCount);
                            return new Release.Granted(bounds.apply(mean), spent);
                        },
                        Release.Refused::new);
    }

    /**
     * Releases the mean with discrete Gaussian noise, sum and count being one vector as for {@link MeansQuery}.
     *
     * @param noiseMultiplier standard deviation over the sensitivity of that vector, from 0.001 to 1e6
     * @return the mean, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0
     * @throws IllegalStateException if the bounds are not set
     */
    public Release gaussian(double noiseMultiplier) {
        Clamp bounds = Clamp.required(clamp);
        BiConsumer<RandomBits, Consumer<double[]>> rows =
                (bits, action) -> values.accept(bits, value -> action.accept(new double[] {value}));
        VectorRelease release = new MeansQuery(records, rows, List.of(bounds)).gaussian(noiseMultiplier);
        if (release instanceof VectorRelease.Refused refused) {
            return new Release.Refused(refused.epsilonAsked(), refused.epsilonLeft());
        }
        var granted = (VectorRelease.Granted) release;
        return new Release.Granted(granted.values()[0], granted.epsilonSpent());
    }
}
