package io.aidc.privacy.query;

import io.aidc.privacy.noise.Lattice;
import io.aidc.privacy.noise.RandomBits;

/** A number on a grid, with noise of that grid added. */
record Noised(double value, Noise noise, Lattice lattice) implements Estimate {

    static Noised of(ExactSum sum, Noise noise, Lattice lattice, RandomBits bits) {
        return new Noised(lattice.toDouble(sum.plus(noise.sample(bits))), noise, lattice);
    }

    @Override
    public Interval interval(double confidence) {
        return within(1 - Checks.confidence(confidence));
    }

    /** The interval that fails with probability at most {@code tail}. */
    Interval within(double tail) {
        double reach = noise.reach(tail) * lattice.step();
        return new Interval(value - reach, value + reach);
    }
}
