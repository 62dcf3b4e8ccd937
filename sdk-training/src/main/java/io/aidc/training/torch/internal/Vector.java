package io.aidc.training.torch.internal;

import io.aidc.training.engine.Device;
import io.aidc.training.internal.FlatBuffers;
import java.nio.FloatBuffer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Flat float32 numbers on a device. On the processor their memory is a direct Java buffer, which Java and libtorch both see.
 *
 * <p>Confined: one thread at a time.
 */
public final class Vector implements AutoCloseable {
    private final Device device;
    private final @Nullable FloatBuffer buffer;
    private final Kept kept = new Kept();
    private final Tensor tensor;

    private Vector(Device device, @Nullable FloatBuffer buffer, Tensor tensor) {
        this.device = device;
        this.buffer = buffer;
        this.tensor = kept.keep(tensor);
    }

    /** Makes numbers that are 0. */
    public static Vector zeros(int length, Device device) {
        Tensors.load(device);
        return Tensors.scoped(() -> {
            if (device.kind() == Device.Kind.CPU) {
                FloatBuffer buffer = FlatBuffers.floats(length);
                return new Vector(device, buffer, Tensors.over(buffer, length));
            }
            return new Vector(device, null, torch.zeros(new long[] {length}, Tensors.floats(device)));
        });
    }

    /** Makes a copy of numbers. */
    public static Vector of(float[] values, Device device) {
        Vector made = zeros(values.length, device);
        made.set(0, values);
        return made;
    }

    /** Shows numbers in a direct buffer of native byte order, from 0 to its limit. */
    public static Vector over(FloatBuffer buffer) {
        return Tensors.scoped(() -> new Vector(Device.CPU, buffer, Tensors.over(buffer, buffer.limit())));
    }

    /** Shows a part of these numbers, which it shares. */
    public Vector slice(int from, int length) {
        return Tensors.scoped(() ->
                new Vector(device, buffer == null ? null : buffer.slice(from, length), tensor.narrow(0, from, length)));
    }

    /** One number. */
    public float get(int index) {
        return toArray(index, 1)[0];
    }

    public int length() {
        return (int) tensor.numel();
    }

    public Device device() {
        return device;
    }

    /** The memory itself, for engines that compute on the processor. */
    public FloatBuffer buffer() {
        if (buffer == null) {
            throw new IllegalStateException("the numbers are on " + device);
        }
        return buffer;
    }

    public float[] toArray() {
        return toArray(0, length());
    }

    public float[] toArray(int from, int length) {
        float[] values = new float[length];
        copyTo(values, from);
        return values;
    }

    /** Copies as many numbers as the array holds. */
    public void copyTo(float[] values, int from) {
        if (buffer != null) {
            buffer.get(from, values);
        } else if (values.length > 0) {
            Tensors.inScope(() ->
                    tensor.narrow(0, from, values.length).cpu().data_ptr_float().get(values));
        }
    }

    public void set(int from, float... values) {
        if (buffer != null) {
            buffer.put(from, values);
        } else if (values.length > 0) {
            FloatBuffer copy = FlatBuffers.floats(values);
            Tensors.inScope(() -> tensor.narrow(0, from, values.length).copy_(Tensors.over(copy, values.length)));
        }
    }

    public void copyFrom(Vector other) {
        Tensors.inScope(() -> tensor.copy_(other.tensor));
    }

    public void fill(double value) {
        Tensors.inScope(() -> tensor.fill_(Tensors.scalar(value)));
    }

    public void scale(double factor) {
        Tensors.inScope(() -> tensor.mul_(Tensors.scalar(factor)));
    }

    /** Adds {@code factor * other}. */
    public void add(Vector other, double factor) {
        Tensors.inScope(() -> tensor.add_(other.tensor, Tensors.scalar(factor)));
    }

    /** Adds {@code factor} in the direction of the sign of each number of {@code other}. */
    public void addSign(Vector other, double factor) {
        Tensors.inScope(() -> tensor.add_(other.tensor.sign(), Tensors.scalar(factor)));
    }

    /** Multiplies number by number. */
    public void multiply(Vector other) {
        Tensors.inScope(() -> tensor.mul_(other.tensor));
    }

    /** Gives 1 for each number that is not 0 and 0 for each that is. */
    public Vector whereNotZero() {
        Vector mask = zeros(length(), device);
        Tensors.inScope(() -> mask.tensor.copy_(tensor.ne(Tensors.scalar(0))));
        return mask;
    }

    /** Moves towards other numbers by a share of the difference. */
    public void approach(Vector other, double share) {
        Tensors.inScope(() -> tensor.lerp_(other.tensor, Tensors.scalar(share)));
    }

    public double norm() {
        return Tensors.scoped(() -> tensor.norm().item_double());
    }

    /** The index of the first number that is not finite; -1 if all are. */
    public int firstNotFinite() {
        return Tensors.scoped(() -> {
            // A sum that is finite has only finite terms; one that is not may have overflowed.
            if (Double.isFinite(tensor.sum().item_double())
                    || tensor.isfinite().all().item_bool()) {
                return -1;
            }
            Tensor bad = tensor.isfinite().logical_not().to(torch.ScalarType.Float);
            return (int) bad.argmax().item_long();
        });
    }

    Tensor tensor() {
        return tensor;
    }

    /** Frees the numbers, unless a slice still shows them. */
    @Override
    public void close() {
        kept.close();
    }
}
