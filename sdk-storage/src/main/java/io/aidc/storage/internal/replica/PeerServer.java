package io.aidc.storage.internal.replica;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.MismatchException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives other nodes access to this node's chunks over HTTP/1.1.
 *
 * <p>{@code GET /node} answers the node's id. {@code POST /have}: up to 8,192 ids of 33 bytes, answered by one byte each, 1 for
 * stored. {@code PUT /chunks/<id>}: 204 once the chunk survives a power cut. {@code GET /chunks/<id>}: 200, 404 missing, 410
 * corrupt. Every request names the cluster in {@code Aidc-Cluster} and this node in {@code Aidc-Node}; what is meant for
 * another gets 403. There is no authentication.
 *
 * <p>An exchange that is not over in time is closed, so that a peer that stops in the middle holds no thread for ever.
 */
public final class PeerServer implements AutoCloseable {
    static final String CLUSTER_HEADER = "Aidc-Cluster";
    static final String NODE_HEADER = "Aidc-Node";
    static final int MAX_IDS = 8_192;

    private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
    private static final int NO_BODY = -1;

    private final String node;
    private final String cluster;
    private final ChunkStore chunks;
    private final ReplicaEvents events;
    private final Duration timeout;
    private final ExecutorService threads;
    private final ScheduledExecutorService watchdog;
    private final HttpServer server;

    private interface Handler {
        Reply handle(HttpExchange exchange) throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Reply(int status, byte[] body) {}

    /**
     * Opens the port.
     *
     * @param timeout the bound of one exchange
     */
    public PeerServer(
            String node,
            String cluster,
            InetSocketAddress address,
            ChunkStore chunks,
            ReplicaEvents events,
            Duration timeout)
            throws IOException {
        this.node = node;
        this.cluster = cluster;
        this.chunks = chunks;
        this.events = events;
        this.timeout = timeout;
        server = HttpServer.create(address, 0);
        threads = Threads.pool("data", 4);
        watchdog = Threads.timer("watchdog");
        server.setExecutor(threads);
        server.createContext("/node", exchange -> answer(exchange, "GET", this::node));
        server.createContext("/have", exchange -> answer(exchange, "POST", this::have));
        server.createContext("/chunks/", exchange -> {
            boolean put = exchange.getRequestMethod().equals("PUT");
            answer(exchange, put ? "PUT" : "GET", put ? this::put : this::get);
        });
        server.start();
    }

    private void answer(HttpExchange exchange, String method, Handler handler) throws IOException {
        var end = watchdog.schedule(exchange::close, timeout.toNanos(), TimeUnit.NANOSECONDS);
        try (exchange) {
            Reply reply = reply(exchange, method, handler);
            if (reply.body().length == 0) {
                exchange.sendResponseHeaders(reply.status(), NO_BODY);
            } else {
                exchange.sendResponseHeaders(reply.status(), reply.body().length);
                exchange.getResponseBody().write(reply.body());
            }
        } finally {
            end.cancel(false);
        }
    }

    private Reply reply(HttpExchange exchange, String method, Handler handler) {
        if (!cluster.equals(exchange.getRequestHeaders().getFirst(CLUSTER_HEADER))) {
            return text(403, "this node belongs to cluster " + cluster);
        }
        if (!node.equals(exchange.getRequestHeaders().getFirst(NODE_HEADER))) {
            return text(403, "this is node " + node);
        }
        if (!exchange.getRequestMethod().equals(method)) {
            return text(405, "use " + method);
        }
        try {
            return handler.handle(exchange);
        } catch (IllegalArgumentException | MismatchException e) {
            return text(400, String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            LOG.debug("A request failed node={} request={}", node, exchange.getRequestURI(), e);
            return text(500, e.toString());
        }
    }

    private Reply node(HttpExchange exchange) {
        return text(200, node);
    }

    private Reply have(HttpExchange exchange) throws IOException {
        byte[] body = body(exchange, MAX_IDS * ChunkId.ENCODED_BYTES);
        ByteBuffer in = ByteBuffer.wrap(body);
        List<ChunkId> ids = new ArrayList<>();
        while (in.hasRemaining()) {
            ids.add(ChunkId.readFrom(in));
        }
        Set<ChunkId> missing = chunks.missing(ids);
        byte[] have = new byte[ids.size()];
        for (int i = 0; i < have.length; i++) {
            have[i] = (byte) (missing.contains(ids.get(i)) ? 0 : 1);
        }
        return new Reply(200, have);
    }

    private Reply put(HttpExchange exchange) throws IOException {
        chunks.put(id(exchange), body(exchange, ChunkStore.MAX_BYTES));
        return new Reply(204, new byte[0]);
    }

    private Reply get(HttpExchange exchange) throws IOException {
        ChunkId id = id(exchange);
        ChunkStore.Lookup lookup = chunks.get(id);
        if (lookup instanceof ChunkStore.Lookup.Found found) {
            return new Reply(200, found.content());
        }
        if (lookup instanceof ChunkStore.Lookup.Corrupt) {
            events.corrupt(node, id);
            return text(410, "corrupt");
        }
        return text(404, "missing");
    }

    private static ChunkId id(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        return ChunkId.parse(path.substring(path.lastIndexOf('/') + 1));
    }

    private static byte[] body(HttpExchange exchange, int maxBytes) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(maxBytes + 1);
        if (body.length > maxBytes) {
            throw new IllegalArgumentException("body must have at most %d bytes".formatted(maxBytes));
        }
        return body;
    }

    private static Reply text(int status, String text) {
        return new Reply(status, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Closes the port; a chunk being written is finished first. */
    @Override
    public void close() {
        server.stop(0);
        Threads.finish(threads);
        Threads.finish(watchdog);
    }
}
