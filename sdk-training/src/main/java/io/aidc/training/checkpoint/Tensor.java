package io.aidc.training.checkpoint;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Holds an array of numbers with its type and shape, row by row: up to 2<sup>31</sup> - 1 numbers.
 *
 * <p>Two are equal if type, shape and all bits are.
 *
 * <p>Immutable, except one made by {@link #view}, which shows what its buffer holds.
 */
public final class Tensor {
    /** The largest number of dimensions. */
    public static final int MAX_RANK = 64;

    private final TensorType type;
    private final List<Long> shape;
    private final Buffer data;
    private final boolean shared;

    Tensor(TensorType type, List<Long> shape, Buffer data, boolean shared) {
        this.type = type;
        this.shape = List.copyOf(shape);
        this.data = data;
        this.shared = shared;
        long size = size(shape);
        if (size != data.limit()) {
            throw new IllegalArgumentException(
                    "shape %s takes %d numbers, got %d".formatted(shape, size, data.limit()));
        }
    }

    /**
     * Makes an array of float32.
     *
     * @param values the numbers, row by row; copied
     * @param shape the extents, outermost first, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape takes another count of numbers
     */
    public static Tensor of(float[] values, long... shape) {
        return new Tensor(TensorType.F32, list(shape), FloatBuffer.wrap(values.clone()), false);
    }

    /**
     * Makes an array of float64.
     *
     * @param values the numbers, row by row; copied
     * @param shape the extents, outermost first, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape takes another count of numbers
     */
    public static Tensor of(double[] values, long... shape) {
        return new Tensor(TensorType.F64, list(shape), DoubleBuffer.wrap(values.clone()), false);
    }

    /**
     * Makes an array of 64-bit integers.
     *
     * @param values the numbers, row by row; copied
     * @param shape the extents, outermost first, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape takes another count of numbers
     */
    public static Tensor of(long[] values, long... shape) {
        return new Tensor(TensorType.I64, list(shape), LongBuffer.wrap(values.clone()), false);
    }

    /**
     * Makes an array of 32-bit integers.
     *
     * @param values the numbers, row by row; copied
     * @param shape the extents, outermost first, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape takes another count of numbers
     */
    public static Tensor of(int[] values, long... shape) {
        return new Tensor(TensorType.I32, list(shape), IntBuffer.wrap(values.clone()), false);
    }

    /**
     * Makes an array of any type from its stored form.
     *
     * @param type how the numbers are stored
     * @param littleEndian the stored numbers, row by row; copied
     * @param shape the extents, outermost first, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape takes another count of bytes
     */
    public static Tensor of(TensorType type, byte[] littleEndian, long... shape) {
        List<Long> extents = list(shape);
        long bytes = Math.multiplyExact(size(extents), type.bytes());
        if (bytes != littleEndian.length) {
            throw new IllegalArgumentException(
                    "shape %s of %s takes %d bytes, got %d".formatted(extents, type, bytes, littleEndian.length));
        }
        return new Tensor(type, extents, Elements.view(type, ByteBuffer.wrap(littleEndian.clone())), false);
    }

    /**
     * Shows a buffer as an array of float32, without a copy. The numbers must not change while the array is in use.
     *
     * @param values the numbers from the buffer's position to its limit, row by row; of any byte order
     * @param shape the extents, outermost first, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape takes another count of numbers
     */
    public static Tensor view(FloatBuffer values, long... shape) {
        return new Tensor(TensorType.F32, list(shape), values.slice().asReadOnlyBuffer(), true);
    }

    private static List<Long> list(long... shape) {
        return Arrays.stream(shape).boxed().toList();
    }

    private static long size(List<Long> shape) {
        if (shape.size() > MAX_RANK) {
            throw new IllegalArgumentException(
                    "a shape has at most %d extents, got %d".formatted(MAX_RANK, shape.size()));
        }
        long size = 1;
        for (long extent : shape) {
            if (extent < 0 || (extent > 0 && size > Integer.MAX_VALUE / extent)) {
                throw new IllegalArgumentException("extents must be >= 0 and their product at most %d, got %s"
                        .formatted(Integer.MAX_VALUE, shape));
            }
            size *= extent;
        }
        return size;
    }

    /**
     * Gives how the numbers are stored.
     *
     * @return the type
     */
    public TensorType type() {
        return type;
    }

    /**
     * Gives the extents, outermost first.
     *
     * @return one for each dimension; empty for a single number
     */
    public List<Long> shape() {
        return shape;
    }

    /**
     * Counts the numbers.
     *
     * @return the product of the extents
     */
    public int size() {
        return data.limit();
    }

    /**
     * Gives the numbers as float32: exact for F16, BF16 and F32, rounded to nearest for F64.
     *
     * @return a copy, row by row
     * @throws IllegalStateException if the numbers are integers
     */
    public float[] floats() {
        float[] values = new float[size()];
        copyTo(FloatBuffer.wrap(values));
        return values;
    }

    /**
     * Puts the numbers into a buffer as {@link #floats} would give them, and moves its position behind them.
     *
     * @param into has room for {@link #size} numbers
     * @throws IllegalArgumentException if it has less
     * @throws IllegalStateException if the numbers are integers
     */
    public void copyTo(FloatBuffer into) {
        if (into.remaining() < size()) {
            throw new IllegalArgumentException(
                    "the buffer must have room for %d numbers, got %d".formatted(size(), into.remaining()));
        }
        if (type == TensorType.F32) {
            into.put(((FloatBuffer) data).duplicate());
            return;
        }
        for (int i = 0; i < size(); i++) {
            into.put((float) floating(i));
        }
    }

    /**
     * Gives the numbers as float64, exactly.
     *
     * @return a copy, row by row
     * @throws IllegalStateException if the numbers are integers
     */
    public double[] doubles() {
        double[] values = new double[size()];
        Arrays.setAll(values, this::floating);
        return values;
    }

    private double floating(int index) {
        return switch (type) {
            case F16 -> HalfPrecision.fromF16(((ShortBuffer) data).get(index));
            case BF16 -> HalfPrecision.fromBf16(((ShortBuffer) data).get(index));
            case F32 -> ((FloatBuffer) data).get(index);
            case F64 -> ((DoubleBuffer) data).get(index);
            default -> throw new IllegalStateException("numbers of type %s are read with longs()".formatted(type));
        };
    }

    /**
     * Gives integers.
     *
     * @return a copy, row by row; booleans as 0 and 1
     * @throws IllegalStateException if the numbers are floating-point
     */
    public long[] longs() {
        long[] values = new long[size()];
        Arrays.setAll(values, this::integer);
        return values;
    }

    private long integer(int index) {
        return switch (type) {
            case I64 -> ((LongBuffer) data).get(index);
            case I32 -> ((IntBuffer) data).get(index);
            case I16 -> ((ShortBuffer) data).get(index);
            case I8 -> ((ByteBuffer) data).get(index);
            case U8, BOOL -> ((ByteBuffer) data).get(index) & 0xff;
            default -> throw new IllegalStateException("numbers of type %s are read with floats()".formatted(type));
        };
    }

    /**
     * Gives the stored form.
     *
     * @return a copy, little-endian, row by row
     * @throws IllegalStateException if that takes more than 2<sup>31</sup> - 9 bytes
     */
    public byte[] bytes() {
        long length = (long) size() * type.bytes();
        if (length > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("%d bytes do not fit into an array".formatted(length));
        }
        byte[] bytes = new byte[(int) length];
        Elements.encode(type, data, 0, bytes);
        return bytes;
    }

    /**
     * Converts floating-point numbers to another floating type, rounded to nearest, ties to even. What is too large for F16
     * becomes infinite.
     *
     * @param target F16, BF16, F32 or F64
     * @return the converted array; this one if it has the type
     * @throws IllegalArgumentException if the target is not floating-point
     * @throws IllegalStateException if the numbers are integers
     */
    public Tensor as(TensorType target) {
        if (!target.isFloating()) {
            throw new IllegalArgumentException("target must be F16, BF16, F32 or F64, got " + target);
        }
        if (target == type) {
            return this;
        }
        Buffer converted = Elements.allocate(target, size());
        for (int i = 0; i < size(); i++) {
            double value = floating(i);
            switch (target) {
                case F16 -> ((ShortBuffer) converted).put(i, HalfPrecision.toF16(narrowed(value)));
                case BF16 -> ((ShortBuffer) converted).put(i, HalfPrecision.toBf16(narrowed(value)));
                case F32 -> ((FloatBuffer) converted).put(i, (float) value);
                default -> ((DoubleBuffer) converted).put(i, value);
            }
        }
        return new Tensor(target, shape, converted, false);
    }

    /** Rounds to odd, so that a second rounding to fewer bits gives what one rounding would. */
    private static float narrowed(double value) {
        float nearest = (float) value;
        if (nearest == value || Double.isNaN(value) || (Float.floatToRawIntBits(nearest) & 1) == 1) {
            return nearest;
        }
        return nearest < value ? Math.nextUp(nearest) : Math.nextDown(nearest);
    }

    /** Gives an array that no later change of a buffer shows in. */
    Tensor detached() {
        if (!shared) {
            return this;
        }
        Buffer copy = Elements.allocate(type, size());
        Elements.copy(data, 0, copy, 0, size());
        return new Tensor(type, shape, copy, false);
    }

    Buffer data() {
        return data;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that && type == that.type && shape.equals(that.shape) && sameBits(that);
    }

    private boolean sameBits(Tensor that) {
        long length = (long) size() * type.bytes();
        byte[] mine = Elements.chunk(length);
        byte[] theirs = Elements.chunk(length);
        for (int done = 0; done < size(); ) {
            int bytes = Elements.encode(type, data, done, mine);
            Elements.encode(type, that.data, done, theirs);
            if (!Arrays.equals(mine, 0, bytes, theirs, 0, bytes)) {
                return false;
            }
            done += bytes / type.bytes();
        }
        return true;
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, shape);
    }

    @Override
    public String toString() {
        return type + shape.toString();
    }
}
