package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.engine.Trainable;
import io.aidc.training.engine.TrainableContract;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Shape;
import org.junit.jupiter.api.Test;

class TorchTrainableTest extends TrainableContract {
    @Override
    protected Trainable model() {
        return new TorchTrainable(
                Network.of(Layer.linear(4, 6), Layer.layerNorm(6), Layer.tanh(), Layer.linear(6, 3)),
                Loss.CROSS_ENTROPY);
    }

    /** PyTorch starts a Linear uniform in ±1/sqrt(inputs): variance 1/(3 inputs). The seed is fixed. */
    @Test
    void initialParameters_areThoseOfPyTorch() {
        var model = new TorchTrainable(Network.of(Layer.linear(100, 500), Layer.layerNorm(500)), Loss.MSE);
        float[] values = model.initialParameters(1);
        double square = 0;
        float largest = 0;
        for (int i = 0; i < 100 * 500 + 500; i++) {
            square += values[i] * values[i];
            largest = Math.max(largest, Math.abs(values[i]));
        }
        assertThat(largest).isBetween(0.0999f, 0.1f);
        assertThat(square / (100 * 500 + 500)).isBetween(0.0033, 0.0034);
        for (int i = 0; i < 500; i++) {
            assertThat(values[50_500 + i]).isEqualTo(1);
            assertThat(values[51_000 + i]).isZero();
        }
    }

    @Test
    void mixesRows_namesTheLayerAndWhatToTakeInstead() {
        Layer.Residual residual =
                Layer.residual(Layer.conv2d(16, 16, 1), Layer.batchNorm(16)).shortcut(Layer.conv2d(16, 16, 1));
        var model = new TorchTrainable(
                Network.of(Shape.of(16, 3, 3), Layer.relu(), residual, Layer.globalAveragePool()), Loss.CROSS_ENTROPY);
        assertThat(model.mixesRows())
                .hasValue(
                        "layer 1.1 (BatchNorm[channels=16]) mixes the rows of a batch; take Layer.groupNorm(2, 16) instead");
        assertThat(model.clipsRows()).isFalse();
    }

    @Test
    void mixesRows_ofRecurrence_isNothing() {
        var model = new TorchTrainable(Network.of(Shape.of(3, 4), Layer.gru(4, 2)), Loss.MSE);
        assertThat(model.mixesRows()).isEmpty();
        assertThat(model.clipsRows()).isTrue();
    }
}
