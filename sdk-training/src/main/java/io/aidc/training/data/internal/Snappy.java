package io.aidc.training.data.internal;

import java.io.IOException;

/**
 * Unpacks the raw Snappy format. The JVM's bounds checks are the only ones and end as an {@link
 * IndexOutOfBoundsException}.
 *
 * @see <a href="https://github.com/google/snappy/blob/main/format_description.txt">Snappy compressed format</a>
 */
final class Snappy {
    private static final int LONG_LITERAL = 60;

    private Snappy() {}

    static byte[] unpack(byte[] packed, int size) throws IOException {
        int at = 0;
        long stated = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = packed[at++];
            stated |= (next & 0x7FL) << shift;
            if (next >= 0) {
                break;
            }
            if (shift > 28) {
                throw new IOException("its stated length has too many bytes");
            }
        }
        if (stated != size) {
            throw new IOException("it states %d bytes, not %d".formatted(stated, size));
        }
        byte[] out = new byte[size];
        int to = 0;
        while (at < packed.length) {
            int tag = packed[at++] & 0xFF;
            int length = (tag >>> 2) + 1;
            if ((tag & 3) == 0) {
                if (length > LONG_LITERAL) {
                    int bytes = length - LONG_LITERAL;
                    length = Math.addExact(integer(packed, at, bytes), 1);
                    at += bytes;
                }
                System.arraycopy(packed, at, out, to, length);
                at += length;
            } else {
                int distance;
                if ((tag & 3) == 1) {
                    length = ((tag >>> 2) & 7) + 4;
                    distance = ((tag >>> 5) << 8) | integer(packed, at, 1);
                    at += 1;
                } else {
                    int bytes = (tag & 3) == 2 ? 2 : 4;
                    distance = integer(packed, at, bytes);
                    at += bytes;
                }
                Copy.within(out, to, distance, length);
            }
            to += length;
        }
        if (to != size) {
            throw new IOException("it holds %d bytes, not %d".formatted(to, size));
        }
        return out;
    }

    private static int integer(byte[] bytes, int at, int count) throws IOException {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[at + i] & 0xFF) << (Byte.SIZE * i);
        }
        if (value < 0) {
            throw new IOException("a length or distance is beyond 2 GiB");
        }
        return value;
    }
}
