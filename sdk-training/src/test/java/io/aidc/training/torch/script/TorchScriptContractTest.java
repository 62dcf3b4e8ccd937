package io.aidc.training.torch.script;

import io.aidc.training.engine.Trainable;
import io.aidc.training.engine.TrainableContract;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Shape;

class TorchScriptContractTest extends TrainableContract {
    @Override
    protected Trainable model() {
        return TorchScriptModel.load(TorchScriptModelTest.sample("rows"))
                .input(Shape.of(4))
                .outputs(3)
                .loss(Loss.CROSS_ENTROPY);
    }
}
