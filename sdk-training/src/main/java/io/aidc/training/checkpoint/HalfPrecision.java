package io.aidc.training.checkpoint;

/** Converts between float32 and its two 16-bit relatives, rounding to nearest, ties to even, as IEEE 754 asks. */
final class HalfPrecision {
    private static final int SMALLEST_NORMAL_EXPONENT = -14;
    private static final int LARGEST_EXPONENT = 15;
    private static final int DROPPED_BITS = 13;

    private HalfPrecision() {}

    static float fromF16(short bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude;
        if (exponent == 0x1f) {
            magnitude = Float.intBitsToFloat(0x7f80_0000 | (fraction << DROPPED_BITS));
        } else if (exponent == 0) {
            magnitude = fraction * 0x1p-24f;
        } else {
            magnitude = Float.intBitsToFloat(((exponent + 127 - 15) << 23) | (fraction << DROPPED_BITS));
        }
        return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | ((bits & 0x8000) << 16));
    }

    static short toF16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7e00 | ((bits >>> DROPPED_BITS) & 0x3ff));
        }
        int exponent = Math.getExponent(value);
        if (exponent < SMALLEST_NORMAL_EXPONENT) {
            return (short) (sign | (int) Math.rint(Math.abs(value) * 0x1p24));
        }
        if (exponent > LARGEST_EXPONENT) {
            return (short) (sign | 0x7c00);
        }
        // A fraction that rounds up to the next power of two carries into the exponent, and past 65504 to infinity.
        int rebased = (bits & 0x7fff_ffff) - ((127 - 15) << 23);
        return (short) (sign | roundedShift(rebased, DROPPED_BITS));
    }

    static float fromBf16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) roundedShift(bits, 16);
    }

    private static int roundedShift(int bits, int by) {
        int half = (1 << (by - 1)) - 1 + ((bits >>> by) & 1);
        return (bits + half) >>> by;
    }
}
