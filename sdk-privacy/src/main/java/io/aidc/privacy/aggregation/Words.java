package io.aidc.privacy.aggregation;

import java.util.Arrays;

/**
 * A vector modulo 2^b being masked: {@code int} arithmetic up to 32 bits, {@code long} above, cut to b bits when packed.
 *
 * <p>Adding modulo 2^32 or 2^64 and cutting at the end is the same as adding modulo 2^b.
 */
final class Words {
    private final int bits;
    private final int[] narrow;
    private final long[] wide;

    Words(int length, int bits) {
        this.bits = bits;
        narrow = new int[bits <= Integer.SIZE ? length : 0];
        wide = new long[bits <= Integer.SIZE ? 0 : length];
    }

    static long packedBytes(int length, int bits) {
        return ((long) length * bits + 7) / 8;
    }

    void addMask(MaskStream stream) {
        stream.addTo(narrow);
        stream.addTo(wide);
    }

    void subtractMask(MaskStream stream) {
        stream.subtractFrom(narrow);
        stream.subtractFrom(wide);
    }

    void add(long[] values) {
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] += (int) values[i];
        }
        for (int i = 0; i < wide.length; i++) {
            wide[i] += values[i];
        }
    }

    /** Adds packed words, the counterpart of {@link #packed()}. */
    void addPacked(byte[] packed) {
        int low = Math.min(bits, Integer.SIZE);
        var reader = new BitReader(packed);
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] += (int) reader.next(low);
        }
        for (int i = 0; i < wide.length; i++) {
            wide[i] += reader.next(low) | reader.next(bits - low) << low;
        }
    }

    /** The words cut to b bits, one after the other from the lowest bit on, the last byte filled with zeros. */
    byte[] packed() {
        int low = Math.min(bits, Integer.SIZE);
        var writer = new BitWriter(Math.toIntExact(packedBytes(narrow.length + wide.length, bits)));
        for (int word : narrow) {
            writer.put(word, low);
        }
        for (long word : wide) {
            writer.put(word, low);
            writer.put(word >>> low, bits - low);
        }
        return writer.finish();
    }

    /** The sum as signed numbers. */
    long[] signed() {
        int shift = Long.SIZE - bits;
        long[] values = new long[narrow.length + wide.length];
        for (int i = 0; i < narrow.length; i++) {
            values[i] = (long) narrow[i] << shift >> shift;
        }
        for (int i = 0; i < wide.length; i++) {
            values[i] = wide[i] << shift >> shift;
        }
        return values;
    }

    void wipe() {
        Arrays.fill(narrow, 0);
        Arrays.fill(wide, 0);
    }

    /** Takes up to 32 bits at a time, the lowest first. */
    private static final class BitWriter {
        private final byte[] bytes;
        private int at;
        private long held;
        private int heldBits;

        BitWriter(int size) {
            bytes = new byte[size];
        }

        void put(long value, int count) {
            held |= (value & ((1L << count) - 1)) << heldBits;
            for (heldBits += count; heldBits >= Byte.SIZE; heldBits -= Byte.SIZE) {
                bytes[at++] = (byte) held;
                held >>>= Byte.SIZE;
            }
        }

        byte[] finish() {
            if (heldBits > 0) {
                bytes[at] = (byte) held;
            }
            return bytes;
        }
    }

    private static final class BitReader {
        private final byte[] bytes;
        private int at;
        private long held;
        private int heldBits;

        BitReader(byte[] bytes) {
            this.bytes = bytes;
        }

        long next(int count) {
            for (; heldBits < count; heldBits += Byte.SIZE) {
                held |= (bytes[at++] & 0xffL) << heldBits;
            }
            long value = held & ((1L << count) - 1);
            held >>>= count;
            heldBits -= count;
            return value;
        }
    }
}
