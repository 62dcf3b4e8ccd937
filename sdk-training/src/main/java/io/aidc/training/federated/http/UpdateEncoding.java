package io.aidc.training.federated.http;

import io.aidc.training.federated.MalformedUpdateException;

/** Says how the numbers of an update travel. */
public enum UpdateEncoding {
    /** As float32, 4 bytes a number. */
    FLOAT32((byte) 0, Float.BYTES),
    /** As bfloat16, 2 bytes a number: rounded to the nearest with 8 significant bits, ties to even. */
    BFLOAT16((byte) 1, Short.BYTES);

    private final byte code;
    private final int bytes;

    UpdateEncoding(byte code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** How it is called on the wire. */
    byte code() {
        return code;
    }

    int bytes() {
        return bytes;
    }

    static UpdateEncoding of(byte code) {
        for (UpdateEncoding encoding : values()) {
            if (encoding.code == code) {
                return encoding;
            }
        }
        throw new MalformedUpdateException("encoding must be 0 or 1, got " + code);
    }

    /** Gives the upper half of a float32, rounded. */
    static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        int half = 0x7fff + ((bits >>> 16) & 1);
        return (short) ((bits + half) >>> 16);
    }

    static float float32(short value) {
        return Float.intBitsToFloat(value << 16);
    }
}
