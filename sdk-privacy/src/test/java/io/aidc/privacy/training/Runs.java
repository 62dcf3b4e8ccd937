package io.aidc.privacy.training;

import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.Sampling;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.noise.SeededBits;
import java.util.function.Supplier;

/** Plans whose randomness repeats. */
final class Runs {
    private Runs() {}

    static PrivacyBudget plenty(Neighbours neighbours) {
        return PrivacyBudget.builder()
                .epsilon(1e9)
                .delta(1e-6)
                .neighbours(neighbours)
                .build();
    }

    /** All but the clip, the noise and who pays. */
    static DpPlan plan(Sampling sampling, int units, int parameters) {
        return DpPlan.of(sampling)
                .steps(10)
                .over(units)
                .parameters(parameters)
                .normaliseBy(10)
                .randomness(seeded(5));
    }

    static Supplier<DpRun.Randomness> seeded(long seed) {
        return () -> new DpRun.Randomness(SeededBits.of(seed), SeededBits.bulkNoise(2, seed + 1));
    }

    static DpRun run(Sampling sampling, int units, int parameters, Neighbours neighbours) {
        return (DpRun) plan(sampling, units, parameters)
                .clip(0.5)
                .noiseMultiplier(4)
                .paidBy(plenty(neighbours))
                .open();
    }
}
