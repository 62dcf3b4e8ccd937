package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch's kernels that take a step of Adam in one pass over the numbers, in place of eight. There is no Java method for
 * them, so they are called by name.
 *
 * @param kernel {@code aten::_fused_adam_}, which adds the weight decay to the gradient, or {@code aten::_fused_adamw_},
 *     which shrinks the parameters by it
 * @param mean of the gradient
 * @param square mean of the gradient's square
 */
record FusedAdam(
        String kernel, Tensor mean, Tensor square, double beta1, double beta2, double weightDecay, double epsilon) {
    /** Moves the parameters; {@code step} counts from 1. */
    void move(Tensor parameters, Tensor gradient, double rate, long step) {
        Tensor count = torch.full_like(parameters.narrow(0, 0, 1), Tensors.scalar((double) step));
        var stack = new IValueVector();
        for (IValue argument : new IValue[] {
            list(parameters),
            list(gradient),
            list(mean),
            list(square),
            list(),
            list(count.squeeze()),
            new IValue(rate),
            new IValue(beta1),
            new IValue(beta2),
            new IValue(weightDecay),
            new IValue(epsilon),
            new IValue(false),
            new IValue(false),
            new IValue(),
            new IValue()
        }) {
            stack.push_back(argument);
        }
        torch.findOperatorFor(new OperatorName(kernel, "")).getOperation().apply(stack);
    }

    private static IValue list(Tensor... tensors) {
        var list = new GenericList(new Type.TypePtr((Type) TensorType.get()));
        for (Tensor tensor : tensors) {
            list.push_back(new IValue(tensor));
        }
        return new IValue(list);
    }
}
