package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients of a matrix that each row passes at several positions, {@code sum over t of g_t a_t'}. The squared norm is the sum
 * over pairs of positions of {@code (a_t . a_s) (g_t . g_s)}: two Gram matrices instead of the gradient.
 *
 * @param input {@code [rows, positions, inputs]}
 * @param gradient of the output, {@code [rows, positions, outputs]}
 */
record GhostGram(Tensor input, Tensor gradient) implements GhostGradients {
    private static final double UNIT = 0x1p-24;

    /** What a number that is held costs, written once and read twice, in multiplications of a Gram matrix; measured. */
    private static final long HELD = 16;

    /** Up to how many numbers of an array's gradients are held to save time, 16 MB. */
    private static final long FEW = 1 << 22;

    /**
     * Whether two Gram matrices are smaller than the gradient (the mixed ghost norm of Bu et al. 2022), and, where the gradients
     * are few, whether they also cost less.
     */
    static boolean pays(long rows, long positions, long outputs, long inputs) {
        long squared = positions * positions;
        long gradient = outputs * inputs;
        boolean cheaper = squared * (outputs + inputs) <= HELD * gradient;
        return 2 * squared < gradient && (cheaper || rows * gradient > FEW);
    }

    @Override
    public GhostNorms norms() {
        return norms(input, gradient);
    }

    /*
     * Positions may cancel: then the norm is far below S = sum of |a_t| |g_t|, and the rounding of the Gram matrices, some
     * u sqrt(n) S^2 with n the length of the vectors (Higham and Mary 2019), is all that is left of it. That much is added to the
     * bound. The rounding of the product that sums the gradients is proportional to u S and so within the bound, too; a row
     * without cancellation is clipped some 2^-15 shorter than it need be.
     */
    static GhostNorms norms(Tensor input, Tensor gradient) {
        long positions = input.size(1);
        long inputs = input.size(2);
        long outputs = gradient.size(2);
        Tensor a = torch.bmm(input, input.transpose(1, 2));
        Tensor g = torch.bmm(gradient, gradient.transpose(1, 2));
        Tensor atInput = a.diagonal(0, 1, 2).to(torch.ScalarType.Double);
        Tensor atGradient = g.diagonal(0, 1, 2).to(torch.ScalarType.Double);
        Tensor squares =
                torch.clamp_min(a.mul_(g).sum(2).to(torch.ScalarType.Double).sum(1), Tensors.scalar(0));
        Tensor wholeInput = atInput.sum(1);
        Tensor sum = atInput.mul(atGradient).sqrt_().sum(1);
        Tensor rounding = sum.mul_(sum).mul_(Tensors.scalar(UNIT * Math.sqrt((double) inputs + outputs)));
        Tensor lost = wholeInput
                .mul(Tensors.scalar((double) outputs))
                .add_(atGradient.sum(1), Tensors.scalar((double) inputs))
                .add_(Tensors.scalar((double) positions))
                .mul_(Tensors.scalar(GhostNorms.LOST * positions));
        Tensor bounds = squares.add(rounding).add_(lost);
        return new GhostNorms(squares, bounds, torch.maximum(bounds, wholeInput));
    }

    @Override
    public void sumInto(Tensor target, boolean add, GhostFactors factors) {
        GhostOuter.sum(
                target,
                add,
                factors.times(gradient).flatten(0, 1),
                factors.counted(input).flatten(0, 1));
    }
}
