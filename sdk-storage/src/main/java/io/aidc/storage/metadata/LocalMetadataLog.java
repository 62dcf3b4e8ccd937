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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a single node: one append-only file, flushed before a command is answered. Opens no port.
 *
 * <p>File: {@code AIDCLOG1}, then frames of int payload length, int CRC-32C of these four bytes, int CRC-32C of the payload,
 * payload (a {@link Batch}). At {@code open} all frames are applied. What a power cut can leave behind is cut off: a last
 * frame that is incomplete, of which any part fails its checksum, or that is all zeros. Damage before a good frame, or
 * before more than one frame can hold, is refused.
 *
 * <p>A flipped bit in the very last frame looks like a torn write; that frame is then dropped, with a warning.
 *
 * <p>Thread-safe: one thread named {@code aidc-storage-commit} writes.
 */
public final class LocalMetadataLog implements MetadataLog {
    private static final Logger LOG = LoggerFactory.getLogger(LocalMetadataLog.class);
    private static final byte[] MAGIC = "AIDCLOG1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 12;
    private static final int MAX_PAYLOAD_BYTES = 1 << 20;

    private final String node;
    private final Path file;
    private final DurableFiles files;
    private final FileChannel channel;
    private final MetadataState state;
    private final GroupCommit commits;
    private final AtomicLong entries = new AtomicLong();
    private volatile boolean closed;

    private LocalMetadataLog(String node, Path file, DurableFiles files, Duration timeout) throws IOException {
        this.node = node;
        this.file = file;
        this.files = files;
        state = new MetadataState();
        long end = replay();
        channel = files.open(file);
        try {
            if (end < channel.size()) {
                LOG.warn("Dropping an incomplete last entry file={} from={} bytes={}", file, end, channel.size() - end);
                channel.truncate(end);
                files.force(channel, file);
            }
            channel.position(end);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        commits = new GroupCommit("aidc-storage-commit", timeout, (batch, deadline) -> write(batch));
    }

    /**
     * Opens or creates the log in a directory.
     *
     * @param node the node's id, for {@link #standing()}
     * @param directory exists
     * @param files writes
     * @param timeout the bound of a command's wait in the queue
     * @return the log with all its commands applied
     * @throws DamagedLogException if the file is damaged before its last frame
     * @throws IOException if the file cannot be read or written
     */
    public static LocalMetadataLog open(String node, Path directory, DurableFiles files, Duration timeout)
            throws IOException {
        Path file = directory.resolve("log");
        if (!Files.exists(file)) {
            files.write(file, directory, MAGIC);
        }
        files.forceDirectory(directory); // a crash may have come between the file's rename and the flush
        return new LocalMetadataLog(node, file, files, timeout);
    }

    @Override
    public CompletableFuture<Outcome> submit(Command command) {
        return commits.submit(command);
    }

    @Override
    public List<Entry> read(List<String> keys) {
        refuseIfClosed();
        return state.get(keys);
    }

    @Override
    public List<Entry> scan(String prefix, int limit) {
        refuseIfClosed();
        return state.scan(prefix, limit);
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException("the metadata log is closed");
        }
    }

    @Override
    public long revisionSeen() {
        return state.revision();
    }

    @Override
    public Standing standing() {
        return new Standing(closed ? Standing.Role.NONE : Standing.Role.LEADER, node, 0, entries.get() - 1);
    }

    @Override
    public void close() {
        closed = true;
        commits.close();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("Closing the log failed after its last flush file={}", file, e);
        }
    }

    private List<Outcome> write(List<Command> batch) throws IOException {
        byte[] payload = Batch.encode(batch);
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .putInt(payload.length)
                .putInt(crc(lengthBytes(payload.length)))
                .putInt(crc(payload))
                .put(payload)
                .flip();
        long start = channel.position();
        try {
            files.writeFully(channel, frame);
            files.force(channel, file);
        } catch (FlushFailedException e) {
            throw e;
        } catch (IOException e) {
            dropHalfWritten(start, e);
            throw e;
        }
        entries.incrementAndGet();
        return state.apply(batch);
    }

    private void dropHalfWritten(long start, IOException reason) throws FlushFailedException {
        try {
            channel.truncate(start).position(start);
        } catch (IOException e) {
            e.addSuppressed(reason);
            throw files.fail(file, e);
        }
    }

    /** Applies the file's frames; returns where the last good one ends. */
    private long replay() throws IOException {
        long size = Files.size(file);
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (!java.util.Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new DamagedLogException(file, 0, "it does not begin with AIDCLOG1");
            }
            long at = MAGIC.length;
            while (size - at >= HEADER_BYTES) {
                int length = in.readInt();
                boolean header = in.readInt() == crc(lengthBytes(length));
                int expected = in.readInt();
                long left = size - at - HEADER_BYTES;
                if (!header || length <= 0 || length > MAX_PAYLOAD_BYTES) {
                    if (isTorn(at, size) || (length == 0 && expected == 0 && onlyZeros(in))) {
                        return at;
                    }
                    throw new DamagedLogException(file, at, "the frame header fails its checksum");
                }
                if (length > left) {
                    return at;
                }
                byte[] payload = in.readNBytes(length);
                if (crc(payload) != expected) {
                    if (length == left) {
                        return at;
                    }
                    throw new DamagedLogException(file, at, "the frame fails its checksum");
                }
                apply(payload, at);
                at += HEADER_BYTES + length;
            }
            return at;
        }
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

    private void apply(byte[] payload, long at) throws DamagedLogException {
        try {
            state.apply(Batch.decode(payload));
            entries.incrementAndGet();
        } catch (IllegalArgumentException e) {
            throw new DamagedLogException(file, at, e.toString());
        }
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

    private static byte[] lengthBytes(int length) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
    }

    private static int crc(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }
}
