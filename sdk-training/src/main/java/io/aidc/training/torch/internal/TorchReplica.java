package io.aidc.training.torch.internal;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Replica;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** One worker's network in libtorch: parameters are views of the shared flat buffer, gradients come from autograd. */
final class TorchReplica implements Replica {
    /** Of the reductions a loss knows. */
    private static final long SUM = 2;

    private static final long NO_CLASS_IGNORED = -100;

    private final TorchTrainable model;

    @SuppressWarnings("UnusedVariable") // keeps the memory of the views reachable
    private final FloatBuffer parameters;

    private final Kept kept = new Kept();
    private final List<Tensor> views = new ArrayList<>();
    private final List<Tensor> leaves = new ArrayList<>();
    private final Generator dropout;

    TorchReplica(TorchTrainable model, FloatBuffer parameters, long seed) {
        this.model = model;
        this.parameters = parameters;
        this.dropout = kept.keep(torch.createCPUGenerator(seed));
        Tensors.inScope(() -> {
            for (Tensor view : split(Tensors.over(parameters, parameters.limit()))) {
                views.add(kept.keep(view));
                leaves.add(kept.keep(view.detach().requires_grad_(true)));
            }
        });
    }

    private List<Tensor> split(Tensor flat) {
        List<Tensor> parts = new ArrayList<>();
        long offset = 0;
        for (Parameter parameter : model.parameters()) {
            long[] shape =
                    parameter.shape().stream().mapToLong(Integer::longValue).toArray();
            parts.add(flat.narrow(0, offset, parameter.size()).view(shape));
            offset += parameter.size();
        }
        return parts;
    }

    @Override
    public double gradient(Batch batch, double weight, FloatBuffer into) {
        return Tensors.scoped(() -> {
            Tensor output = Forward.training(model.network(), leaves, dropout).of(features(batch));
            Tensor loss = loss(output, batch);
            TensorVector gradients = torch.grad(new TensorVector(loss.mul(Tensors.scalar(weight))), vector(leaves));
            List<Tensor> targets = split(Tensors.over(into, into.limit()));
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).copy_(gradients.get(i));
            }
            return loss.item_double();
        });
    }

    @Override
    public double clippedGradient(Batch batch, double clipNorm, FloatBuffer into) {
        return Tensors.scoped(() -> {
            var taps = new Taps();
            Tensor output =
                    Forward.tapped(model.network(), views, dropout, taps).of(features(batch));
            Tensor loss = loss(output, batch);
            new GhostClip(taps, loss, clipNorm).sumInto(split(Tensors.over(into, into.limit())));
            return loss.item_double();
        });
    }

    @Override
    public void parametersChanged() {}

    @Override
    public float[] predict(int rows, FloatBuffer features) {
        return Tensors.scoped(() -> {
            Tensor output = Forward.inUse(model.network(), views)
                    .of(Tensors.over(features, rows, model.network().inputs()))
                    .contiguous();
            float[] answer = new float[rows * model.network().outputs()];
            output.data_ptr_float().get(answer);
            return answer;
        });
    }

    @Override
    public void close() {
        kept.close();
    }

    private Tensor features(Batch batch) {
        return Tensors.over(batch.features(), batch.rows(), model.network().inputs());
    }

    /** The sum of the row losses. */
    private Tensor loss(Tensor output, Batch batch) {
        if (model.loss() == Loss.CROSS_ENTROPY) {
            Tensor classes = Tensors.over(batch.targets(), batch.rows()).to(torch.ScalarType.Long);
            return torch.cross_entropy_loss(output, classes, Tensors.none(), SUM, NO_CLASS_IGNORED, 0);
        }
        int outputs = model.network().outputs();
        Tensor targets = Tensors.over(batch.targets(), batch.rows(), outputs);
        Tensor sum = model.loss() == Loss.MSE
                ? torch.mse_loss(output, targets, SUM)
                : torch.binary_cross_entropy_with_logits(output, targets, Tensors.none(), Tensors.none(), SUM);
        return sum.mul(Tensors.scalar(1.0 / outputs));
    }

    private static TensorVector vector(List<Tensor> tensors) {
        return new TensorVector(tensors.toArray(Tensor[]::new));
    }
}
