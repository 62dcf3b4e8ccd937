package io.aidc.training.data;

import io.aidc.training.data.internal.Half;
import java.nio.ByteBuffer;

/** Names what the elements of an array are. Integers are two's complement, floating-point numbers IEEE 754. */
public enum ElementType {
    /** One byte, 0 for false. */
    BOOL(1),
    /** Signed, 8 bits. */
    INT8(1),
    /** Signed, 16 bits. */
    INT16(2),
    /** Signed, 32 bits. */
    INT32(4),
    /** Signed, 64 bits. */
    INT64(8),
    /** Unsigned, 8 bits. */
    UINT8(1),
    /** Unsigned, 16 bits. */
    UINT16(2),
    /** Unsigned, 32 bits. */
    UINT32(4),
    /** Unsigned, 64 bits. */
    UINT64(8),
    /** Floating point, 16 bits. */
    FLOAT16(2),
    /** Floating point, 32 bits. */
    FLOAT32(4),
    /** Floating point, 64 bits. */
    FLOAT64(8);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Gives the size of an element.
     *
     * @return the number of bytes: 1, 2, 4 or 8
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Says whether the elements are whole numbers.
     *
     * @return false for the three floating-point types
     */
    public boolean integral() {
        return compareTo(FLOAT16) < 0;
    }

    /** The element at a byte offset; the nearest float64 where 64 bits do not fit. */
    double number(ByteBuffer data, int at) {
        return switch (this) {
            case FLOAT16 -> Half.toFloat(data.getShort(at));
            case FLOAT32 -> data.getFloat(at);
            case FLOAT64 -> data.getDouble(at);
            case UINT64 -> {
                long value = data.getLong(at);
                // Halved with the lowest bit kept, so that the one rounding there is goes the right way.
                yield value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
            }
            default -> integer(data, at);
        };
    }

    /** The element at a byte offset as 64 bits; only of integral types. */
    long integer(ByteBuffer data, int at) {
        return switch (this) {
            case BOOL -> data.get(at) == 0 ? 0 : 1;
            case INT8 -> data.get(at);
            case INT16 -> data.getShort(at);
            case INT32 -> data.getInt(at);
            case INT64, UINT64 -> data.getLong(at);
            case UINT8 -> Byte.toUnsignedInt(data.get(at));
            case UINT16 -> Short.toUnsignedInt(data.getShort(at));
            case UINT32 -> Integer.toUnsignedLong(data.getInt(at));
            case FLOAT16, FLOAT32, FLOAT64 -> throw new IllegalStateException(this + " is not integral");
        };
    }
}
