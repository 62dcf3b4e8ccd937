package io.aidc.storage.internal.pack;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the bytes of a pack without a good footer hold: every frame whose header and content have their checksums.
 *
 * @param frames in order
 * @param damages between frames
 * @param end behind the last good frame; what follows is a torn write, or a damaged footer
 */
record PackScan(List<Frame> frames, List<Damage> damages, int end) {
    /** Bytes that belong to no good frame. */
    record Damage(int offset, int bytes) {}

    static PackScan of(ByteBuffer pack, long salt) {
        List<Frame> frames = new ArrayList<>();
        List<Damage> damages = new ArrayList<>();
        int end = 0;
        int position = 0;
        while (position < pack.limit()) {
            Frame frame = Frame.at(position, pack, salt);
            if (frame == null || !frame.isIntact(pack)) {
                position = nextMagic(pack, position + 1); // a length is not trusted: it could lead past a good frame
                continue;
            }
            if (position > end) {
                damages.add(new Damage(end, position - end));
            }
            frames.add(frame);
            end = frame.end();
            position = end;
        }
        return new PackScan(frames, damages, end);
    }

    private static int nextMagic(ByteBuffer pack, int from) {
        for (int i = from; i <= pack.limit() - Frame.HEADER_BYTES; i++) {
            if (Frame.isMagic(pack, i)) {
                return i;
            }
        }
        return pack.limit();
    }
}
