package io.aidc.training.dp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DpSgdTest {
    private static final BatchSampler SAMPLER = n -> new int[0];
    private static final NoiseSource NOISE = (sum, deviation) -> {};

    @Test
    void description_whenComplete_givesBackWhatItWasGiven() {
        StepGate gate = step -> step < 3;
        DpSgd complete = DpSgd.clip(0.5)
                .noiseMultiplier(1.1)
                .sampling(64, SAMPLER)
                .noise(NOISE)
                .onStep(gate);
        assertThat(complete.clipNorm()).isEqualTo(0.5);
        assertThat(complete.noiseMultiplier()).isEqualTo(1.1);
        assertThat(complete.expectedBatch()).isEqualTo(64);
        assertThat(complete.sampler()).isSameAs(SAMPLER);
        assertThat(complete.noise()).isSameAs(NOISE);
        assertThat(complete.gate()).isSameAs(gate);
        assertThat(complete.missing()).isEmpty();
    }

    @Test
    void gate_unlessSet_admitsEverything() {
        assertThat(DpSgd.clip(1).gate().admit(1)).isTrue();
    }

    @Test
    void missing_namesWhatWasNotSet() {
        assertThat(DpSgd.clip(1).missing()).containsExactly("noiseMultiplier", "sampling", "noise");
        assertThat(DpSgd.clip(1).sampling(1, SAMPLER).missing()).containsExactly("noiseMultiplier", "noise");
    }

    @Test
    void options_leaveTheOriginalAsItWas() {
        DpSgd original = DpSgd.clip(1);
        original.noiseMultiplier(2);
        assertThat(original.missing()).contains("noiseMultiplier");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void numbers_thatAreNotPositiveAndFinite_areRefused(double number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DpSgd.clip(number))
                .withMessage("clip norm must be > 0 and finite, got " + number);
        assertThatIllegalArgumentException().isThrownBy(() -> DpSgd.clip(1).noiseMultiplier(number));
        assertThatIllegalArgumentException().isThrownBy(() -> DpSgd.clip(1).sampling(number, SAMPLER));
    }

    @Test
    void options_setTwice_areRefused() {
        DpSgd complete = DpSgd.clip(0.5)
                .noiseMultiplier(1.1)
                .sampling(64, SAMPLER)
                .noise(NOISE)
                .onStep(step -> true);
        assertThatIllegalStateException()
                .isThrownBy(() -> complete.noiseMultiplier(2))
                .withMessage("noiseMultiplier is already set to 1.1");
        assertThatIllegalStateException().isThrownBy(() -> complete.sampling(1, SAMPLER));
        assertThatIllegalStateException().isThrownBy(() -> complete.noise(NOISE));
        assertThatIllegalStateException().isThrownBy(() -> complete.onStep(step -> true));
    }

    @Test
    void parts_beforeTheyAreSet_cannotBeAskedFor() {
        assertThatIllegalStateException()
                .isThrownBy(() -> DpSgd.clip(1).sampler())
                .withMessage("sampling is not set");
        assertThatIllegalStateException().isThrownBy(() -> DpSgd.clip(1).noise());
    }
}
