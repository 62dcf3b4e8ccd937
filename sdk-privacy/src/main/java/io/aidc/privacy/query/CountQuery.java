package io.aidc.privacy.query;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.RandomBits;
import java.util.function.ToLongFunction;

/**
 * A count of rows that still needs to be paid for. The answer is a whole number and may be negative. Immutable.
 */
public final class CountQuery {
    private final PrivateRecords<?> records;

    CountQuery(PrivateRecords<?> records) {
        this.records = records;
    }

    /**
     * Releases the count with discrete Laplace noise of scale rowsPerGroup/ε.
     *
     * @param epsilon the price, a pure ε, from 1e-9 to 1e6
     * @return the count, or a refusal
     * @throws IllegalArgumentException if ε is out of range
     */
    public Release spending(double epsilon) {
        var noise = NoiseScale.laplace(records.rowsPerGroup(), Checks.queryEpsilon(epsilon));
        return release(new PrivacyEvent.PureDp(epsilon), noise::sample);
    }

    /**
     * Releases the count with discrete Gaussian noise.
     *
     * @param noiseMultiplier standard deviation over rowsPerGroup, from 0.001 to 1e6
     * @return the count, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0
     */
    public Release gaussian(double noiseMultiplier) {
        Checks.noiseMultiplier(noiseMultiplier);
        var noise = NoiseScale.gaussian(records.rowsPerGroup(), noiseMultiplier);
        return release(new PrivacyEvent.Gaussian(noiseMultiplier), noise::sample);
    }

    private Release release(PrivacyEvent event, ToLongFunction<RandomBits> noise) {
        return records.budget()
                .answer(
                        event,
                        (bits, spent) -> {
                            var rows = new ExactSum();
                            records.bounded(bits).forEach(row -> rows.add(1));
                            return new Release.Granted(
                                    rows.plus(noise.applyAsLong(bits)).doubleValue(), spent);
                        },
                        Release.Refused::new);
    }
}
