package io.aidc.training.torch.internal;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Frees what a computation makes on its way, at once, so that the next finds its memory in the cache. */
final class GhostScope {
    private GhostScope() {}

    /** Keeps the result for the scope around. */
    static Tensor only(Supplier<Tensor> body) {
        return only(body, List::of);
    }

    /** Keeps the parts of the result for the scope around. */
    static <T> T only(Supplier<T> body, Function<T, List<? extends Pointer>> parts) {
        PointerScope around = PointerScope.getInnerScope();
        return Tensors.scoped(() -> {
            T result = body.get();
            parts.apply(result).forEach(around::attach);
            return result;
        });
    }
}
