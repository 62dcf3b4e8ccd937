package io.aidc.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {
    @Test
    void sgd_hasPyTorchsDefaults() {
        assertThat(Sgd.rate(0.1)).isEqualTo(new Sgd(0.1, 0, 0, false));
        assertThat(Sgd.rate(0.1).momentum(0.9).weightDecay(0.01)).isEqualTo(new Sgd(0.1, 0.9, 0.01, false));
    }

    @Test
    void adam_hasPyTorchsDefaults() {
        assertThat(Adam.rate(0.1)).isEqualTo(new Adam(0.1, 0.9, 0.999, 1e-8, 0));
        assertThat(Adam.rate(0.1).betas(0.8, 0.9).epsilon(1e-6).weightDecay(0.5))
                .isEqualTo(new Adam(0.1, 0.8, 0.9, 1e-6, 0.5));
    }

    @Test
    void others_haveTheirPapersDefaults() {
        assertThat(AdamW.rate(0.1)).isEqualTo(new AdamW(0.1, 0.9, 0.999, 1e-8, 0.01));
        assertThat(Lamb.rate(0.1)).isEqualTo(new Lamb(0.1, 0.9, 0.999, 1e-6, 0.01));
        assertThat(Adagrad.rate(0.1)).isEqualTo(new Adagrad(0.1, 0, 1e-10, 0));
        assertThat(Sgd.rate(0.1).momentum(0.9).nesterov()).isEqualTo(new Sgd(0.1, 0.9, 0, true));
        assertThatIllegalArgumentException().isThrownBy(() -> Sgd.rate(0.1).nesterov());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void constants_outOfRange_areRefused(double number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sgd.rate(number))
                .withMessage("learningRate must be > 0 and finite, got " + number);
        assertThatIllegalArgumentException().isThrownBy(() -> Sgd.rate(1).momentum(number));
        assertThatIllegalArgumentException().isThrownBy(() -> Sgd.rate(1).weightDecay(number));
        assertThatIllegalArgumentException().isThrownBy(() -> Adam.rate(number));
        assertThatIllegalArgumentException().isThrownBy(() -> Adam.rate(1).betas(number, 0.9));
        assertThatIllegalArgumentException().isThrownBy(() -> Adam.rate(1).betas(0.9, number));
        assertThatIllegalArgumentException().isThrownBy(() -> Adam.rate(1).epsilon(number));
        assertThatIllegalArgumentException().isThrownBy(() -> Adam.rate(1).weightDecay(number));
    }

    @Test
    void constants_atTheirLimits() {
        assertThat(Sgd.rate(Double.MIN_VALUE).momentum(0).weightDecay(0)).isNotNull();
        assertThatIllegalArgumentException().isThrownBy(() -> Sgd.rate(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Sgd.rate(1).momentum(1));
        assertThatIllegalArgumentException().isThrownBy(() -> Adam.rate(1).betas(1, 0.9));
        assertThatIllegalArgumentException().isThrownBy(() -> Adam.rate(1).epsilon(0));
    }
}
