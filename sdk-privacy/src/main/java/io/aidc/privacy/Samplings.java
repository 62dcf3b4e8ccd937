package io.aidc.privacy;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.RandomBits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The kinds of {@link Sampling}. All immutable; none is nameable outside this package. */
final class Samplings {
    private Samplings() {}

    record Poisson(double rate) implements Sampling {
        Poisson {
            checkRate(rate);
        }

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return event(1).holdsFor(neighbours);
        }

        @Override
        public int[] draw(int population, RandomBits bits) {
            return eachWithProbability(rate, checkNotNegative(population), bits);
        }

        @Override
        public PrivacyEvent event(double noiseMultiplier) {
            return new PrivacyEvent.PoissonSubsampledGaussian(rate, noiseMultiplier);
        }
    }

    record TruncatedPoisson(double rate, int cap, int population) implements Sampling {
        TruncatedPoisson {
            checkRate(rate);
            checkAtLeastOne(cap, "cap");
            checkAtLeastOne(population, "population");
        }

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return event(1).holdsFor(neighbours);
        }

        @Override
        public void checkUnits(int units) {
            if (checkNotNegative(units) > population) {
                throw new IllegalArgumentException(
                        "this sampling is for at most %d units, got %d".formatted(population, units));
            }
        }

        @Override
        public int[] draw(int units, RandomBits bits) {
            checkUnits(units);
            int[] drawn = eachWithProbability(rate, units, bits);
            return drawn.length <= cap ? drawn : choose(cap, drawn, bits);
        }

        @Override
        public PrivacyEvent event(double noiseMultiplier) {
            return capped(noiseMultiplier);
        }

        @Override
        public double ownDelta(int steps) {
            checkAtLeastOne(steps, "steps");
            // covers what decimals and the product round
            return Math.min(1, steps * capped(1).truncation() * (1 + 0x1p-50));
        }

        private PrivacyEvent.TruncatedPoissonSubsampledGaussian capped(double noiseMultiplier) {
            return new PrivacyEvent.TruncatedPoissonSubsampledGaussian(rate, cap, population, noiseMultiplier);
        }
    }

    record FixedSize(int batch, int population) implements Sampling {
        FixedSize {
            checkAtLeastOne(batch, "batch");
            if (population < batch) {
                throw new IllegalArgumentException(
                        "population must be at least the batch, %d, got %d".formatted(batch, population));
            }
        }

        @Override
        public double rate() {
            return (double) batch / population;
        }

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return event(1).holdsFor(neighbours);
        }

        @Override
        public void checkUnits(int units) {
            if (units != population) {
                throw new IllegalArgumentException(
                        "this sampling is for %d units, got %d".formatted(population, units));
            }
        }

        @Override
        public int[] draw(int units, RandomBits bits) {
            checkUnits(units);
            return choose(batch, IntStream.range(0, population).toArray(), bits);
        }

        @Override
        public PrivacyEvent event(double noiseMultiplier) {
            return new PrivacyEvent.FixedSizeWithoutReplacementGaussian(batch, population, noiseMultiplier);
        }
    }

    record FullBatch() implements Sampling {
        @Override
        public double rate() {
            return 1;
        }

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return event(1).holdsFor(neighbours);
        }

        @Override
        public int[] draw(int population, RandomBits bits) {
            return IntStream.range(0, checkNotNegative(population)).toArray();
        }

        @Override
        public PrivacyEvent event(double noiseMultiplier) {
            return new PrivacyEvent.Gaussian(noiseMultiplier);
        }
    }

    record Shuffled(int batches) implements Sampling {
        Shuffled {
            checkAtLeastOne(batches, "batches");
        }

        @Override
        public double rate() {
            return 1.0 / batches;
        }

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return event(1).holdsFor(neighbours);
        }

        @Override
        public int[] draw(int population, RandomBits bits) {
            return drawEpoch(population, bits).get(0);
        }

        @Override
        public List<int[]> drawEpoch(int population, RandomBits bits) {
            int[] batchOf = new int[checkNotNegative(population)];
            int[] sizes = new int[batches];
            for (int i = 0; i < population; i++) {
                batchOf[i] = (int) bits.nextBelow(batches);
                sizes[batchOf[i]]++;
            }
            List<int[]> epoch = new ArrayList<>(batches);
            for (int size : sizes) {
                epoch.add(new int[size]);
            }
            int[] filled = new int[batches];
            for (int i = 0; i < population; i++) {
                epoch.get(batchOf[i])[filled[batchOf[i]]++] = i;
            }
            return epoch;
        }

        @Override
        public PrivacyEvent event(double noiseMultiplier) {
            return new PrivacyEvent.Gaussian(noiseMultiplier);
        }

        @Override
        public PrivacyEvent plan(double noiseMultiplier, int steps) {
            checkAtLeastOne(steps, "steps");
            return event(noiseMultiplier).times((steps - 1) / batches + 1);
        }
    }

    record Unamplified(IntFunction<int[]> sampler) implements Sampling {
        Unamplified {
            Objects.requireNonNull(sampler, "sampler");
        }

        @Override
        public double rate() {
            return 1;
        }

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return Objects.requireNonNull(neighbours, "neighbours") == Neighbours.REPLACE_ONE;
        }

        @Override
        public int[] draw(int population, RandomBits bits) {
            int[] drawn = sampler.apply(checkNotNegative(population)).clone();
            var seen = new BitSet();
            for (int index : drawn) {
                if (index < 0 || index >= population || seen.get(index)) {
                    throw new IllegalArgumentException("a sampler must return distinct indices in 0 to %d, got %d"
                            .formatted(population - 1, index));
                }
                seen.set(index);
            }
            Arrays.sort(drawn);
            return drawn;
        }

        @Override
        public PrivacyEvent event(double noiseMultiplier) {
            return new PrivacyEvent.Gaussian(noiseMultiplier);
        }
    }

    private static int[] eachWithProbability(double rate, int population, RandomBits bits) {
        int[] drawn = new int[population];
        int size = 0;
        for (int i = 0; i < population; i++) {
            if (bits.nextBoolean(rate)) {
                drawn[size++] = i;
            }
        }
        return Arrays.copyOf(drawn, size);
    }

    /** The first steps of a Fisher-Yates shuffle, in ascending order; changes {@code from}. */
    private static int[] choose(int count, int[] from, RandomBits bits) {
        for (int i = 0; i < count; i++) {
            int j = i + (int) bits.nextBelow(from.length - i);
            int chosen = from[j];
            from[j] = from[i];
            from[i] = chosen;
        }
        int[] drawn = Arrays.copyOf(from, count);
        Arrays.sort(drawn);
        return drawn;
    }

    private static void checkRate(double rate) {
        if (!(rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException("rate must be in (0, 1], got " + rate);
        }
    }

    static int checkNotNegative(int population) {
        if (population < 0) {
            throw new IllegalArgumentException("population must be >= 0, got " + population);
        }
        return population;
    }

    static void checkAtLeastOne(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be >= 1, got " + value);
        }
    }
}
