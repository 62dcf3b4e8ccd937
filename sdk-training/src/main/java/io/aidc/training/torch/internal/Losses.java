package io.aidc.training.torch.internal;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Device;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Loss;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Computes the sum of row losses. */
final class Losses {
    /** Of the reductions a loss knows. */
    private static final long SUM = 2;

    private static final long NO_CLASS_IGNORED = -100;

    private Losses() {}

    /** {@code outputs} is {@code [rows, outputs]} float32, within the graph. */
    static Tensor sum(Loss loss, Tensor outputs, Batch batch, Device device) {
        int width = (int) outputs.size(1);
        if (loss instanceof Loss.CrossEntropy entropy) {
            Tensor classes = Tensors.on(device, Tensors.over(batch.targets(), batch.rows()))
                    .to(torch.ScalarType.Long);
            return crossEntropy(entropy, outputs, classes, device);
        }
        if (loss instanceof Loss.Distillation distillation) {
            Tensor targets = Tensors.on(device, Tensors.over(batch.targets(), batch.rows(), width + 1));
            return distillation(distillation, outputs, targets, width);
        }
        Tensor targets = Tensors.on(device, Tensors.over(batch.targets(), batch.rows(), width));
        if (loss instanceof Loss.SoftCrossEntropy) {
            return torch.cross_entropy_loss(outputs, targets, Tensors.none(), SUM, NO_CLASS_IGNORED, 0);
        }
        return elementwise(loss, outputs, targets, device).mul(Tensors.scalar(1.0 / width));
    }

    private static Tensor crossEntropy(Loss.CrossEntropy loss, Tensor outputs, Tensor classes, Device device) {
        float[] weights = loss.classWeights();
        TensorOptional weight = weights.length == 0
                ? Tensors.none()
                : new TensorOptional(Tensors.on(
                        device,
                        Tensors.over(FlatBuffers.floats(weights), weights.length)
                                .clone()));
        return torch.cross_entropy_loss(outputs, classes, weight, SUM, NO_CLASS_IGNORED, loss.smoothing());
    }

    private static Tensor distillation(Loss.Distillation loss, Tensor outputs, Tensor targets, int width) {
        double temperature = loss.temperature();
        Tensor teacher = torch.softmax(targets.narrow(1, 0, width).div(Tensors.scalar(temperature)), -1);
        Tensor classes = targets.select(1, width).to(torch.ScalarType.Long);
        Tensor soft = torch.cross_entropy_loss(
                outputs.div(Tensors.scalar(temperature)), teacher, Tensors.none(), SUM, NO_CLASS_IGNORED, 0);
        Tensor hard = torch.cross_entropy_loss(outputs, classes, Tensors.none(), SUM, NO_CLASS_IGNORED, 0);
        return soft.mul(Tensors.scalar(temperature * temperature * loss.share()))
                .add(hard.mul(Tensors.scalar(1 - loss.share())));
    }

    private static Tensor elementwise(Loss loss, Tensor outputs, Tensor targets, Device device) {
        if (loss instanceof Loss.BinaryCrossEntropy entropy) {
            TensorOptional weight = entropy.positiveWeight() == 1
                    ? Tensors.none()
                    : new TensorOptional(torch.full(
                            new long[] {1}, Tensors.scalar(entropy.positiveWeight()), Tensors.floats(device)));
            return torch.binary_cross_entropy_with_logits(outputs, targets, Tensors.none(), weight, SUM);
        }
        if (loss instanceof Loss.Mae) {
            return torch.l1_loss(outputs, targets, SUM);
        }
        if (loss instanceof Loss.Huber huber) {
            return torch.huber_loss(outputs, targets, SUM, huber.delta());
        }
        return torch.mse_loss(outputs, targets, SUM);
    }
}
