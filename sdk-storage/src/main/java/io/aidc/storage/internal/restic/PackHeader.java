package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of a pack: sealed entries, then the length of the sealed bytes as four little-endian bytes.
 *
 * <p>Entry: type (0 data, 1 tree, 2 compressed data, 3 compressed tree), length, plain length if compressed, SHA-256.
 */
final class PackHeader {
    /** The field at the end that tells the header's length. */
    static final int LENGTH_BYTES = 4;

    private static final int PLAIN_ENTRY_BYTES = 37;
    private static final int COMPRESSED_ENTRY_BYTES = 41;
    private static final int ID_BYTES = 32;

    private PackHeader() {}

    /** The length of the sealed header and its length field. */
    static int bytes(List<PackedBlob> blobs) {
        int entries = 0;
        for (PackedBlob blob : blobs) {
            entries += blob.isCompressed() ? COMPRESSED_ENTRY_BYTES : PLAIN_ENTRY_BYTES;
        }
        return entries + SealKey.OVERHEAD_BYTES + LENGTH_BYTES;
    }

    static byte[] encode(List<PackedBlob> blobs, SealKey key) {
        ByteBuffer entries = ByteBuffer.allocate(bytes(blobs) - SealKey.OVERHEAD_BYTES - LENGTH_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (PackedBlob blob : blobs) {
            int tree = blob.type() == BlobType.TREE ? 1 : 0;
            entries.put((byte) (blob.isCompressed() ? tree + 2 : tree)).putInt(blob.length());
            if (blob.isCompressed()) {
                entries.putInt(blob.uncompressedLength());
            }
            entries.put(digest(blob.id()));
        }
        byte[] sealed = key.seal(entries.array());
        return ByteBuffer.allocate(sealed.length + LENGTH_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(sealed)
                .putInt(sealed.length)
                .array();
    }

    /** The length that the last four bytes tell. */
    static int sealedLength(byte[] lengthField) {
        return ByteBuffer.wrap(lengthField).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    /**
     * @param sealed without the length field
     * @throws IllegalArgumentException if the header is damaged or not sealed with this key
     */
    static List<PackedBlob> parse(byte[] sealed, SealKey key) {
        byte[] plain = key.open(sealed).orElseThrow(() -> new IllegalArgumentException("header does not authenticate"));
        ByteBuffer entries = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
        List<PackedBlob> blobs = new ArrayList<>();
        int offset = 0;
        while (entries.hasRemaining()) {
            PackedBlob blob = entry(entries, offset);
            blobs.add(blob);
            offset += blob.length();
        }
        return blobs;
    }

    private static PackedBlob entry(ByteBuffer entries, int offset) {
        byte kind = entries.get();
        if (kind < 0 || kind > 3) {
            throw new IllegalArgumentException("blob type must be 0 to 3, got " + kind);
        }
        boolean compressed = kind >= 2;
        if (entries.remaining() < (compressed ? COMPRESSED_ENTRY_BYTES : PLAIN_ENTRY_BYTES) - 1) {
            throw new IllegalArgumentException("header ends inside an entry");
        }
        int length = entries.getInt();
        int uncompressed = compressed ? entries.getInt() : 0;
        byte[] digest = new byte[ID_BYTES];
        entries.get(digest);
        BlobType type = kind % 2 == 1 ? BlobType.TREE : BlobType.DATA;
        return new PackedBlob(type, ChunkId.ofDigest(digest), offset, length, uncompressed);
    }

    private static byte[] digest(ChunkId id) {
        ByteBuffer tagged = ByteBuffer.allocate(ChunkId.ENCODED_BYTES);
        id.writeTo(tagged);
        byte[] digest = new byte[ID_BYTES];
        tagged.get(1, digest);
        return digest;
    }
}
