package io.aidc.storage.internal.pack;

import io.aidc.storage.chunk.ChunkId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The index at the end of a sealed pack.
 *
 * <p>Layout, big-endian: per frame its id (33 bytes), int offset, int length, -1 for a deletion; then long magic {@code AIDCPIX1}, int number of
 * frames, int CRC-32C of the pack's salt and everything before.
 */
final class Footer {
    static final int TRAILER_BYTES = Long.BYTES + 4 + 4;

    /** A pack of 64 MiB of nothing but headers has fewer. */
    private static final int MAX_FRAMES = (64 << 20) / Frame.HEADER_BYTES + 1;

    private static final long MAGIC = 0x4149_4443_5049_5831L;
    private static final int ENTRY_BYTES = ChunkId.ENCODED_BYTES + 4 + 4;

    private Footer() {}

    /** The length of the footer of so many frames. */
    static long bytes(int frames) {
        return TRAILER_BYTES + (long) frames * ENTRY_BYTES;
    }

    static byte[] encode(List<Frame> frames, long salt) {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes(frames.size())));
        for (Frame frame : frames) {
            frame.id().writeTo(out);
            out.putInt(frame.offset()).putInt(frame.length());
        }
        out.putLong(MAGIC).putInt(frames.size());
        return out.putInt(crc(out.array(), salt)).array();
    }

    /** Reads the length of the whole footer from its last {@link #TRAILER_BYTES}; empty if they are none. */
    static Optional<Integer> length(ByteBuffer trailer) {
        int frames = trailer.getInt(trailer.limit() - 8);
        boolean plausible =
                trailer.getLong(trailer.limit() - TRAILER_BYTES) == MAGIC && frames >= 0 && frames <= MAX_FRAMES;
        return plausible ? Optional.of((int) bytes(frames)) : Optional.empty();
    }

    /**
     * Reads a footer.
     *
     * @param footer as long as {@link #length} said
     * @param start where it begins in the pack
     * @return the frames in order; empty if the footer is damaged
     */
    static Optional<List<Frame>> decode(byte[] footer, long start, long salt) {
        ByteBuffer in = ByteBuffer.wrap(footer);
        if (in.getInt(footer.length - 4) != crc(footer, salt)) {
            return Optional.empty();
        }
        List<Frame> frames = new ArrayList<>();
        int end = 0;
        try {
            while (in.remaining() > TRAILER_BYTES) {
                var frame = new Frame(ChunkId.readFrom(in), in.getInt(), in.getInt());
                if (frame.offset() < end
                        || frame.length() < Frame.DELETION
                        || frame.end() < frame.offset()
                        || frame.end() > start) {
                    return Optional.empty();
                }
                frames.add(frame);
                end = frame.end();
            }
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(frames);
    }

    private static int crc(byte[] footer, long salt) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, salt));
        crc.update(footer, 0, footer.length - 4);
        return (int) crc.getValue();
    }
}
