package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.IdSummary;
import io.aidc.storage.internal.pack.MismatchException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of another node, over its {@link PeerServer}.
 *
 * <p>Every call ends within the timeout, a stalled body included. What arrives is checked against its id.
 */
public final class PeerChunks implements ChunkStore {
    private final HttpClient client;
    private final URI base;
    private final String node;
    private final String cluster;
    private final Duration timeout;
    private final CompletableFuture<?> closing;

    /**
     * Connects lazily, on each call.
     *
     * @param authority host and port
     * @param closing ends a call early when it completes
     */
    public PeerChunks(
            HttpClient client,
            String node,
            String authority,
            String cluster,
            Duration timeout,
            CompletableFuture<?> closing) {
        this.client = client;
        this.node = node;
        this.cluster = cluster;
        this.timeout = timeout;
        this.closing = closing;
        base = URI.create("http://" + authority + "/");
    }

    /** Asks who is there; false if nobody answers in time or another node does. */
    public CompletableFuture<Boolean> isReachable(Duration patience) {
        CompletableFuture<HttpResponse<byte[]>> asked =
                client.sendAsync(request("node").GET().build(), PeerChunks::bounded);
        return asked.thenApply(response -> response.statusCode() == 200
                        && node.equals(new String(response.body(), StandardCharsets.UTF_8)))
                .completeOnTimeout(false, patience.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(failure -> false)
                .whenComplete((answer, failure) -> asked.cancel(true));
    }

    @Override
    public Set<ChunkId> missing(Collection<ChunkId> ids) throws IOException {
        List<ChunkId> all = new ArrayList<>(ids);
        Set<ChunkId> missing = new LinkedHashSet<>();
        for (int from = 0; from < all.size(); from += PeerServer.MAX_IDS) {
            missing.addAll(missingOf(all.subList(from, Math.min(all.size(), from + PeerServer.MAX_IDS))));
        }
        return missing;
    }

    private Set<ChunkId> missingOf(List<ChunkId> ids) throws IOException {
        ByteBuffer body = ByteBuffer.allocate(ids.size() * ChunkId.ENCODED_BYTES);
        ids.forEach(id -> id.writeTo(body));
        byte[] have = expect(200, send(request("have").POST(BodyPublishers.ofByteArray(body.array()))));
        if (have.length != ids.size()) {
            throw new IOException("node %s answered %d bytes for %d ids".formatted(node, have.length, ids.size()));
        }
        Set<ChunkId> missing = new LinkedHashSet<>();
        for (int i = 0; i < have.length; i++) {
            if (have[i] != 1) {
                missing.add(ids.get(i));
            }
        }
        return missing;
    }

    @Override
    public void putAll(Map<ChunkId, byte[]> blobs) throws IOException {
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            store(blob.getKey(), blob.getValue());
        }
    }

    @Override
    public List<ChunkId> ids(@Nullable ChunkId after, int limit) throws IOException {
        throw new IOException("not yet");
    }

    @Override
    public IdSummary summary() throws IOException {
        throw new IOException("not yet");
    }

    @Override
    public void delete(Collection<ChunkId> ids) throws IOException {
        throw new IOException("not yet");
    }

    private void store(ChunkId id, byte[] content) throws IOException {
        BodyPublisher body = BodyPublishers.ofByteArray(content);
        HttpResponse<byte[]> response = send(request("chunks/" + id).PUT(body));
        if (response.statusCode() == 400) {
            throw new MismatchException(id, ChunkId.of(content).toString());
        }
        expect(204, response);
    }

    @Override
    public Lookup get(ChunkId id) throws IOException {
        HttpResponse<byte[]> response = send(request("chunks/" + id).GET());
        if (response.statusCode() == 404) {
            return new Lookup.Missing();
        }
        if (response.statusCode() == 410) {
            return new Lookup.Corrupt("unknown");
        }
        byte[] content = expect(200, response);
        ChunkId actual = ChunkId.of(content);
        return actual.equals(id) ? new Lookup.Found(content) : new Lookup.Corrupt(actual.toString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .header(PeerServer.CLUSTER_HEADER, cluster)
                .header(PeerServer.NODE_HEADER, node);
    }

    private byte[] expect(int status, HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() != status) {
            throw new IOException("node %s answered %d: %s"
                    .formatted(node, response.statusCode(), new String(response.body(), StandardCharsets.UTF_8)));
        }
        return response.body();
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> response = client.sendAsync(request.build(), PeerChunks::bounded);
        try {
            CompletableFuture.anyOf(response, closing).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (!response.isDone()) {
                throw new IOException("the store is being closed");
            }
            return response.get();
        } catch (ExecutionException e) {
            throw new IOException("node %s at %s: %s".formatted(node, base.getAuthority(), e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(
                    "node %s at %s did not answer within %s".formatted(node, base.getAuthority(), timeout), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for node " + node);
        } finally {
            response.cancel(true);
        }
    }

    /** The client holds a body to its announced length; this holds the announcement to what a chunk may have. */
    private static HttpResponse.BodySubscriber<byte[]> bounded(HttpResponse.ResponseInfo info) {
        long announced = info.headers().firstValueAsLong("Content-Length").orElse(0);
        boolean empty = info.statusCode() == 204 || announced == 0;
        if (announced > MAX_BYTES || announced < 0) {
            throw new IllegalStateException("body of %d bytes; at most %d".formatted(announced, MAX_BYTES));
        }
        return empty ? BodySubscribers.replacing(new byte[0]) : BodySubscribers.ofByteArray();
    }
}
