package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients that are held, because they are small or because that costs less: what is measured is what is summed, so that
 * rounding on the way to them cannot break the bound.
 *
 * @param rows {@code [rows, numbers]}; the first numbers of an array whose rest has gradient 0
 * @param squares their squared norms, {@code [rows]}
 */
record GhostRows(Tensor rows, Tensor squares) implements GhostGradients {
    /** Takes gradients in the shape of the array, {@code [rows, …]}. */
    static GhostRows of(Tensor gradients) {
        Tensor rows = gradients.flatten(1, -1).contiguous();
        return new GhostRows(rows, GhostScope.only(() -> GhostNorms.squares(rows)));
    }

    @Override
    public GhostNorms norms() {
        return new GhostNorms(squares, bounds(), squares);
    }

    /** What the squared norms may be at most. */
    Tensor bounds() {
        return squares.add(Tensors.scalar(rows.size(1) * GhostNorms.LOST));
    }

    @Override
    public void sumInto(Tensor target, boolean add, GhostFactors factors) {
        Tensor flat = target.view(-1);
        long numbers = rows.size(1);
        Tensor first = flat.narrow(0, 0, numbers);
        Tensor columns = factors.counted(rows).t();
        if (add) {
            first.addmv_(columns, factors.factors());
        } else {
            torch.mv_out(first, columns, factors.factors());
            flat.narrow(0, numbers, flat.numel() - numbers).zero_();
        }
    }
}
