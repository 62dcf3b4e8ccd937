package io.aidc.training.data.internal;

/** Converts IEEE 754 binary16, which Java 17 has no conversion for. */
public final class Half {
    private static final int FRACTION = 10;
    private static final int LARGEST_EXPONENT = 31;
    private static final float SUBNORMAL_UNIT = 0x1p-24f;

    private Half() {}

    public static float toFloat(short bits) {
        int exponent = (bits >>> FRACTION) & LARGEST_EXPONENT;
        int fraction = bits & ((1 << FRACTION) - 1);
        float magnitude;
        if (exponent == LARGEST_EXPONENT) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            magnitude = fraction * SUBNORMAL_UNIT;
        } else {
            magnitude = Math.scalb(1 + fraction / (float) (1 << FRACTION), exponent - 15);
        }
        return bits < 0 ? -magnitude : magnitude;
    }
}
