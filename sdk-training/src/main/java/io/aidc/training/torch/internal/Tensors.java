package io.aidc.training.torch.internal;

import io.aidc.training.engine.Device;
import io.aidc.training.network.Shape;
import io.aidc.training.torch.NativeThreads;
import io.aidc.training.torch.internal.environment.FreedMemory;
import io.aidc.training.torch.internal.environment.UnpackingLock;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Shows direct Java buffers to libtorch as tensors that share their memory. */
final class Tensors {
    private Tensors() {}

    /** Loads libtorch, once, after its threads and its memory are settled. */
    static void load() {
        Loaded.settle();
    }

    /** Class initialisation is the lock and runs once. */
    private static final class Loaded {
        static {
            NativeThreads.waitPassively();
            UnpackingLock.whileHeld(() -> {
                FreedMemory.keep();
                Loader.load(torch.class);
                Cuda.loadIfPresent();
            });
            // Where it does not know the processor it says so on standard error, again and again, and is not used
            // anyway.
            torch.globalContext().setUserEnabledNNPACK(false);
            NativeThreads.count();
        }

        static void settle() {}
    }

    /** Loads libtorch and sees that the device is there. */
    static void load(Device device) {
        load();
        if (device.kind() == Device.Kind.CUDA) {
            Cuda.require(device.index());
        }
    }

    static TensorOptions floats(Device device) {
        return options(torch.ScalarType.Float, device);
    }

    static TensorOptions options(torch.ScalarType type, Device device) {
        return new TensorOptions(type).device(new DeviceOptional(nativeOf(device)));
    }

    /** Shows the memory of a flat tensor as bytes. */
    static Tensor bytes(Tensor tensor) {
        return tensor.view(torch.ScalarType.Byte);
    }

    static org.bytedeco.pytorch.Device nativeOf(Device device) {
        return device.kind() == Device.Kind.CPU
                ? new org.bytedeco.pytorch.Device(torch.DeviceType.CPU)
                : new org.bytedeco.pytorch.Device(torch.DeviceType.CUDA, (byte) device.index());
    }

    /** The tensor itself if it is on the device, else a copy there. */
    static Tensor on(Device device, Tensor tensor) {
        return device.kind() == Device.Kind.CPU
                ? tensor
                : tensor.to(nativeOf(device), tensor.scalar_type().intern());
    }

    static long[] shape(int rows, Shape row) {
        long[] extents = new long[row.rank() + 1];
        extents[0] = rows;
        for (int i = 0; i < row.rank(); i++) {
            extents[i + 1] = row.extent(i);
        }
        return extents;
    }

    static long[] shape(Shape shape) {
        return shape.extents().stream().mapToLong(Integer::longValue).toArray();
    }

    /** Runs the body and then frees every native object it made and did not keep. */
    static <T> T scoped(Supplier<T> body) {
        var scope = new PointerScope();
        try {
            return body.get();
        } finally {
            scope.close();
        }
    }

    static void inScope(Runnable body) {
        var scope = new PointerScope();
        try {
            body.run();
        } finally {
            scope.close();
        }
    }

    /** Runs a pass that nothing will be worked back from. */
    static Tensor withoutGradient(Supplier<Tensor> pass) {
        var guard = new NoGradGuard();
        try {
            return pass.get();
        } finally {
            guard.close();
        }
    }

    /** A tensor over the buffer, from 0 to its limit; the caller keeps the buffer reachable as long as the tensor lives. */
    static Tensor over(FloatBuffer buffer, long... shape) {
        return torch.from_blob(new FloatPointer(direct(buffer)), shape);
    }

    static Tensor over(IntBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("buffer must be direct");
        }
        return torch.from_blob(
                new IntPointer(buffer.duplicate().rewind()),
                new long[] {buffer.limit()},
                new TensorOptions(torch.ScalarType.Int));
    }

    static Scalar scalar(double value) {
        return new Scalar(value);
    }

    static TensorOptional none() {
        return new TensorOptional();
    }

    private static FloatBuffer direct(FloatBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("buffer must be direct");
        }
        return buffer.duplicate().rewind();
    }
}
