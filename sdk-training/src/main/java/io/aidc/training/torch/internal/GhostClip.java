package io.aidc.training.torch.internal;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/*
 * Book-Keeping (Bu et al. 2023, arXiv 2210.00038): one backward pass gives the gradient g of the loss with respect to each
 * layer's output; gradients of parameters are never asked of autograd. With the layer's input a, row i's parameter gradients
 * follow, and their norms without the gradients themselves where that is cheaper (the mixed ghost norm of Bu et al. 2022, arXiv
 * 2205.10683): GhostOuter, GhostGram, GhostConvolution. Small ones are held: GhostRows, GhostTable.
 *
 * The squared norms of all arrays are added, c_i = min(1, clip / norm_i), and c_i weighs row i in one sum for each array.
 *
 * c is float32. Where the norm or |a| is beyond 2^110 clip, c g would be subnormal and too coarse to keep the bound, so such a
 * row is treated as one whose gradient is not finite. So is one of many numbers whose
 * squares leave float32.
 */
/** Clips the parameter gradient of each row and sums the clipped gradients. */
final class GhostClip {
    /** Keeps the rounding of norm and product, some 2^-20 relative, from exceeding the clip norm. */
    static final double GUARD = 1 - 0x1p-16;

    /** The largest row norm, and norm of a row's input to a layer, that is clipped, in clip norms. */
    static final double REACH = 0x1p110;

    private static final double LEAST_SQUARED_NORM = 1e-30;

    private final List<GhostGradients> arrays = new ArrayList<>();
    private final GhostNorms norms;

    private final GhostWorkspace workspace;

    /** Works back from a loss that is the sum over rows, never the mean. */
    GhostClip(Taps taps, Tensor loss, GhostWorkspace workspace) {
        this.workspace = workspace;
        workspace.begin(loss);
        TensorVector gradients = torch.grad(new TensorVector(loss), taps.outputs());
        var rules = new GhostRules(workspace);
        for (int i = 0; i < taps.list().size(); i++) {
            arrays.addAll(rules.of(taps.list().get(i), gradients.get(i)));
        }
        norms = arrays.stream()
                .map(array -> GhostNorms.only(array::norms))
                .reduce(GhostNorms::and)
                .orElseThrow();
    }

    /** The L2 norm of each row's gradient over all parameters, {@code [rows]}, float64. */
    Tensor norms() {
        return norms.squares().sqrt();
    }

    /** Writes the sum of clipped gradients of each array, in order. */
    void sumInto(List<Tensor> targets, double clipNorm, boolean add) {
        GhostFactors factors = factors(clipNorm);
        for (int i = 0; i < arrays.size(); i++) {
            GhostGradients array = arrays.get(i);
            Tensor target = targets.get(i);
            Tensors.inScope(() -> array.sumInto(target, add, factors));
        }
    }

    private GhostFactors factors(double clipNorm) {
        double reach = clipNorm * REACH;
        Tensor within = norms.widest().le(Tensors.scalar(Math.min(reach * reach, Double.MAX_VALUE)));
        Tensor bound = torch.clamp_min(norms.bounds(), Tensors.scalar(LEAST_SQUARED_NORM))
                .sqrt_();
        Tensor factors = torch.clamp_max(bound.reciprocal_().mul_(Tensors.scalar(clipNorm * GUARD)), Tensors.scalar(1))
                .to(torch.ScalarType.Float);
        return within.all().item_bool()
                ? new GhostFactors(factors, null, workspace)
                : new GhostFactors(torch.where(within, factors, torch.zeros_like(factors)), within, workspace);
    }
}
