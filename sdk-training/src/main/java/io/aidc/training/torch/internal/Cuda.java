package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.global.torch;

/** Says what is missing where a GPU is asked for. */
final class Cuda {
    private Cuda() {}

    static boolean isPresent() {
        return torch.cuda_is_available();
    }

    /** Sees that a GPU can be used. */
    static void require(int index) {
        if (!isPresent()) {
            throw new IllegalStateException(
                    """
                    no CUDA device can be used: libtorch %s. It takes the Maven artifact org.bytedeco:pytorch with the classifier \
                    linux-x86_64-gpu and -Dorg.bytedeco.javacpp.platform.extension=-gpu, an NVIDIA driver for CUDA 13, and \
                    libcudart.so.13, libcublas.so.13, libcudnn.so.9 and libnccl.so.2 on the library path""".formatted(torch.hasCUDA() ? "has CUDA but sees no device" : "was built without CUDA"));
        }
        if (index >= torch.cuda_device_count()) {
            throw new IllegalStateException(
                    "there is no device cuda:%d, the machine has %d".formatted(index, torch.cuda_device_count()));
        }
    }
}
