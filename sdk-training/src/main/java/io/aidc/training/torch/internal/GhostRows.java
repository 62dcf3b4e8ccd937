package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients that are held, because they are small or because that costs less: what is measured is what is summed, so that
 * rounding on the way to them cannot break the bound.
 *
 * @param gradients the first numbers of an array whose rest has gradient 0
 */
record GhostRows(MeasuredRows gradients) implements GhostGradients {
    /** Takes gradients in the shape of the array, {@code [rows, …]}. */
    static GhostRows of(Tensor gradients) {
        return new GhostRows(MeasuredRows.of(gradients));
    }

    @Override
    public GhostNorms norms() {
        return new GhostNorms(gradients.squares(), gradients.bounds(), gradients.squares());
    }

    @Override
    public void sumInto(Tensor target, boolean add, GhostFactors factors) {
        Tensor rows = gradients.numbers();
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
