package io.aidc.training.torch.internal;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Device;
import io.aidc.training.engine.Replica;
import io.aidc.training.network.Loss;
import io.aidc.training.torch.internal.TorchScriptFile.Input;
import io.aidc.training.torch.internal.TorchScriptModule.Slot;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** One worker's TorchScript module: its arrays are views of the shared flat numbers, gradients come from autograd. */
final class TorchScriptReplica implements Replica {
    private final TorchScriptModule module;

    @SuppressWarnings("UnusedVariable") // keeps the memory of the views reachable
    private final FloatBuffer numbers;

    private final Input input;
    private final Loss loss;
    private final int outputs;
    private SplittableRandom seeds;

    TorchScriptReplica(TorchScriptModule module, FloatBuffer numbers, Input input, Loss loss, int outputs, long seed) {
        this.module = module;
        this.numbers = numbers;
        this.input = input;
        this.loss = loss;
        this.outputs = outputs;
        this.seeds = new SplittableRandom(seed);
        module.bind(numbers);
    }

    @Override
    public void beginStep(long seed) {
        seeds = new SplittableRandom(seed);
    }

    @Override
    public double gradient(Batch batch, double weight, FloatBuffer into) {
        torch.manual_seed(seeds.nextLong());
        return Tensors.scoped(() -> {
            Tensor answers = module.train(batch.rows(), batch.features(), input, outputs);
            Tensor sum = Losses.sum(loss, answers, batch, Device.CPU);
            if (!sum.requires_grad()) {
                throw new IllegalStateException("the TorchScript module's answer depends on no parameter");
            }
            List<Tensor> leaves = new ArrayList<>();
            module.trained().forEach(slot -> leaves.addAll(slot.tensors()));
            TensorVector gradients = torch.grad(
                    new TensorVector(sum.mul(Tensors.scalar(weight))),
                    new TensorVector(leaves.toArray(Tensor[]::new)),
                    new TensorVector(),
                    new BoolOptional(),
                    false,
                    true);
            write(gradients, into);
            return sum.item_double();
        });
    }

    /** Adds up the gradients of tensors that show the same memory; one that the answer does not use has none. */
    private void write(TensorVector gradients, FloatBuffer into) {
        int offset = 0;
        int leaf = 0;
        for (Slot slot : module.trained()) {
            int size = slot.parameter().size();
            Tensor target = Tensors.over(
                    into.slice(offset, size), Tensors.shape(slot.parameter().shape()));
            target.zero_();
            for (int i = 0; i < slot.tensors().size(); i++) {
                Tensor gradient = gradients.get(leaf++);
                if (gradient.defined()) {
                    target.add_(gradient);
                }
            }
            offset += size;
        }
    }

    @Override
    public double clippedGradient(Batch batch, double clipNorm, FloatBuffer into) {
        throw new UnsupportedOperationException("a TorchScript module gives no gradient for each row");
    }

    @Override
    public double loss(Batch batch) {
        return Tensors.scoped(() -> Losses.sum(
                        loss, module.evaluated(batch.rows(), batch.features(), input, outputs), batch, Device.CPU)
                .item_double());
    }

    @Override
    public void parametersChanged() {}

    @Override
    public float[] predict(int rows, FloatBuffer features) {
        return module.evaluate(rows, features, input, outputs);
    }

    @Override
    public void close() {
        module.close();
    }
}
