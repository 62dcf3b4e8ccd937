package io.aidc.serving;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A typed array with a shape, row-major, without any library's type in its signature.
 *
 * <p>Arrays are copied on the way in and on the way out, except by {@link #wrapping}. An empty shape is a scalar. Two
 * tensors are equal when type, shape and bytes are: NaN equals the same NaN, and 0.0 differs from -0.0. {@link
 * #toString} shows type and shape and never the values, which may describe a person. Immutable.
 */
public final class Tensor {
    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);
    private static final String[] NO_TEXT = {};

    private final ElementType type;
    private final long[] shape;
    private final int elements;
    private final ByteBuffer bytes;
    private final String[] text;

    private Tensor(ElementType type, long[] shape, ByteBuffer bytes, String[] text) {
        this.type = type;
        this.shape = shape;
        this.bytes = bytes;
        this.text = text;
        this.elements = elements(shape);
        long have = type == ElementType.STRING ? text.length : bytes.remaining();
        long need = type == ElementType.STRING ? elements : Math.multiplyExact((long) elements, type.bytes());
        if (have != need) {
            throw new IllegalArgumentException("a %s tensor of shape %s needs %d %s, got %d"
                    .formatted(
                            type,
                            Arrays.toString(shape),
                            need,
                            type == ElementType.STRING ? "strings" : "bytes",
                            have));
        }
    }

    /**
     * Creates a {@link ElementType#FLOAT32} tensor.
     *
     * @param values row-major; copied
     * @param shape dimensions, each &ge; 0; none for a scalar
     * @return the tensor
     * @throws IllegalArgumentException if the shape is negative, has more than 2<sup>31</sup>-1 elements, or does not
     *     hold as many elements as there are values
     */
    public static Tensor of(float[] values, long... shape) {
        ByteBuffer bytes = allocate(values.length, 4);
        bytes.asFloatBuffer().put(values);
        return new Tensor(ElementType.FLOAT32, shape.clone(), bytes, NO_TEXT);
    }

    /**
     * Creates a {@link ElementType#FLOAT64} tensor.
     *
     * @param values row-major; copied
     * @param shape dimensions, each &ge; 0; none for a scalar
     * @return the tensor
     * @throws IllegalArgumentException as for {@link #of(float[], long...)}
     */
    public static Tensor of(double[] values, long... shape) {
        ByteBuffer bytes = allocate(values.length, 8);
        bytes.asDoubleBuffer().put(values);
        return new Tensor(ElementType.FLOAT64, shape.clone(), bytes, NO_TEXT);
    }

    /**
     * Creates an {@link ElementType#INT16} tensor.
     *
     * @param values row-major; copied
     * @param shape dimensions, each &ge; 0; none for a scalar
     * @return the tensor
     * @throws IllegalArgumentException as for {@link #of(float[], long...)}
     */
    public static Tensor of(short[] values, long... shape) {
        ByteBuffer bytes = allocate(values.length, 2);
        bytes.asShortBuffer().put(values);
        return new Tensor(ElementType.INT16, shape.clone(), bytes, NO_TEXT);
    }

    /**
     * Creates an {@link ElementType#INT32} tensor.
     *
     * @param values row-major; copied
     * @param shape dimensions, each &ge; 0; none for a scalar
     * @return the tensor
     * @throws IllegalArgumentException as for {@link #of(float[], long...)}
     */
    public static Tensor of(int[] values, long... shape) {
        ByteBuffer bytes = allocate(values.length, 4);
        bytes.asIntBuffer().put(values);
        return new Tensor(ElementType.INT32, shape.clone(), bytes, NO_TEXT);
    }

    /**
     * Creates an {@link ElementType#INT64} tensor.
     *
     * @param values row-major; copied
     * @param shape dimensions, each &ge; 0; none for a scalar
     * @return the tensor
     * @throws IllegalArgumentException as for {@link #of(float[], long...)}
     */
    public static Tensor of(long[] values, long... shape) {
        ByteBuffer bytes = allocate(values.length, 8);
        bytes.asLongBuffer().put(values);
        return new Tensor(ElementType.INT64, shape.clone(), bytes, NO_TEXT);
    }

    /**
     * Creates a {@link ElementType#BOOL} tensor.
     *
     * @param values row-major; copied
     * @param shape dimensions, each &ge; 0; none for a scalar
     * @return the tensor
     * @throws IllegalArgumentException as for {@link #of(float[], long...)}
     */
    public static Tensor of(boolean[] values, long... shape) {
        ByteBuffer bytes = allocate(values.length, 1);
        for (int i = 0; i < values.length; i++) {
            bytes.put(i, (byte) (values[i] ? 1 : 0));
        }
        return new Tensor(ElementType.BOOL, shape.clone(), bytes, NO_TEXT);
    }

    /**
     * Creates a {@link ElementType#STRING} tensor.
     *
     * @param values row-major, no null among them; copied
     * @param shape dimensions, each &ge; 0; none for a scalar
     * @return the tensor
     * @throws IllegalArgumentException as for {@link #of(float[], long...)}
     */
    public static Tensor of(String[] values, long... shape) {
        String[] copy = values.clone();
        for (int i = 0; i < copy.length; i++) {
            Objects.requireNonNull(copy[i], "values[" + i + "]");
        }
        return new Tensor(ElementType.STRING, shape.clone(), NO_BYTES, copy);
    }

    /**
     * Creates a tensor of any fixed-size type from its bytes, the only way to make {@code INT8}, {@code UINT8} and both
     * 16-bit floats.
     *
     * @param type any type but {@link ElementType#STRING}
     * @param bytes from position to limit, row-major, in native byte order whatever the buffer's own order says; copied
     * @param shape dimensions, each &ge; 0; none for a scalar
     * @return the tensor
     * @throws IllegalArgumentException as for {@link #of(float[], long...)}, or if the type is {@code STRING}
     */
    public static Tensor of(ElementType type, ByteBuffer bytes, long... shape) {
        ByteBuffer copy = allocate(bytes.remaining(), 1).put(bytes.duplicate()).flip();
        return new Tensor(fixedSize(type), shape.clone(), copy, NO_TEXT);
    }

    /**
     * Creates a tensor that shares the caller's bytes, for runtimes and others who just made them.
     *
     * <p>Whoever calls this promises not to change the bytes afterwards; a cache may keep the tensor for hours.
     *
     * @param type any type but {@link ElementType#STRING}
     * @param bytes from position to limit, row-major, in native byte order; heap or direct; not copied
     * @param shape dimensions, each &ge; 0; none for a scalar
     * @return the tensor
     * @throws IllegalArgumentException as for {@link #of(ElementType, ByteBuffer, long...)}
     */
    public static Tensor wrapping(ElementType type, ByteBuffer bytes, long... shape) {
        return new Tensor(fixedSize(type), shape.clone(), bytes.slice().order(ByteOrder.nativeOrder()), NO_TEXT);
    }

    /**
     * Returns the element type.
     *
     * @return the type
     */
    public ElementType type() {
        return type;
    }

    /**
     * Returns the dimensions.
     *
     * @return a copy; empty for a scalar
     */
    public long[] shape() {
        return shape.clone();
    }

    /**
     * Returns the number of dimensions.
     *
     * @return 0 for a scalar
     */
    public int rank() {
        return shape.length;
    }

    /**
     * Returns one dimension.
     *
     * @param axis counted from 0
     * @return its length
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public long dimension(int axis) {
        return shape[Objects.checkIndex(axis, shape.length)];
    }

    /**
     * Returns the number of elements.
     *
     * @return the product of the dimensions, 1 for a scalar
     */
    public int elements() {
        return elements;
    }

    /**
     * Returns the elements of a 32-bit or 16-bit float tensor; the latter are widened, which is exact.
     *
     * @return a new array, row-major
     * @throws IllegalStateException if the type is none of {@code FLOAT32}, {@code FLOAT16} and {@code BFLOAT16}
     */
    public float[] floats() {
        float[] values = new float[elements];
        switch (type) {
            case FLOAT32 ->
                bytes.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer().get(values);
            case FLOAT16 -> {
                for (int i = 0; i < elements; i++) {
                    values[i] = fromHalf(bytes.getShort(2 * i));
                }
            }
            case BFLOAT16 -> {
                for (int i = 0; i < elements; i++) {
                    values[i] = Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
                }
            }
            default -> throw not("floats", ElementType.FLOAT32);
        }
        return values;
    }

    /**
     * Returns the elements of a {@code FLOAT64} tensor.
     *
     * @return a new array, row-major
     * @throws IllegalStateException if the type is another one
     */
    public double[] doubles() {
        require("doubles", ElementType.FLOAT64);
        double[] values = new double[elements];
        bytes.duplicate().order(ByteOrder.nativeOrder()).asDoubleBuffer().get(values);
        return values;
    }

    /**
     * Returns the elements of an {@code INT16} tensor.
     *
     * @return a new array, row-major
     * @throws IllegalStateException if the type is another one
     */
    public short[] shorts() {
        require("shorts", ElementType.INT16);
        short[] values = new short[elements];
        bytes.duplicate().order(ByteOrder.nativeOrder()).asShortBuffer().get(values);
        return values;
    }

    /**
     * Returns the elements of an {@code INT32} tensor.
     *
     * @return a new array, row-major
     * @throws IllegalStateException if the type is another one
     */
    public int[] ints() {
        require("ints", ElementType.INT32);
        int[] values = new int[elements];
        bytes.duplicate().order(ByteOrder.nativeOrder()).asIntBuffer().get(values);
        return values;
    }

    /**
     * Returns the elements of an {@code INT64} tensor.
     *
     * @return a new array, row-major
     * @throws IllegalStateException if the type is another one
     */
    public long[] longs() {
        require("longs", ElementType.INT64);
        long[] values = new long[elements];
        bytes.duplicate().order(ByteOrder.nativeOrder()).asLongBuffer().get(values);
        return values;
    }

    /**
     * Returns the elements of a {@code BOOL} tensor.
     *
     * @return a new array, row-major
     * @throws IllegalStateException if the type is another one
     */
    public boolean[] booleans() {
        require("booleans", ElementType.BOOL);
        boolean[] values = new boolean[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = bytes.get(i) != 0;
        }
        return values;
    }

    /**
     * Returns the elements of a {@code STRING} tensor.
     *
     * @return a new array, row-major
     * @throws IllegalStateException if the type is another one
     */
    public String[] strings() {
        require("strings", ElementType.STRING);
        return text.clone();
    }

    /**
     * Returns the bytes of a tensor of any type but {@code STRING}, without copying them.
     *
     * @return a new read-only buffer from position 0, row-major, in native byte order
     * @throws IllegalStateException if the type is {@code STRING}
     */
    public ByteBuffer bytes() {
        if (type == ElementType.STRING) {
            throw new IllegalStateException("bytes() does not read a tensor of STRING, use strings()");
        }
        return bytes.asReadOnlyBuffer().order(ByteOrder.nativeOrder());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Tensor that
                && type == that.type
                && Arrays.equals(shape, that.shape)
                && bytes.equals(that.bytes)
                && Arrays.equals(text, that.text);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, Arrays.hashCode(shape), bytes, Arrays.hashCode(text));
    }

    /** Returns type and shape, such as {@code FLOAT32[1, 30]}, and none of the values. */
    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }

    private void require(String reader, ElementType wanted) {
        if (type != wanted) {
            throw not(reader, wanted);
        }
    }

    private IllegalStateException not(String reader, ElementType wanted) {
        return new IllegalStateException("%s() reads a tensor of %s, this one is %s".formatted(reader, wanted, this));
    }

    private static ElementType fixedSize(ElementType type) {
        if (type == ElementType.STRING) {
            throw new IllegalArgumentException("type must have a fixed size, got STRING: use of(String[], long...)");
        }
        return type;
    }

    private static ByteBuffer allocate(int elements, int size) {
        return ByteBuffer.allocate(Math.multiplyExact(elements, size)).order(ByteOrder.nativeOrder());
    }

    private static int elements(long[] shape) {
        long product = 1;
        try {
            for (long dimension : shape) {
                if (dimension < 0) {
                    throw new IllegalArgumentException("each dimension must be >= 0, got " + Arrays.toString(shape));
                }
                product = Math.multiplyExact(product, dimension);
            }
            return Math.toIntExact(product);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "a tensor holds at most %d elements, got shape %s"
                            .formatted(Integer.MAX_VALUE, Arrays.toString(shape)),
                    e);
        }
    }

    /** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
    private static float fromHalf(short half) {
        int exponent = half >>> 10 & 0x1f;
        int fraction = half & 0x3ff;
        float magnitude;
        if (exponent == 0) {
            magnitude = fraction * 0x1p-24f;
        } else if (exponent == 0x1f) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
            magnitude = Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
        }
        return half < 0 ? -magnitude : magnitude;
    }
}
