package io.aidc.serving;

/**
 * Names the element types that a {@link Tensor} can hold, which are those the Java API of ONNX Runtime can create.
 *
 * <p>A model that takes or gives another type (unsigned 16 to 64 bits, 8-bit floats, 4 and 2 bits, complex) is refused
 * when it is loaded. Immutable.
 */
public enum ElementType {
    /** IEEE 754 single precision. */
    FLOAT32(4),
    /** IEEE 754 double precision. */
    FLOAT64(8),
    /** Signed 8-bit integer. */
    INT8(1),
    /** Signed 16-bit integer. */
    INT16(2),
    /** Signed 32-bit integer. */
    INT32(4),
    /** Signed 64-bit integer. */
    INT64(8),
    /** Unsigned 8-bit integer, held in a Java {@code byte}. */
    UINT8(1),
    /** Truth value, one byte, 0 or 1. */
    BOOL(1),
    /** Text. */
    STRING(0),
    /** IEEE 754 half precision, held as its bit pattern in a Java {@code short}. */
    FLOAT16(2),
    /** The upper half of an IEEE 754 single, held as its bit pattern in a Java {@code short}. */
    BFLOAT16(2);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns the size of one element in memory.
     *
     * @return the size in bytes, 1 to 8; 0 for {@link #STRING}, whose elements differ in length
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Tells whether elements can be NaN or infinite.
     *
     * @return true for the four floating-point types
     */
    public boolean isFloatingPoint() {
        return this == FLOAT32 || this == FLOAT64 || this == FLOAT16 || this == BFLOAT16;
    }
}
