package io.aidc.training.data.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Unpacks LZ4 blocks and frames; their checksums are passed over. The JVM's bounds checks are the only ones and end as
 * an
 * {@link IndexOutOfBoundsException} or a {@link java.nio.BufferUnderflowException}.
 *
 * @see <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md">LZ4 frame format</a>
 */
final class Lz4 {
    private static final int FRAME_MAGIC = 0x184D2204;
    private static final int SHORTEST_MATCH = 4;
    private static final int LONG = 15;
    private static final int MORE = 255;

    private Lz4() {}

    static byte[] unpackBlock(byte[] packed, int size) throws IOException {
        byte[] out = new byte[size];
        requireSize(block(packed, 0, packed.length, out, 0), size);
        return out;
    }

    static byte[] unpackFrame(byte[] packed, int size) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
        int magic = in.getInt();
        int flags = in.get();
        in.get(); // the largest block
        if (magic != FRAME_MAGIC || (flags & 0xC0) != 0x40 || (flags & 1) != 0) {
            throw new IOException("it is no LZ4 frame of version 1 without a dictionary");
        }
        if ((flags & 8) != 0) {
            in.getLong(); // the size, which the caller knows
        }
        in.get(); // the header's checksum
        byte[] out = new byte[size];
        int to = 0;
        for (int length = in.getInt(); length != 0; length = in.getInt()) {
            int bytes = length & Integer.MAX_VALUE;
            if (bytes > in.remaining()) {
                throw new IOException("a block of %d bytes is cut short".formatted(bytes));
            }
            if (length < 0) {
                System.arraycopy(packed, in.position(), out, to, bytes);
                to += bytes;
            } else {
                to = block(packed, in.position(), in.position() + bytes, out, to);
            }
            in.position(in.position() + bytes + ((flags & 0x10) == 0 ? 0 : Integer.BYTES));
        }
        requireSize(to, size);
        return out;
    }

    /** Unpacks a block; matches may reach into the blocks before it. Returns where the next one goes. */
    private static int block(byte[] packed, int from, int end, byte[] out, int start) throws IOException {
        int at = from;
        int to = start;
        while (at < end) {
            int token = packed[at++] & 0xFF;
            int literals = token >>> 4;
            if (literals == LONG) {
                int more;
                do {
                    more = packed[at++] & 0xFF;
                    literals = Math.addExact(literals, more);
                } while (more == MORE);
            }
            System.arraycopy(packed, at, out, to, literals);
            at += literals;
            to += literals;
            if (at >= end) {
                break;
            }
            int distance = (packed[at] & 0xFF) | (packed[at + 1] & 0xFF) << Byte.SIZE;
            at += 2;
            int length = (token & LONG) + SHORTEST_MATCH;
            if (length == LONG + SHORTEST_MATCH) {
                int more;
                do {
                    more = packed[at++] & 0xFF;
                    length = Math.addExact(length, more);
                } while (more == MORE);
            }
            Copy.within(out, to, distance, length);
            to += length;
        }
        return to;
    }

    private static void requireSize(int got, int size) throws IOException {
        if (got != size) {
            throw new IOException("it holds %d bytes, not %d".formatted(got, size));
        }
    }
}
