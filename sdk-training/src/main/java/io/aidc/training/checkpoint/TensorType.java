package io.aidc.training.checkpoint;

import java.util.Optional;

/**
 * Names how a number is stored in a safetensors file. The order is that of the reference implementation, which writes the
 * arrays of a later type before those of an earlier one, so that each lies at a multiple of its width.
 *
 * @see <a href="https://github.com/huggingface/safetensors">safetensors</a>
 */
public enum TensorType {
    /** A byte, 0 for false and 1 for true. */
    BOOL(1),
    /** An unsigned 8-bit integer. */
    U8(1),
    /** A signed 8-bit integer. */
    I8(1),
    /** A signed 16-bit integer. */
    I16(2),
    /** IEEE 754 binary16: 11 bits of precision, up to 65504. */
    F16(2),
    /** The upper half of a binary32: 8 bits of precision, the range of float32. */
    BF16(2),
    /** A signed 32-bit integer. */
    I32(4),
    /** IEEE 754 binary32. */
    F32(4),
    /** IEEE 754 binary64. */
    F64(8),
    /** A signed 64-bit integer. */
    I64(8);

    private final int bytes;

    TensorType(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Gives the width of a number.
     *
     * @return 1, 2, 4 or 8 bytes
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Tells whether the numbers are floating-point.
     *
     * @return true for F16, BF16, F32 and F64
     */
    public boolean isFloating() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    static Optional<TensorType> named(String name) {
        for (TensorType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
