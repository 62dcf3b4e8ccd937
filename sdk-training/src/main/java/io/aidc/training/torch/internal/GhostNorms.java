package io.aidc.training.torch.internal;

import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
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

    private static final long BLOCK = 256;

    /** Up to how many numbers are copied to float64, 2 MB, since that is faster than blocks. */
    private static final long FEW = 1 << 18;

    /** Norms of gradients that lie side by side. */
    GhostNorms and(GhostNorms others) {
        return new GhostNorms(
                squares.add(others.squares), bounds.add(others.bounds), torch.maximum(widest, others.widest));
    }

    /** Keeps nothing else of a computation. */
    static GhostNorms only(Supplier<GhostNorms> body) {
        return GhostScope.only(body, norms -> List.of(norms.squares, norms.bounds, norms.widest));
    }

    /** Squared L2 norm of all numbers of each row, {@code [rows]} in float64; of many numbers, infinite beyond float32. */
    static Tensor squares(Tensor rows) {
        Tensor flat = rows.dim() == 2 ? rows : rows.flatten(1, -1);
        if (flat.numel() <= FEW) {
            Tensor norms = norms(flat, new ScalarTypeOptional(torch.ScalarType.Double));
            return norms.mul_(norms);
        }
        long numbers = flat.size(1);
        long blocks = numbers / BLOCK;
        long rest = numbers - blocks * BLOCK;
        Tensor tail = ofBlocks(flat.narrow(1, numbers - rest, rest));
        return blocks == 0
                ? tail
                : tail.add_(ofBlocks(flat.narrow(1, 0, blocks * BLOCK).unflatten(1, blocks, BLOCK))
                        .sum(1));
    }

    /** float32 along the last axis, so short that rounding in the same direction does not add up. */
    private static Tensor ofBlocks(Tensor blocks) {
        Tensor norms = norms(blocks, new ScalarTypeOptional()).to(torch.ScalarType.Double);
        return norms.mul_(norms);
    }

    private static Tensor norms(Tensor rows, ScalarTypeOptional precision) {
        return torch.linalg_vector_norm(rows, new Scalar(2.0), new long[] {-1}, false, precision);
    }
}
