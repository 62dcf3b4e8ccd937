package io.aidc.storage.metadata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries that an archive has and its log may give again. One segment at a time is in memory.
 *
 * <p>Confined: one thread at a time.
 */
final class ArchivedFrames {
    private final long after;
    private final Deque<Path> segments;
    private final Deque<byte[]> frames = new ArrayDeque<>();
    private ArchiveChain chain = ArchiveChain.START;

    /** The frames of the entries after one, from segments that were checked before. */
    ArchivedFrames(Collection<Path> segments, long after) {
        this.segments = new ArrayDeque<>(segments);
        this.after = after;
    }

    static ArchivedFrames none() {
        return new ArchivedFrames(List.of(), -1);
    }

    boolean isEmpty() {
        return frames.isEmpty() && segments.isEmpty();
    }

    /** Returns the next frame, or null if there is none. */
    byte @Nullable [] peek() throws IOException {
        while (frames.isEmpty() && !segments.isEmpty()) {
            load(segments.remove());
        }
        return frames.peek();
    }

    /** Goes past the frame that {@link #peek} returned; returns the chain up to it. */
    ArchiveChain take() {
        byte[] frame = frames.remove();
        chain = chain.with(index(frame), frame);
        return chain;
    }

    private void load(Path segment) throws IOException {
        var reader = new ArchiveChain.Reader(ArchiveChain.START);
        Frames.read(segment, CommandArchive.MAGIC, frame -> {
            if (reader.acceptUpTo(after, frame)) {
                chain = reader.chain();
            } else {
                frames.add(frame);
            }
            return true;
        });
    }

    private static long index(byte[] frame) {
        return ByteBuffer.wrap(frame).getLong();
    }
}
