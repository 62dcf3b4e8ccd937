package io.aidc.privacy.query;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.Lattice;
import io.aidc.privacy.noise.RandomBits;
import java.util.function.BiConsumer;
import java.util.function.DoubleConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A sum that still needs bounds and payment.
 *
 * <p>Every value is clamped, then rounded to a grid some 2^40 times finer than the noise, and added as an integer: the
 * order of rows does not matter, nothing overflows, and the sensitivity charged is that of the rounded values. NaN
 * counts as 0, or as the bound nearest to 0; infinities as the bound on their side. Immutable.
 */
public final class SumQuery {
    private final PrivateRecords<?> records;
    private final BiConsumer<RandomBits, DoubleConsumer> values;
    private final @Nullable Clamp clamp;

    SumQuery(PrivateRecords<?> records, BiConsumer<RandomBits, DoubleConsumer> values, @Nullable Clamp clamp) {
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
    public SumQuery clampedTo(double lower, double upper) {
        return new SumQuery(records, values, Clamp.missingAsZero(lower, upper));
    }

    /**
     * Sets what NaN counts as.
     *
     * @param value a constant within the bounds
     * @return the query with that constant
     * @throws IllegalArgumentException if the value is outside the bounds
     * @throws IllegalStateException if the bounds are not set
     */
    public SumQuery missingAs(double value) {
        Clamp bounds = Clamp.required(clamp);
        return new SumQuery(records, values, new Clamp(bounds.lower(), bounds.upper(), value));
    }

    /**
     * Releases the sum with discrete Laplace noise of scale rowsPerGroup·max(|lower|, |upper|)/ε.
     *
     * @param epsilon the price, a pure ε, from 1e-9 to 1e6
     * @return the sum, or a refusal
     * @throws IllegalArgumentException if ε is out of range
     * @throws IllegalStateException if the bounds are not set
     */
    public Release spending(double epsilon) {
        Clamp bounds = Clamp.required(clamp);
        Checks.queryEpsilon(epsilon);
        Lattice lattice = Lattice.forNoise(records.rowsPerGroup() * bounds.magnitude() / epsilon);
        var noise = NoiseScale.laplace(sensitivity(bounds, lattice), epsilon);
        return release(new PrivacyEvent.PureDp(epsilon), bounds, lattice, noise::sample);
    }

    /**
     * Releases the sum with discrete Gaussian noise.
     *
     * @param noiseMultiplier standard deviation over the sensitivity rowsPerGroup·max(|lower|, |upper|), from 0.001 to
     *     1e6
     * @return the sum, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0
     * @throws IllegalStateException if the bounds are not set
     */
    public Release gaussian(double noiseMultiplier) {
        Clamp bounds = Clamp.required(clamp);
        Checks.noiseMultiplier(noiseMultiplier);
        Lattice lattice = Lattice.forNoise(records.rowsPerGroup() * bounds.magnitude() * noiseMultiplier);
        var noise = NoiseScale.gaussian(sensitivity(bounds, lattice), noiseMultiplier);
        return release(new PrivacyEvent.Gaussian(noiseMultiplier), bounds, lattice, noise::sample);
    }

    private double sensitivity(Clamp bounds, Lattice lattice) {
        long reach = Difference.reach(
                records.budget().neighbours(), lattice.round(bounds.lower()), lattice.round(bounds.upper()));
        return (double) records.rowsPerGroup() * Math.max(1, reach);
    }

    private Release release(PrivacyEvent event, Clamp bounds, Lattice lattice, ToLongFunction<RandomBits> noise) {
        return records.budget()
                .answer(
                        event,
                        (bits, spent) -> {
                            var sum = new ExactSum();
                            values.accept(bits, value -> sum.add(lattice.round(bounds.apply(value))));
                            return new Release.Granted(lattice.toDouble(sum.plus(noise.applyAsLong(bits))), spent);
                        },
                        Release.Refused::new);
    }
}
