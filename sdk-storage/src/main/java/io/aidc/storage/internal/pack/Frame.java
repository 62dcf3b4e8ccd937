package io.aidc.storage.internal.pack;

import io.aidc.storage.chunk.ChunkId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A place in a pack: a chunk, or the mark that a chunk of earlier places is deleted.
 *
 * <p>Layout, big-endian: int magic {@code AFR1}; id (33 bytes); int length, -1 for a deletion; int CRC-32C of the content; int
 * CRC-32C of the pack's salt and the 45 bytes before; content. Because of the salt a pack that is stored as content inside
 * another pack shows no frames there.
 */
record Frame(ChunkId id, int offset, int length) {
    static final int HEADER_BYTES = 4 + ChunkId.ENCODED_BYTES + 4 + 4 + 4;
    static final int DELETION = -1;

    private static final int MAGIC = 0x4146_5231;
    private static final int LENGTH_AT = 4 + ChunkId.ENCODED_BYTES;
    private static final int CONTENT_CRC_AT = LENGTH_AT + 4;
    private static final int HEADER_CRC_AT = CONTENT_CRC_AT + 4;

    boolean isDeletion() {
        return length == DELETION;
    }

    /** The bytes it takes, header included. */
    int bytes() {
        return HEADER_BYTES + Math.max(length, 0);
    }

    /** Where the next one begins. */
    int end() {
        return offset + bytes();
    }

    static byte[] header(ChunkId id, byte[] content, long salt) {
        return header(id, content.length, crc(ByteBuffer.wrap(content)), salt);
    }

    static byte[] deletion(ChunkId id, long salt) {
        return header(id, DELETION, 0, salt);
    }

    private static byte[] header(ChunkId id, int length, int contentCrc, long salt) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).putInt(MAGIC);
        id.writeTo(header);
        header.putInt(length).putInt(contentCrc);
        return header.putInt(headerCrc(header, 0, salt)).array();
    }

    static boolean isMagic(ByteBuffer pack, int offset) {
        return pack.get(offset) == (byte) (MAGIC >>> 24) && pack.getInt(offset) == MAGIC;
    }

    /** Reads the header at an offset; null if none of this pack is there. */
    static @Nullable Frame at(int offset, ByteBuffer pack, long salt) {
        if (pack.limit() - offset < HEADER_BYTES
                || pack.getInt(offset) != MAGIC
                || pack.getInt(offset + HEADER_CRC_AT) != headerCrc(pack, offset, salt)) {
            return null;
        }
        int length = pack.getInt(offset + LENGTH_AT);
        if (length < DELETION || length > ChunkStore.MAX_BYTES) {
            return null;
        }
        try {
            return new Frame(ChunkId.readFrom(pack.slice(offset + 4, ChunkId.ENCODED_BYTES)), offset, length);
        } catch (IllegalArgumentException e) {
            return null; // an algorithm of a later version
        }
    }

    /** Says whether the buffer holds all of the content and it has its checksum. */
    boolean isIntact(ByteBuffer pack) {
        return end() <= pack.limit()
                && pack.getInt(offset + CONTENT_CRC_AT)
                        == (isDeletion() ? 0 : crc(pack.slice(offset + HEADER_BYTES, length)));
    }

    private static int headerCrc(ByteBuffer pack, int offset, long salt) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, salt));
        crc.update(pack.slice(offset, HEADER_CRC_AT));
        return (int) crc.getValue();
    }

    private static int crc(ByteBuffer content) {
        var crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }
}
