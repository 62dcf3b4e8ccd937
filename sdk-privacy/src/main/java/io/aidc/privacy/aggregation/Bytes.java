package io.aidc.privacy.aggregation;

import java.util.Arrays;

/** Bytes that never change, compared by content; the content stays out of {@code toString}. */
final class Bytes {
    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    static Bytes copyOf(byte[] array) {
        return new Bytes(array.clone());
    }

    /** Takes over an array that nobody else keeps. */
    static Bytes owning(byte[] array) {
        return new Bytes(array);
    }

    int length() {
        return array.length;
    }

    /** The array itself, to be read only. */
    byte[] array() {
        return array;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    @Override
    public String toString() {
        return array.length + " bytes";
    }
}
