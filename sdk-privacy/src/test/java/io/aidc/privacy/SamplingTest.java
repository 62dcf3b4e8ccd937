package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
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
        assertThat(java.util.Arrays.stream(batch)).allMatch(index -> index >= 0 && index < 1000);
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
}
