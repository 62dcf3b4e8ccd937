package io.aidc.training.engine;

/**
 * Names where a model computes.
 *
 * <p>A CUDA device needs the GPU build of libtorch: {@code org.bytedeco:pytorch} with the classifier {@code
 * linux-x86_64-gpu}, CUDA 13 and cuDNN 9. Whether it is there is found out when a run begins.
 *
 * <p>Immutable.
 *
 * @param kind the kind of device
 * @param index which one of its kind, from 0; 0 for the processor
 */
public record Device(Kind kind, int index) {
    /** Names a kind of device. */
    public enum Kind {
        /** The processor's cores. */
        CPU,
        /** A GPU of NVIDIA. */
        CUDA
    }

    /** The processor. */
    public static final Device CPU = new Device(Kind.CPU, 0);

    /** Checks the index. */
    public Device {
        if (index < 0 || index > 127 || (kind == Kind.CPU && index != 0)) {
            throw new IllegalArgumentException("no %s device has index %d".formatted(kind, index));
        }
    }

    /**
     * Names a GPU.
     *
     * @param index which one, in [0, 127]
     * @return the device
     * @throws IllegalArgumentException if the index is out of range
     */
    public static Device cuda(int index) {
        return new Device(Kind.CUDA, index);
    }

    @Override
    public String toString() {
        return kind == Kind.CPU ? "cpu" : "cuda:" + index;
    }
}
