package io.aidc.training.torch.internal;

import io.aidc.training.engine.Batch;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Clips row gradients by asking autograd for each row by itself: exact for every network that treats rows independently, but
 * slow, a forward and a backward pass for each row. {@link GhostClip} is for networks whose layers it has rules for.
 */
final class RowByRowClip {
    private final List<Tensor> leaves;
    private final Function<Batch, Tensor> loss;

    /**
     * Prepares clipping.
     *
     * @param leaves the trained arrays, which require gradients
     * @param loss runs a pass and gives the sum of row losses within the graph
     */
    RowByRowClip(List<Tensor> leaves, Function<Batch, Tensor> loss) {
        this.leaves = leaves;
        this.loss = loss;
    }

    /** Writes the sum of clipped gradients of each array, in order; gives the sum of row losses. */
    double sumInto(List<Tensor> targets, Batch batch, double clipNorm, boolean add) {
        if (!add) {
            targets.forEach(Tensor::zero_);
        }
        return IntStream.range(0, batch.rows())
                .mapToDouble(row -> Tensors.scoped(() -> addRow(targets, only(batch, row), clipNorm)))
                .sum();
    }

    private double addRow(List<Tensor> targets, Batch row, double clipNorm) {
        Tensor sum = loss.apply(row);
        TensorVector gradients = gradients(sum);
        double squares = 0;
        for (int i = 0; i < targets.size(); i++) {
            Tensor wide = gradients.get(i).to(torch.ScalarType.Double);
            squares += wide.mul(wide).sum().item_double();
        }
        double norm = Math.sqrt(squares);
        if (norm <= Math.min(clipNorm * GhostClip.REACH, Double.MAX_VALUE)) {
            double factor = Math.min(1, clipNorm * GhostClip.GUARD / norm);
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).add_(gradients.get(i), Tensors.scalar(factor));
            }
        }
        return sum.item_double();
    }

    private TensorVector gradients(Tensor sum) {
        return torch.grad(new TensorVector(sum), new TensorVector(leaves.toArray(Tensor[]::new)));
    }

    private static Batch only(Batch batch, int row) {
        int features = batch.features().limit() / batch.rows();
        int targets = batch.targets().limit() / batch.rows();
        return new Batch(
                1,
                batch.classes(),
                batch.features().slice(row * features, features),
                batch.targets().slice(row * targets, targets));
    }
}
