package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
    @Test
    void event_ofASampling_carriesItsRate() {
        assertThat(Sampling.poisson(0.2).event(1.5)).isEqualTo(new PoissonSubsampledGaussian(0.2, 1.5));
        assertThat(Sampling.poisson(0.2).rate()).isEqualTo(0.2);
    }

    @Test
    void draw_secure_isAscendingAndInRange() {
        int[] batch = Sampling.poisson(0.5).draw(1000);
        assertThat(batch).isSorted().doesNotHaveDuplicates();
        assertThat(Arrays.stream(batch)).allMatch(index -> index >= 0 && index < 1000);
        // 0 or 1000 of 1000 at rate 1/2: 2^-999
        assertThat(batch).hasSizeBetween(1, 999);
    }

    @Test
    void draw_limits_areHonoured() {
        assertThat(Sampling.poisson(1).draw(5)).containsExactly(0, 1, 2, 3, 4);
        assertThat(Sampling.poisson(0.3).draw(0)).isEmpty();
    }

    /** Fixed seed. Size: mean Nq, variance Nq(1−q); pairs: included together with probability q². Five errors. */
    @Test
    void draw_manyBatches_haveBinomialSizesAndIndependentMembers() {
        var sampling = Sampling.poisson(0.2);
        RandomBits bits = SeededBits.of(1);
        int rounds = 20_000;
        int population = 50;
        double sum = 0;
        double squares = 0;
        double pairs = 0;
        for (int i = 0; i < rounds; i++) {
            int[] batch = sampling.draw(population, bits);
            double deviation = batch.length - population * 0.2;
            sum += deviation;
            squares += deviation * deviation;
            pairs += batch.length > 1 && batch[0] == 0 && batch[1] == 1 ? 1 : 0;
        }
        double variance = population * 0.2 * 0.8;
        assertThat(sum / rounds).isCloseTo(0, within(5 * Math.sqrt(variance / rounds)));
        assertThat(squares / rounds / variance).isCloseTo(1, within(5 * Math.sqrt(2.0 / rounds)));
        assertThat(pairs / rounds).isCloseTo(0.04, within(5 * Math.sqrt(0.04 * 0.96 / rounds)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.0001, Double.NaN})
    void poisson_badRate_isNamed(double rate) {
        assertThatThrownBy(() -> Sampling.poisson(rate)).hasMessage("rate must be in (0, 1], got " + rate);
    }

    @Test
    void draw_negativePopulation_isNamed() {
        assertThatThrownBy(() -> Sampling.poisson(0.1).draw(-1)).hasMessage("population must be >= 0, got -1");
    }

    @Test
    void events_ofEveryKind_areTheirs() {
        assertThat(Sampling.truncatedPoisson(0.1, 20, 100).event(2))
                .isEqualTo(new PrivacyEvent.TruncatedPoissonSubsampledGaussian(0.1, 20, 100, 2));
        assertThat(Sampling.fixedSize(20, 100).event(2))
                .isEqualTo(new PrivacyEvent.FixedSizeWithoutReplacementGaussian(20, 100, 2));
        PrivacyEvent whole = new PrivacyEvent.Gaussian(2);
        assertThat(List.of(Sampling.fullBatch(), Sampling.shuffled(5), Sampling.unamplified(n -> new int[0])))
                .allSatisfy(sampling -> assertThat(sampling.event(2)).isEqualTo(whole));
    }

    @Test
    void holdsFor_everyKind_followsWhatIsProved() {
        var addOnly = List.of(Sampling.poisson(0.1), Sampling.truncatedPoisson(0.1, 20, 100));
        var replaceOnly = List.of(Sampling.fixedSize(20, 100), Sampling.unamplified(n -> new int[0]));
        var both = List.of(Sampling.fullBatch(), Sampling.shuffled(3));
        assertThat(addOnly).allMatch(s -> s.holdsFor(Neighbours.ADD_OR_REMOVE) && !s.holdsFor(Neighbours.REPLACE_ONE));
        assertThat(replaceOnly)
                .allMatch(s -> !s.holdsFor(Neighbours.ADD_OR_REMOVE) && s.holdsFor(Neighbours.REPLACE_ONE));
        assertThat(both).allMatch(s -> s.holdsFor(Neighbours.ADD_OR_REMOVE) && s.holdsFor(Neighbours.REPLACE_ONE));
    }

    @Test
    void rate_everyKind_boundsInclusion() {
        assertThat(Sampling.fixedSize(25, 100).rate()).isEqualTo(0.25);
        assertThat(Sampling.truncatedPoisson(0.1, 20, 100).rate()).isEqualTo(0.1);
        assertThat(Sampling.shuffled(4).rate()).isEqualTo(0.25);
        assertThat(Sampling.fullBatch().rate()).isOne();
        assertThat(Sampling.unamplified(n -> new int[0]).rate()).isOne();
    }

    @Test
    void plan_shuffled_paysForEachEpochBegun() {
        Sampling sampling = Sampling.shuffled(10);
        PrivacyEvent epoch = new PrivacyEvent.Gaussian(3);
        assertThat(sampling.plan(3, 1)).isEqualTo(epoch);
        assertThat(sampling.plan(3, 10)).isEqualTo(epoch);
        assertThat(sampling.plan(3, 11)).isEqualTo(epoch.times(2));
        assertThat(sampling.plan(3, Integer.MAX_VALUE)).isEqualTo(epoch.times(214_748_365));
        assertThatThrownBy(() -> sampling.plan(3, 0)).hasMessage("steps must be >= 1, got 0");
        assertThat(Sampling.poisson(0.5).plan(3, 7)).isEqualTo(new PoissonSubsampledGaussian(0.5, 3).times(7));
    }

    @Test
    void drawEpoch_shuffled_dealsEveryUnitOnce() {
        List<int[]> epoch = Sampling.shuffled(7).drawEpoch(1000, SeededBits.of(3));
        assertThat(epoch).hasSize(7).allSatisfy(batch -> assertThat(batch).isSorted());
        assertThat(epoch.stream().flatMapToInt(Arrays::stream).sorted().toArray())
                .isEqualTo(IntStream.range(0, 1000).toArray());
        assertThat(Sampling.shuffled(7).drawEpoch(0, SeededBits.of(3))).hasSize(7);
        assertThat(Sampling.poisson(1).drawEpoch(3, SeededBits.of(3))).containsExactly(new int[] {0, 1, 2});
    }

    /** Fixed seed; each unit and each pair within five standard errors of what a uniform subset gives. */
    @Test
    void draw_fixedSize_isAUniformSubset() {
        assertUniform(
                Sampling.fixedSize(3, 8),
                3.0 / 8,
                3.0 / 8 * 2 / 7,
                batch -> assertThat(batch).hasSize(3));
    }

    /** Fixed seed, as above; the cap is always exceeded, so that a uniform subset of its size is left. */
    @Test
    void draw_truncatedPoisson_keepsAUniformSubset() {
        assertUniform(
                Sampling.truncatedPoisson(1, 3, 10),
                3.0 / 8,
                3.0 / 8 * 2 / 7,
                batch -> assertThat(batch).hasSize(3));
    }

    /** Fixed seed, as above: independent units. */
    @Test
    void draw_poissonAndShuffled_haveIndependentUnits() {
        assertUniform(Sampling.poisson(0.25), 0.25, 0.0625, batch -> {});
        assertUniform(Sampling.shuffled(4), 0.25, 0.0625, batch -> {});
        assertUniform(Sampling.truncatedPoisson(0.25, 8, 8), 0.25, 0.0625, batch -> {});
    }

    private static void assertUniform(Sampling sampling, double single, double pair, Consumer<int[]> check) {
        int rounds = 40_000;
        int[][] together = new int[8][8];
        RandomBits bits = SeededBits.of(11);
        for (int round = 0; round < rounds; round++) {
            int[] batch = sampling.draw(8, bits);
            assertThat(batch).isSorted().doesNotHaveDuplicates();
            check.accept(batch);
            for (int a : batch) {
                for (int b : batch) {
                    together[a][b]++;
                }
            }
        }
        for (int a = 0; a < 8; a++) {
            for (int b = 0; b < 8; b++) {
                double expected = a == b ? single : pair;
                assertThat((double) together[a][b] / rounds)
                        .as("units %d and %d", a, b)
                        .isCloseTo(expected, within(5 * Math.sqrt(expected * (1 - expected) / rounds)));
            }
        }
    }

    @Test
    void draw_fullBatch_isEveryUnit() {
        assertThat(Sampling.fullBatch().draw(3)).containsExactly(0, 1, 2);
        assertThat(Sampling.fullBatch().draw(0)).isEmpty();
    }

    @Test
    void draw_unamplified_isCheckedAndSorted() {
        assertThat(Sampling.unamplified(n -> new int[] {n - 1, 0}).draw(4)).containsExactly(0, 3);
        assertThatThrownBy(() -> Sampling.unamplified(n -> new int[] {1, 1}).draw(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a sampler must return distinct indices in 0 to 3, got 1");
        assertThatThrownBy(() -> Sampling.unamplified(n -> new int[] {4}).draw(4))
                .hasMessage("a sampler must return distinct indices in 0 to 3, got 4");
        assertThatThrownBy(() -> Sampling.unamplified(n -> new int[] {-1}).draw(4))
                .hasMessage("a sampler must return distinct indices in 0 to 3, got -1");
    }

    @Test
    void draw_anotherPopulation_isRefused() {
        assertThatThrownBy(() -> Sampling.fixedSize(2, 10).draw(11))
                .hasMessage("this sampling is for 10 units, got 11");
        assertThatThrownBy(() -> Sampling.truncatedPoisson(0.1, 2, 10).draw(11))
                .hasMessage("this sampling is for at most 10 units, got 11");
    }

    @Test
    void factories_badNumbers_areNamed() {
        assertThatThrownBy(() -> Sampling.fixedSize(0, 10)).hasMessage("batch must be >= 1, got 0");
        assertThatThrownBy(() -> Sampling.fixedSize(11, 10))
                .hasMessage("population must be at least the batch, 11, got 10");
        assertThatThrownBy(() -> Sampling.truncatedPoisson(0, 1, 10)).hasMessage("rate must be in (0, 1], got 0.0");
        assertThatThrownBy(() -> Sampling.truncatedPoisson(0.1, 0, 10)).hasMessage("cap must be >= 1, got 0");
        assertThatThrownBy(() -> Sampling.truncatedPoisson(0.1, 1, 0)).hasMessage("population must be >= 1, got 0");
        assertThatThrownBy(() -> Sampling.shuffled(0)).hasMessage("batches must be >= 1, got 0");
    }
}
