package io.aidc.storage.metadata;

import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.file.FlushFailedException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only file of checksummed frames.
 *
 * <p>Form: eight ASCII letters, then frames of int payload length, int CRC-32C of these four bytes, int CRC-32C of the payload,
 * payload. What a power cut can leave behind at the end is cut off when the file is opened: a last frame that is incomplete,
 * of which any part fails its checksum, or that is all zeros. Damage before a good frame, or before more than one frame can
 * hold, is refused.
 *
 * <p>A flipped bit in the very last frame looks like a torn write; that frame is then dropped, with a warning.
 *
 * <p>Confined: one thread at a time, which must not be interrupted.
 */
final class Frames implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Frames.class);
    private static final int HEADER_BYTES = 12;
    private static final int MAX_PAYLOAD_BYTES = 1 << 20;

    private final Path file;
    private final DurableFiles files;
    private final FileChannel channel;

    /** Takes the frames of a file in order. */
    interface Visitor {
        /** Takes one frame; false to stop before it. */
        boolean frame(byte[] payload) throws IOException;
    }

    private Frames(Path file, DurableFiles files, FileChannel channel) {
        this.file = file;
        this.files = files;
        this.channel = channel;
    }

    /** Creates the file, durably, if it is absent; visits its frames; cuts off what follows the last one accepted. */
    static Frames open(Path file, String magic, DurableFiles files, Visitor visitor) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        if (!Files.exists(file)) {
            files.write(file, directory, magic.getBytes(StandardCharsets.US_ASCII));
        }
        files.forceDirectory(directory); // a crash may have come between the file's rename and the flush
        long end = new Reader(file, magic).visit(visitor, true);
        FileChannel channel = files.open(file);
        try {
            if (end < channel.size()) {
                LOG.warn("Dropping what follows the last entry file={} from={} size={}", file, end, channel.size());
                channel.truncate(end);
                files.force(channel, file);
            }
            channel.position(end);
            return new Frames(file, files, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Visits the frames of a file that is complete; a torn end is damage here. */
    static void read(Path file, String magic, Visitor visitor) throws IOException {
        new Reader(file, magic).visit(visitor, false);
    }

    Path file() {
        return file;
    }

    long size() throws IOException {
        return channel.position();
    }

    /** Writes a frame; it is durable after {@link #force}. After a failure the file ends where it ended before. */
    void append(byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .putInt(payload.length)
                .putInt(crc(lengthBytes(payload.length)))
                .putInt(crc(payload))
                .put(payload)
                .flip();
        long start = channel.position();
        try {
            files.writeFully(channel, frame);
        } catch (FlushFailedException e) {
            throw e;
        } catch (IOException e) {
            dropHalfWritten(start, e);
            throw e;
        }
    }

    private void dropHalfWritten(long start, IOException reason) throws FlushFailedException {
        try {
            channel.truncate(start).position(start);
        } catch (IOException e) {
            e.addSuppressed(reason);
            throw files.fail(file, e);
        }
    }

    void force() throws FlushFailedException {
        files.force(channel, file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static final class Reader {
        private final Path file;
        private final String magic;

        Reader(Path file, String magic) {
            this.file = file;
            this.magic = magic;
        }

        /** Returns where the last frame accepted ends. */
        long visit(Visitor visitor, boolean mayBeTorn) throws IOException {
            long size = Files.size(file);
            try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
                if (!Arrays.equals(in.readNBytes(magic.length()), magic.getBytes(StandardCharsets.US_ASCII))) {
                    throw new DamagedLogException(file, 0, "it does not begin with " + magic);
                }
                long at = magic.length();
                while (size - at >= HEADER_BYTES) {
                    byte[] payload = next(in, at, size, mayBeTorn);
                    if (payload == null || !accept(visitor, payload, at)) {
                        return at;
                    }
                    at += HEADER_BYTES + payload.length;
                }
                if (at < size && !mayBeTorn) {
                    throw new DamagedLogException(file, at, "the file ends inside a frame");
                }
                return at;
            }
        }

        private boolean accept(Visitor visitor, byte[] payload, long at) throws IOException {
            try {
                return visitor.frame(payload);
            } catch (IllegalArgumentException e) {
                throw new DamagedLogException(file, at, e.toString());
            }
        }

        /** Returns the payload of the next frame, or null if it is torn. */
        private byte @org.jspecify.annotations.Nullable [] next(
                DataInputStream in, long at, long size, boolean mayBeTorn) throws IOException {
            int length = in.readInt();
            boolean header = in.readInt() == crc(lengthBytes(length));
            int expected = in.readInt();
            long left = size - at - HEADER_BYTES;
            if (!header || length <= 0 || length > MAX_PAYLOAD_BYTES) {
                if (mayBeTorn && (isTorn(at, size) || (length == 0 && expected == 0 && onlyZeros(in)))) {
                    return null;
                }
                throw new DamagedLogException(file, at, "the frame header fails its checksum");
            }
            if (length > left && mayBeTorn) {
                return null;
            }
            byte[] payload = in.readNBytes(length);
            if (crc(payload) != expected) {
                if (length == left && mayBeTorn) {
                    return null;
                }
                throw new DamagedLogException(file, at, "the frame fails its checksum");
            }
            return payload;
        }

        /** Says whether what follows can be one frame of which a power cut left some pages: short, and without a good frame. */
        private boolean isTorn(long at, long size) throws IOException {
            if (size - at > HEADER_BYTES + MAX_PAYLOAD_BYTES) {
                return false;
            }
            try (var in = Files.newInputStream(file)) {
                in.skipNBytes(at);
                ByteBuffer tail = ByteBuffer.wrap(in.readAllBytes());
                for (int start = 1; start < tail.limit() - HEADER_BYTES; start++) {
                    if (isFrame(tail.slice(start, tail.limit() - start))) {
                        return false;
                    }
                }
                return true;
            }
        }

        private static boolean isFrame(ByteBuffer in) {
            int length = in.getInt();
            if (length <= 0 || length > in.limit() - HEADER_BYTES || in.getInt() != crc(lengthBytes(length))) {
                return false;
            }
            int expected = in.getInt();
            byte[] payload = new byte[length];
            in.get(payload);
            return crc(payload) == expected;
        }

        private static boolean onlyZeros(DataInputStream in) throws IOException {
            byte[] buffer = new byte[1 << 13];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    if (buffer[i] != 0) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    private static byte[] lengthBytes(int length) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
    }

    static int crc(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }
}
