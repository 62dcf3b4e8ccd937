package io.aidc.training.torch.internal;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch_cuda;
import org.jspecify.annotations.Nullable;

/** Says what is missing where a GPU is asked for. */
final class Cuda {
    private Cuda() {}

    /**
     * Loads what libtorch has for GPUs if this is its GPU build. libtorch asks once, when it is first used, whether that is
     * there.
     */
    static void loadIfPresent() {
        if ("-gpu".equals(System.getProperty("org.bytedeco.javacpp.platform.extension"))) {
            load();
        }
    }

    /** Loads what libtorch has for GPUs; gives why it could not. */
    private static @Nullable LinkageError load() {
        try {
            System.loadLibrary("torch_cuda");
            return null;
        } catch (LinkageError notOnThePath) {
            try {
                Loader.load(torch_cuda.class);
                return null;
            } catch (LinkageError e) {
                e.addSuppressed(notOnThePath);
                return e;
            }
        }
    }

    /** Sees that a GPU can be used. */
    static void require(int index) {
        LinkageError missing = load();
        if (missing != null || !torch.cuda_is_available()) {
            throw new IllegalStateException(
                    """
                    no CUDA device can be used: libtorch %s. It takes the Maven artifact org.bytedeco:pytorch with the classifier \
                    linux-x86_64-gpu beside org.bytedeco:cuda:13.3-9.25-1.5.14, -Dorg.bytedeco.javacpp.platform.extension=-gpu, an NVIDIA driver for CUDA 13, and \
                    libcudart.so.13, libcublas.so.13, libcudnn.so.9 and libnccl.so.2 on the library path""".formatted(torch.hasCUDA() ? "has CUDA but sees no device" : "was built without CUDA"));
        }
        if (index >= torch.cuda_device_count()) {
            throw new IllegalStateException(
                    "there is no device cuda:%d, the machine has %d".formatted(index, torch.cuda_device_count()));
        }
    }
}
