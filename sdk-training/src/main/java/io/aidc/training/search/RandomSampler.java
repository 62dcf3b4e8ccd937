package io.aidc.training.search;

import java.util.List;

/**
 * Draws each parameter evenly from its domain, on a log scale evenly by ratio.
 *
 * <p>Immutable.
 *
 * @see <a href="https://www.jmlr.org/papers/v13/bergstra12a.html">Bergstra and Bengio 2012</a>
 */
public final class RandomSampler extends Sampler {
    private final long seed;

    private RandomSampler(long seed) {
        this.seed = seed;
    }

    /**
     * Makes a sampler.
     *
     * @param seed any number; the same gives the same trials
     * @return the sampler
     */
    public static RandomSampler seeded(long seed) {
        return new RandomSampler(seed);
    }

    @Override
    double draw(int trial, List<Past> others, String name, Domain domain) {
        return Axis.of(domain).draw(Draws.of(seed, trial, name));
    }

    @Override
    public String toString() {
        return "random(seed=" + seed + ")";
    }
}
