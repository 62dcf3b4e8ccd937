package io.aidc.storage.internal.replica;

import com.sun.net.httpserver.HttpExchange;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore.Lookup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a {@link PeerServer} answers. */
final class PeerRequests {
    private final String node;
    private final NodeChunks chunks;
    private final ReplicaEvents events;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Reply(int status, byte[] body) {
        static Reply text(int status, String text) {
            return new Reply(status, text.getBytes(StandardCharsets.UTF_8));
        }

        static Reply done() {
            return new Reply(204, new byte[0]);
        }
    }

    PeerRequests(String node, NodeChunks chunks, ReplicaEvents events) {
        this.node = node;
        this.chunks = chunks;
        this.events = events;
    }

    Reply node(HttpExchange exchange) {
        return Reply.text(200, node);
    }

    Reply have(HttpExchange exchange) throws IOException {
        List<ChunkId> ids = ids(exchange);
        Set<ChunkId> missing = chunks.missing(ids);
        byte[] have = new byte[ids.size()];
        for (int i = 0; i < have.length; i++) {
            have[i] = (byte) (missing.contains(ids.get(i)) ? 0 : 1);
        }
        return new Reply(200, have);
    }

    Reply put(HttpExchange exchange) throws IOException {
        chunks.putAll(PeerWire.readBlobs(body(exchange, PeerWire.MAX_BODY)));
        return Reply.done();
    }

    Reply get(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        ChunkId id = ChunkId.parse(path.substring(path.lastIndexOf('/') + 1));
        Lookup lookup = chunks.get(id);
        if (lookup instanceof Lookup.Found found) {
            return new Reply(200, found.content());
        }
        if (lookup instanceof Lookup.Corrupt) {
            events.corrupt(node, id);
            return Reply.text(410, "corrupt");
        }
        return Reply.text(404, "missing");
    }

    Reply getAll(HttpExchange exchange) throws IOException {
        Map<ChunkId, Lookup> lookups = chunks.getAll(ids(exchange));
        lookups.forEach((id, lookup) -> {
            if (lookup instanceof Lookup.Corrupt) {
                events.corrupt(node, id);
            }
        });
        return new Reply(200, PeerWire.lookups(lookups));
    }

    Reply list(HttpExchange exchange) throws IOException {
        Map<String, String> query = query(exchange);
        String after = query.get("after");
        int limit = (int) number(query, "limit", PeerWire.MAX_IDS);
        return new Reply(200, PeerWire.ids(chunks.ids(after == null ? null : ChunkId.parse(after), limit)));
    }

    Reply condemn(HttpExchange exchange) throws IOException {
        chunks.condemn(epoch(exchange), ids(exchange));
        return Reply.done();
    }

    Reply sweep(HttpExchange exchange) throws IOException {
        long deleted = chunks.sweep(epoch(exchange), ids(exchange));
        return new Reply(200, ByteBuffer.allocate(Long.BYTES).putLong(deleted).array());
    }

    private static long epoch(HttpExchange exchange) {
        return number(query(exchange), "epoch", Long.MAX_VALUE);
    }

    private static long number(Map<String, String> query, String key, long most) {
        long value = Long.parseLong(query.getOrDefault(key, ""));
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("%s must be 1 to %d, got %d".formatted(key, most, value));
        }
        return value;
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String text = exchange.getRequestURI().getRawQuery();
        for (String pair : text == null ? new String[0] : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("a query is key=value, got '%s'".formatted(pair));
            }
            query.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return query;
    }

    private static List<ChunkId> ids(HttpExchange exchange) throws IOException {
        return PeerWire.readIds(body(exchange, PeerWire.MAX_IDS * ChunkId.ENCODED_BYTES));
    }

    private static byte[] body(HttpExchange exchange, int maxBytes) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            throw new IllegalArgumentException("body must have at most %d bytes".formatted(maxBytes));
        }
        return body;
    }
}
