package io.aidc.privacy;

import io.aidc.privacy.noise.SeededBits;
import io.aidc.privacy.query.Release;
import io.aidc.privacy.query.VectorRelease;
import java.util.concurrent.atomic.AtomicLong;

/** Budgets whose noise repeats. */
public final class Budgets {
    private Budgets() {}

    /** Large enough for many releases; each release gets the next stream after the seed. */
    public static PrivacyBudget.Builder seeded(long seed) {
        var next = new AtomicLong(seed << 32);
        return PrivacyBudget.builder().randomness(() -> SeededBits.of(next.getAndIncrement()));
    }

    public static PrivacyBudget plenty(long seed) {
        return seeded(seed).epsilon(1e9).delta(1e-6).build();
    }

    public static double value(Release release) {
        return ((Release.Granted) release).value();
    }

    public static double[] values(VectorRelease release) {
        return ((VectorRelease.Granted) release).values();
    }
}
