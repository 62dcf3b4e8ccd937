package io.aidc.training.data;

import io.aidc.training.Dataset;
import io.aidc.training.FlatRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds an array of numbers of any rank as NumPy and IDX files do: an element type, a shape, and the elements with the
 * last index running fastest. At most 2 GiB.
 *
 * {@snippet class="io.aidc.training.data.DataSnippetsTest" region="npy"}
 *
 * <p>Immutable.
 */
public final class NumberArray {
    /** Far beyond any use; a label such as an account number would otherwise make as many class names. */
    private static final int MOST_CLASSES = 1_000_000;

    private final ElementType type;
    private final int[] shape;
    private final byte[] data;

    /** Takes over elements in little-endian order; their number is checked. */
    NumberArray(ElementType type, int[] shape, byte[] data) {
        this.type = type;
        this.shape = shape;
        this.data = data;
        if (data.length != (long) type.bytes() * count(shape)) {
            throw new IllegalArgumentException("%d bytes are not %d elements of %s of shape %s"
                    .formatted(data.length, count(shape), type, Arrays.toString(shape)));
        }
    }

    /**
     * Makes an array of float32.
     *
     * @param elements the elements, last index fastest; copied
     * @param shape the lengths, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape has another number of elements
     */
    public static NumberArray of(float[] elements, int... shape) {
        byte[] data = new byte[Math.multiplyExact(elements.length, Float.BYTES)];
        littleEndian(data).asFloatBuffer().put(elements);
        return of(ElementType.FLOAT32, data, elements.length, shape);
    }

    /**
     * Makes an array of float64.
     *
     * @param elements the elements, last index fastest; copied
     * @param shape the lengths, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape has another number of elements
     */
    public static NumberArray of(double[] elements, int... shape) {
        byte[] data = new byte[Math.multiplyExact(elements.length, Double.BYTES)];
        littleEndian(data).asDoubleBuffer().put(elements);
        return of(ElementType.FLOAT64, data, elements.length, shape);
    }

    /**
     * Makes an array of int32.
     *
     * @param elements the elements, last index fastest; copied
     * @param shape the lengths, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape has another number of elements
     */
    public static NumberArray of(int[] elements, int... shape) {
        byte[] data = new byte[Math.multiplyExact(elements.length, Integer.BYTES)];
        littleEndian(data).asIntBuffer().put(elements);
        return of(ElementType.INT32, data, elements.length, shape);
    }

    /**
     * Makes an array of int64.
     *
     * @param elements the elements, last index fastest; copied
     * @param shape the lengths, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape has another number of elements
     */
    public static NumberArray of(long[] elements, int... shape) {
        byte[] data = new byte[Math.multiplyExact(elements.length, Long.BYTES)];
        littleEndian(data).asLongBuffer().put(elements);
        return of(ElementType.INT64, data, elements.length, shape);
    }

    /**
     * Makes an array from the bytes of its elements.
     *
     * @param type what the elements are
     * @param littleEndian the elements in little-endian order, last index fastest; copied
     * @param shape the lengths, each ≥ 0; none for a single number
     * @return the array
     * @throws IllegalArgumentException if the shape has another number of elements
     */
    public static NumberArray of(ElementType type, byte[] littleEndian, int... shape) {
        Objects.requireNonNull(type, "type");
        return new NumberArray(type, shape.clone(), littleEndian.clone());
    }

    private static NumberArray of(ElementType type, byte[] data, int elements, int[] shape) {
        int[] checked = shape.clone();
        if (count(checked) != elements) {
            throw new IllegalArgumentException(
                    "shape %s has %d elements, got %d".formatted(Arrays.toString(shape), count(checked), elements));
        }
        return new NumberArray(type, checked, data);
    }

    private static ByteBuffer littleEndian(byte[] data) {
        return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many elements a shape has; negative lengths and more than an int holds are refused. */
    static int count(int[] shape) {
        long count = 1;
        for (int length : shape) {
            if (length < 0) {
                throw new IllegalArgumentException("a length of a shape must be >= 0, got " + Arrays.toString(shape));
            }
            count = count * length;
            if (count > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "shape %s has more than %d elements".formatted(Arrays.toString(shape), Integer.MAX_VALUE));
            }
        }
        return (int) count;
    }

    /**
     * Says what the elements are.
     *
     * @return their type
     */
    public ElementType type() {
        return type;
    }

    /**
     * Gives the shape.
     *
     * @return the lengths, a copy; empty for a single number
     */
    public int[] shape() {
        return shape.clone();
    }

    /**
     * Counts the elements.
     *
     * @return the product of the lengths; 1 for a single number
     */
    public int size() {
        return data.length / type.bytes();
    }

    /**
     * Gives the elements as float32.
     *
     * @return the nearest float32 of each, infinite where it is too large
     */
    public float[] floats() {
        float[] floats = new float[size()];
        ByteBuffer elements = bytes();
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) type.number(elements, i * type.bytes());
        }
        return floats;
    }

    /**
     * Gives the elements as float64.
     *
     * @return the nearest float64 of each; inexact only for 64-bit integers beyond 2<sup>53</sup>
     */
    public double[] doubles() {
        double[] doubles = new double[size()];
        ByteBuffer elements = bytes();
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = type.number(elements, i * type.bytes());
        }
        return doubles;
    }

    /**
     * Gives the elements as integers.
     *
     * @return each exactly; true is 1
     * @throws IllegalStateException if the type is a floating-point one
     * @throws ArithmeticException if an unsigned element is 2<sup>63</sup> or more
     */
    public long[] longs() {
        long[] longs = new long[size()];
        ByteBuffer elements = bytes();
        for (int i = 0; i < longs.length; i++) {
            longs[i] = type.integer(elements, i * type.bytes());
            if (type == ElementType.UINT64 && longs[i] < 0) {
                throw new ArithmeticException("element %d is 2^63 or more".formatted(i));
            }
        }
        return longs;
    }

    /** The elements in little-endian order, read only. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(data).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Makes a data set that tells classes apart, this array being the features.
     *
     * @param labels the class of each row, integers from 0, shape {@code [rows]} or {@code [rows, 1]}
     * @return the data, of as many classes as the largest label demands but at least two; a row is whatever lies
     *     behind the first index
     * @throws IllegalArgumentException if this array is a single number or has no row, an element is not finite as
     *     float32, or the labels are not integers from 0, one for each row
     */
    public Dataset classification(NumberArray labels) {
        requireRows("labels", labels, 1);
        if (!labels.type.integral()) {
            throw new IllegalArgumentException("labels must be integers, got " + labels.type);
        }
        long[] wide = labels.longs();
        int[] narrow = new int[wide.length];
        int largest = 1;
        for (int i = 0; i < wide.length; i++) {
            if (wide[i] < 0 || wide[i] > MOST_CLASSES) {
                throw new IllegalArgumentException("label of row %d must be in [0, %d]".formatted(i, MOST_CLASSES));
            }
            narrow[i] = (int) wide[i];
            largest = Math.max(largest, narrow[i]);
        }
        return rows().classification(narrow, largest + 1);
    }

    /**
     * Makes a data set that predicts numbers, this array being the features.
     *
     * @param targets the numbers to predict, shape {@code [rows]} or {@code [rows, outputs]}
     * @return the data; a row is whatever lies behind the first index
     * @throws IllegalArgumentException if this array is a single number or has no row, an element is not finite as
     *     float32, or there are not targets for each row
     */
    public Dataset regression(NumberArray targets) {
        int outputs = targets.width();
        requireRows("targets", targets, outputs);
        return rows().regression(targets.floats(), outputs);
    }

    private FlatRows rows() {
        return Dataset.ofRows(floats(), width());
    }

    /** The elements behind one value of the first index. */
    private int width() {
        if (shape.length == 0) {
            throw new IllegalArgumentException("a single number has no rows");
        }
        return count(Arrays.copyOfRange(shape, 1, shape.length));
    }

    private void requireRows(String name, NumberArray other, int width) {
        if (shape.length == 0 || other.shape.length == 0 || other.shape[0] != shape[0] || other.width() != width) {
            throw new IllegalArgumentException("%s of shape %s are not one for each row of features of shape %s"
                    .formatted(name, Arrays.toString(other.shape), Arrays.toString(shape)));
        }
    }

    /**
     * Compares type, shape and every bit.
     *
     * @param other what to compare with
     * @return whether it is an array of the same type, shape and bits
     */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NumberArray array
                && type == array.type
                && Arrays.equals(shape, array.shape)
                && Arrays.equals(data, array.data);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
    }

    /**
     * Tells type and shape; no elements.
     *
     * @return such as {@code FLOAT32[60000, 28, 28]}
     */
    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }
}
