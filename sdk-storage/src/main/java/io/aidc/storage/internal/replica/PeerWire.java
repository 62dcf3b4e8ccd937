package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.ChunkStore.Lookup;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bodies between nodes, big-endian.
 *
 * <p>Ids: 33 bytes each. Blobs: id, int length, bytes. Lookups: id, one byte (0 missing, 1 found, 2 corrupt), and for
 * found int length and bytes.
 */
final class PeerWire {
    /** The most ids in one body. */
    static final int MAX_IDS = 8_192;

    /** From this many bytes of content on, a body gets no further blob. */
    static final int FULL_BYTES = ChunkStore.MAX_BYTES;

    /** The largest body: full but for one byte, and then one largest blob. */
    static final int MAX_BODY = FULL_BYTES + ChunkStore.MAX_BYTES + MAX_IDS * (ChunkId.ENCODED_BYTES + 5);

    private static final byte MISSING = 0;
    private static final byte FOUND = 1;
    private static final byte CORRUPT = 2;

    private PeerWire() {}

    static byte[] ids(Collection<ChunkId> ids) {
        ByteBuffer out = ByteBuffer.allocate(ids.size() * ChunkId.ENCODED_BYTES);
        ids.forEach(id -> id.writeTo(out));
        return out.array();
    }

    static List<ChunkId> readIds(byte[] body) {
        if (body.length > MAX_IDS * ChunkId.ENCODED_BYTES) {
            throw new IllegalArgumentException("at most %d ids, got %d bytes".formatted(MAX_IDS, body.length));
        }
        ByteBuffer in = ByteBuffer.wrap(body);
        List<ChunkId> ids = new ArrayList<>();
        while (in.hasRemaining()) {
            ids.add(ChunkId.readFrom(in));
        }
        return ids;
    }

    static byte[] blobs(Map<ChunkId, byte[]> blobs) {
        int size = 0;
        for (byte[] content : blobs.values()) {
            size += ChunkId.ENCODED_BYTES + Integer.BYTES + content.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        blobs.forEach((id, content) -> {
            id.writeTo(out);
            out.putInt(content.length).put(content);
        });
        return out.array();
    }

    static Map<ChunkId, byte[]> readBlobs(byte[] body) {
        ByteBuffer in = ByteBuffer.wrap(body);
        Map<ChunkId, byte[]> blobs = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            ChunkId id = ChunkId.readFrom(in);
            if (blobs.put(id, content(in)) != null) {
                throw new IllegalArgumentException("chunk %s occurs twice".formatted(id));
            }
        }
        return blobs;
    }

    static byte[] lookups(Map<ChunkId, Lookup> lookups) {
        int size = 0;
        for (Lookup lookup : lookups.values()) {
            int content = lookup instanceof Lookup.Found found ? Integer.BYTES + found.content().length : 0;
            size += ChunkId.ENCODED_BYTES + 1 + content;
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        lookups.forEach((id, lookup) -> {
            id.writeTo(out);
            if (lookup instanceof Lookup.Found found) {
                out.put(FOUND).putInt(found.content().length).put(found.content());
            } else {
                out.put(lookup instanceof Lookup.Missing ? MISSING : CORRUPT);
            }
        });
        return out.array();
    }

    /** Reads lookups; what does not have its id is corrupt. */
    static Map<ChunkId, Lookup> readLookups(byte[] body) {
        ByteBuffer in = ByteBuffer.wrap(body);
        Map<ChunkId, Lookup> lookups = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            ChunkId id = ChunkId.readFrom(in);
            lookups.put(id, lookup(id, in));
        }
        return lookups;
    }

    private static Lookup lookup(ChunkId id, ByteBuffer in) {
        byte kind = in.hasRemaining() ? in.get() : -1;
        return switch (kind) {
            case MISSING -> new Lookup.Missing();
            case FOUND -> checked(id, content(in));
            case CORRUPT -> new Lookup.Corrupt("unknown");
            default -> throw new IllegalArgumentException("a lookup is 0, 1 or 2, got " + kind);
        };
    }

    static Lookup checked(ChunkId id, byte[] content) {
        ChunkId actual = ChunkId.of(content);
        return actual.equals(id) ? new Lookup.Found(content) : new Lookup.Corrupt(actual.toString());
    }

    private static byte[] content(ByteBuffer in) {
        int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
        if (length < 0 || length > in.remaining() || length > ChunkStore.MAX_BYTES) {
            throw new IllegalArgumentException("a blob of %d bytes; %d are left".formatted(length, in.remaining()));
        }
        byte[] content = new byte[length];
        in.get(content);
        return content;
    }
}
