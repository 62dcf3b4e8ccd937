package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.Tensor;

/**
 * Numbers of each row with their squared norms, computed once for all that need them.
 *
 * @param numbers {@code [rows, numbers]}
 * @param squares {@code [rows]}, float64
 */
record MeasuredRows(Tensor numbers, Tensor squares) {
    /** Measures numbers of any shape {@code [rows, …]}. */
    static MeasuredRows of(Tensor rows) {
        Tensor numbers = rows.flatten(1, -1).contiguous();
        return new MeasuredRows(numbers, GhostScope.only(() -> GhostNorms.squares(numbers)));
    }

    /** What the squared norms may be at most, rounding considered. */
    Tensor bounds() {
        return squares.add(Tensors.scalar(numbers.size(1) * GhostNorms.LOST));
    }
}
