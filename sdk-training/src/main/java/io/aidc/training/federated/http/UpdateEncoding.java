package io.aidc.training.federated.http;

/** Says how the numbers of an update travel. */
public enum UpdateEncoding {
    /** As float32, 4 bytes a number. */
    FLOAT32,
    /** As bfloat16, 2 bytes a number: rounded to the nearest with 8 significant bits, ties to even. */
    BFLOAT16;

    int bytes() {
        return this == FLOAT32 ? Float.BYTES : Short.BYTES;
    }

    /** Gives the upper half of a float32, rounded. */
    static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        int half = 0x7fff + (bits >>> 16 & 1);
        return (short) (bits + half >>> 16);
    }

    static float float32(short value) {
        return Float.intBitsToFloat(value << 16);
    }
}
