package io.aidc.training.torch.internal;

import io.aidc.training.torch.internal.environment.ProcessEnvironment;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch's setting to refuse what may give other bits when it is done again.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/notes/randomness.html">PyTorch: Reproducibility</a>
 */
final class Determinism {
    private Determinism() {}

    /** Switches it on for the process. */
    static synchronized void require() {
        // cuBLAS reads it when its first handle is made, and libtorch refuses its products without it.
        ProcessEnvironment.putIfAbsent("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
        Context context = torch.globalContext();
        context.setDeterministicAlgorithms(true, false);
        context.setDeterministicCuDNN(true);
        context.setDeterministicMkldnn(true);
        context.setBenchmarkCuDNN(false);
        context.setDeterministicFillUninitializedMemory(false);
    }
}
