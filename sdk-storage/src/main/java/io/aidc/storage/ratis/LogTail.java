package io.aidc.storage.ratis;

import io.aidc.storage.metadata.DamagedLogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the segment of the Raft log that was being written, before Ratis reads it.
 *
 * <p>Ratis 3.3.0 passes over a last entry that goes beyond the end of the file, so that one flipped bit of a length hides the
 * entries behind it; and it refuses to start on an entry that a power cut tore, which can happen on all nodes at once. Here an
 * entry counts as torn if nothing good follows and a sector of it is all zeros or its bytes end with a sector: it was never
 * flushed, so it was never answered for, and is cut off. Everything else that is wrong is damage. (The rule of zero sectors is
 * that of etcd's write-ahead log.)
 *
 * <p>A segment is {@code RaftLog1}, then entries: length as a varint, that many bytes, CRC-32C of both, big-endian; then zeros.
 */
final class LogTail {
    private static final Logger LOG = LoggerFactory.getLogger(RatisMetadataLog.class);
    private static final String IN_PROGRESS = "log_inprogress_";
    private static final int HEADER_BYTES = 8;
    private static final int SECTOR_BYTES = 512;
    private static final int CHECKSUM_BYTES = 4;
    private static final int MAX_VARINT_BYTES = 5;

    /** LogEntryProto begins with its term: field 1, a varint. */
    private static final int TERM_TAG = 8;

    private final Path file;
    private final byte[] bytes;

    private LogTail(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /** Cuts torn entries off; fails if there is damage. */
    static void check(Path current) throws IOException {
        if (!Files.isDirectory(current)) {
            return;
        }
        List<Path> segments;
        try (Stream<Path> files = Files.list(current)) {
            segments = files.filter(file -> file.getFileName().toString().startsWith(IN_PROGRESS))
                    .toList();
        }
        for (Path segment : segments) {
            new LogTail(segment, Files.readAllBytes(segment)).check();
        }
    }

    private void check() throws IOException {
        int at = HEADER_BYTES;
        for (int end = endOfEntry(at); end > 0; end = endOfEntry(at)) {
            at = end;
        }
        int last = lastNonZero();
        if (last < at) {
            return;
        }
        if (isGoodEntryBehind(at) || !isTorn(at, last)) {
            throw new DamagedLogException(file, "the entry at byte %d is damaged".formatted(at), null);
        }
        LOG.warn("Cutting off an entry of the Raft log that was never flushed file={} from={}", file, at);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(at);
            channel.force(true);
        }
    }

    /** Where a good entry ends that begins here; 0 if there is none. */
    private int endOfEntry(int at) {
        int length = 0;
        int data = at;
        for (int shift = 0; ; shift += 7) {
            if (data >= bytes.length || data - at == MAX_VARINT_BYTES) {
                return 0;
            }
            length |= (bytes[data] & 0x7f) << shift;
            if (bytes[data++] >= 0) {
                break;
            }
        }
        if (length <= 0 || length > bytes.length - data - CHECKSUM_BYTES) {
            return 0;
        }
        var crc = new CRC32C();
        crc.update(bytes, at, data + length - at);
        int end = data + length;
        return (int) crc.getValue() == ByteBuffer.wrap(bytes).getInt(end) ? end + CHECKSUM_BYTES : 0;
    }

    private boolean isGoodEntryBehind(int at) {
        for (int next = at + 1; next < bytes.length - MAX_VARINT_BYTES; next++) {
            int data = next;
            while (data < next + MAX_VARINT_BYTES && bytes[data++] < 0) {}
            if (bytes[data] == TERM_TAG && endOfEntry(next) > 0) { // few places need their checksum computed
                return true;
            }
        }
        return false;
    }

    private boolean isTorn(int from, int last) {
        int boundary = (last / SECTOR_BYTES + 1) * SECTOR_BYTES;
        if (last >= boundary - CHECKSUM_BYTES) {
            return true; // what was written ends with a sector, as no whole entry does but by chance
        }
        for (int start = from; start <= last; start = (start / SECTOR_BYTES + 1) * SECTOR_BYTES) {
            if (isZero(start, (start / SECTOR_BYTES + 1) * SECTOR_BYTES)) {
                return true;
            }
        }
        return false;
    }

    private boolean isZero(int from, int to) {
        for (int i = from; i < Math.min(to, bytes.length); i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private int lastNonZero() {
        int last = bytes.length - 1;
        while (last >= 0 && bytes[last] == 0) {
            last--;
        }
        return last;
    }
}
