package io.aidc.training.torch.internal;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * What each row's gradient is multiplied with.
 *
 * @param factors {@code [rows]}, float32, in [0, 1]; 0 for a row left out
 * @param within which rows count, {@code [rows]}; null for all
 * @param workspace where products go
 */
record GhostFactors(Tensor factors, @Nullable Tensor within, GhostWorkspace workspace) {
    /** Multiplies each row, {@code [rows, …]}; the result is good until the next one. */
    Tensor times(Tensor rows) {
        long[] shape = new long[(int) rows.dim()];
        Arrays.setAll(shape, rows::size);
        return counted(torch.mul_out(workspace.scratch(rows, shape), rows, spread(factors, rows)));
    }

    /** Zeroes the rows left out by selection: a product with zero would keep NaN. */
    Tensor counted(Tensor rows) {
        return within == null ? rows : torch.where(spread(within, rows), rows, torch.zeros_like(rows));
    }

    /** The factors of rows that may occur several times. */
    GhostFactors of(Tensor index) {
        return new GhostFactors(
                factors.index_select(0, index), within == null ? null : within.index_select(0, index), workspace);
    }

    private static Tensor spread(Tensor each, Tensor over) {
        long[] shape = new long[(int) over.dim()];
        Arrays.fill(shape, 1);
        shape[0] = each.numel();
        return each.view(shape);
    }
}
