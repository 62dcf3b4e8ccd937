package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How long the gradients of each row are, all {@code [rows]} in float64.
 *
 * @param squares squared L2 norms as computed
 * @param bounds what those may be at most, rounding considered
 * @param widest the largest squared norm of anything that a clip factor is multiplied into
 */
record GhostNorms(Tensor squares, Tensor bounds, Tensor widest) {
    /** Half the distance between the smallest numbers of float32: what the square of a small number loses at most. */
    static final double LOST = 0x1p-149;

    /** Norms of gradients that lie side by side. */
    GhostNorms and(GhostNorms others) {
        return new GhostNorms(
                squares.add(others.squares), bounds.add(others.bounds), torch.maximum(widest, others.widest));
    }

    /** Squared L2 norm of all numbers of each row, {@code [rows]} in float64; infinite beyond float32. */
    static Tensor squares(Tensor rows) {
        Tensor flat = rows.dim() == 2 ? rows : rows.flatten(1, -1);
        return flat.mul(flat).sum(1).to(torch.ScalarType.Double);
    }
}
