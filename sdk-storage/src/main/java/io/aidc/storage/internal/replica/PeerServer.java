package io.aidc.storage.internal.replica;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.aidc.storage.internal.pack.MismatchException;
import io.aidc.storage.internal.replica.PeerRequests.Reply;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives other nodes access to this node's chunks over HTTP/1.1; with TLS, only to those whose certificate is trusted.
 *
 * <p>{@code GET /node} answers the node's id. {@code POST /have}: up to 8,192 ids of 33 bytes, answered by one byte
 * each, 1 for stored. {@code POST /chunks}: blobs, 204 once all survive a power cut. {@code GET /chunks/<id>}: 200,
 * 404 missing, 410 corrupt. {@code POST /get}: ids, answered by lookups of the first ones. {@code GET
 * /ids?after=<id>&limit=<n>}: the ids stored, sorted. {@code POST /condemn?epoch=<n>} and {@code
 * POST /sweep?epoch=<n>}: ids; see {@link NodeChunks}. Nothing else deletes. Every request names the cluster in {@code
 * Aidc-Cluster} and this node in {@code Aidc-Node}; what is meant for another gets 403.
 *
 * <p>An exchange that is not over in time is closed, so that a peer that stops in the middle holds no thread for ever.
 */
public final class PeerServer implements AutoCloseable {
    static final String CLUSTER_HEADER = "Aidc-Cluster";
    static final String NODE_HEADER = "Aidc-Node";

    private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
    private static final int NO_BODY = -1;

    private static final int THREADS = 32;

    private final PeerPort port;
    private final ExecutorService threads;
    private final ScheduledExecutorService watchdog;
    private final HttpServer server;

    private interface Handler {
        Reply handle(HttpExchange exchange) throws IOException;
    }

    /** Opens the port. */
    public PeerServer(PeerPort port, NodeChunks chunks, ReplicaEvents events) throws IOException {
        this.port = port;
        server = server(port.tls());
        try {
            server.bind(port.address(), 0);
        } catch (IOException | RuntimeException e) {
            server.stop(0);
            throw e;
        }
        threads = Threads.pool("data", THREADS);
        watchdog = Threads.timer("watchdog");
        server.setExecutor(threads);
        var requests = new PeerRequests(port.node(), chunks, events);
        serve("GET", "/node", requests::node);
        serve("POST", "/have", requests::have);
        serve("POST", "/chunks", requests::put);
        serve("GET", "/chunks/", requests::get);
        serve("POST", "/get", requests::getAll);
        serve("GET", "/ids", requests::list);
        serve("POST", "/condemn", requests::condemn);
        serve("POST", "/sweep", requests::sweep);
        server.start();
    }

    private static HttpServer server(@Nullable SSLContext tls) throws IOException {
        if (tls == null) {
            return HttpServer.create();
        }
        HttpsServer https = HttpsServer.create();
        https.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = tls.getDefaultSSLParameters();
                ssl.setNeedClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        return https;
    }

    private void serve(String method, String path, Handler handler) {
        server.createContext(path, exchange -> answer(exchange, method, handler));
    }

    private void answer(HttpExchange exchange, String method, Handler handler) throws IOException {
        var end = watchdog.schedule(exchange::close, port.timeout().toNanos(), TimeUnit.NANOSECONDS);
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
        if (!port.cluster().equals(exchange.getRequestHeaders().getFirst(CLUSTER_HEADER))) {
            return Reply.text(403, "this node belongs to cluster " + port.cluster());
        }
        if (!port.node().equals(exchange.getRequestHeaders().getFirst(NODE_HEADER))) {
            return Reply.text(403, "this is node " + port.node());
        }
        if (!exchange.getRequestMethod().equals(method)) {
            return Reply.text(405, "use " + method);
        }
        try {
            return handler.handle(exchange);
        } catch (IllegalArgumentException | MismatchException e) {
            return Reply.text(400, String.valueOf(e.getMessage()));
        } catch (IOException | RuntimeException e) {
            LOG.debug("A request failed node={} request={}", port.node(), exchange.getRequestURI(), e);
            return Reply.text(500, e.toString());
        }
    }

    /** Closes the port; a chunk being written is finished first. */
    @Override
    public void close() {
        server.stop(0);
        Threads.finish(threads);
        Threads.finish(watchdog);
    }
}
