package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.MismatchException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of another node, over its {@link PeerServer}.
 *
 * <p>Every call ends within the timeout, a stalled body included. What arrives is checked against its id.
 */
public final class PeerChunks implements NodeChunks {
    private final HttpClient client;
    private final URI base;
    private final String node;
    private final String cluster;
    private final Duration timeout;
    private final CompletableFuture<?> closing;

    /**
     * Connects lazily, on each call.
     *
     * @param base scheme, host and port; the client proves who this node is if the scheme is {@code https}
     * @param closing ends a call early when it completes
     */
    public PeerChunks(
            HttpClient client, String node, URI base, String cluster, Duration timeout, CompletableFuture<?> closing) {
        this.client = client;
        this.node = node;
        this.base = base;
        this.cluster = cluster;
        this.timeout = timeout;
        this.closing = closing;
    }

    /** Asks who is there; false if nobody answers in time or another node does. */
    public CompletableFuture<Boolean> isReachable(Duration patience) {
        CompletableFuture<HttpResponse<byte[]>> asked =
                client.sendAsync(request("node").GET().build(), PeerChunks::bounded);
        return asked.thenApply(response -> response.statusCode() == 200 && node.equals(text(response)))
                .completeOnTimeout(false, patience.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(failure -> false)
                .whenComplete((answer, failure) -> asked.cancel(true));
    }

    @Override
    public Set<ChunkId> missing(Collection<ChunkId> ids) throws IOException {
        Set<ChunkId> missing = new LinkedHashSet<>();
        for (List<ChunkId> some : inRequests(ids)) {
            byte[] have = post("have", PeerWire.ids(some));
            if (have.length != some.size()) {
                throw new IOException("node %s answered %d bytes for %d ids".formatted(node, have.length, some.size()));
            }
            for (int i = 0; i < have.length; i++) {
                if (have[i] != 1) {
                    missing.add(some.get(i));
                }
            }
        }
        return missing;
    }

    private static List<List<ChunkId>> inRequests(Collection<ChunkId> ids) {
        List<ChunkId> all = List.copyOf(ids);
        List<List<ChunkId>> requests = new ArrayList<>();
        for (int from = 0; from < all.size(); from += PeerWire.MAX_IDS) {
            requests.add(all.subList(from, Math.min(all.size(), from + PeerWire.MAX_IDS)));
        }
        return requests;
    }

    @Override
    public void putAll(Map<ChunkId, byte[]> blobs) throws IOException {
        List<Map<ChunkId, byte[]>> requests = split(blobs);
        if (requests.size() > 1) {
            refuseMismatch(blobs); // the other node could tell only after it has stored earlier requests
        }
        for (Map<ChunkId, byte[]> some : requests) {
            HttpResponse<byte[]> response =
                    send(request("chunks").POST(BodyPublishers.ofByteArray(PeerWire.blobs(some))));
            if (response.statusCode() == 400) {
                refuseMismatch(some);
            }
            expect(204, response);
        }
    }

    private static List<Map<ChunkId, byte[]>> split(Map<ChunkId, byte[]> blobs) {
        List<Map<ChunkId, byte[]>> requests = new ArrayList<>();
        Map<ChunkId, byte[]> last = new LinkedHashMap<>();
        int bytes = 0;
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            if (blob.getValue().length > MAX_BYTES) {
                throw new IllegalArgumentException("a blob has at most %d bytes, got %d in %s"
                        .formatted(MAX_BYTES, blob.getValue().length, blob.getKey()));
            }
            last.put(blob.getKey(), blob.getValue());
            bytes += blob.getValue().length;
            if (bytes >= PeerWire.FULL_BYTES || last.size() == PeerWire.MAX_IDS) {
                requests.add(last);
                last = new LinkedHashMap<>();
                bytes = 0;
            }
        }
        if (!last.isEmpty()) {
            requests.add(last);
        }
        return requests;
    }

    private static void refuseMismatch(Map<ChunkId, byte[]> blobs) throws MismatchException {
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            ChunkId actual = ChunkId.of(blob.getValue());
            if (!actual.equals(blob.getKey())) {
                throw new MismatchException(blob.getKey(), actual.toString());
            }
        }
    }

    @Override
    public Lookup get(ChunkId id) throws IOException {
        HttpResponse<byte[]> response = send(request("chunks/" + id).GET());
        if (response.statusCode() == 404) {
            return new Lookup.Missing();
        }
        return response.statusCode() == 410
                ? new Lookup.Corrupt("unknown")
                : PeerWire.checked(id, expect(200, response));
    }

    @Override
    public Map<ChunkId, Lookup> getAll(Collection<ChunkId> ids) throws IOException {
        List<List<ChunkId>> requests = inRequests(ids);
        if (requests.isEmpty()) {
            return Map.of();
        }
        List<ChunkId> first = requests.get(0);
        Map<ChunkId, Lookup> answers = understand(PeerWire::readLookups, post("get", PeerWire.ids(first)));
        if (!answers.containsKey(first.get(0)) || !new HashSet<>(first).containsAll(answers.keySet())) {
            throw new IOException("node %s answered for other chunks than asked".formatted(node));
        }
        return answers;
    }

    @Override
    public List<ChunkId> ids(@Nullable ChunkId after, int limit) throws IOException {
        String from = after == null ? "" : "&after=" + after;
        HttpRequest.Builder request = request("ids?limit=" + Math.min(limit, PeerWire.MAX_IDS) + from);
        List<ChunkId> ids = understand(PeerWire::readIds, expect(200, send(request.GET())));
        ChunkId last = after;
        for (ChunkId id : ids) {
            if (last != null && id.compareTo(last) <= 0) {
                throw new IOException("node %s listed %s behind %s".formatted(node, id, last));
            }
            last = id;
        }
        return ids;
    }

    /** Not offered: only {@link #sweep} deletes on another node. */
    @Override
    public void delete(Collection<ChunkId> ids) {
        throw new UnsupportedOperationException("another node deletes only what it has condemned");
    }

    @Override
    public void condemn(long epoch, Collection<ChunkId> ids) throws IOException {
        List<List<ChunkId>> requests = ids.isEmpty() ? List.of(List.of()) : inRequests(ids); // none: an epoch begins
        for (List<ChunkId> some : requests) {
            HttpResponse<byte[]> response =
                    send(request("condemn?epoch=" + epoch).POST(BodyPublishers.ofByteArray(PeerWire.ids(some))));
            if (response.statusCode() == 400) {
                throw new IllegalArgumentException(text(response));
            }
            expect(204, response);
        }
    }

    @Override
    public long sweep(long epoch, Collection<ChunkId> ids) throws IOException {
        long deleted = 0;
        for (List<ChunkId> some : inRequests(ids)) {
            byte[] answer = post("sweep?epoch=" + epoch, PeerWire.ids(some));
            if (answer.length != Long.BYTES) {
                throw new IOException("node %s answered %d bytes for a number".formatted(node, answer.length));
            }
            deleted += ByteBuffer.wrap(answer).getLong();
        }
        return deleted;
    }

    private byte[] post(String path, byte[] body) throws IOException {
        return expect(200, send(request(path).POST(BodyPublishers.ofByteArray(body))));
    }

    private <T> T understand(Function<byte[], T> reading, byte[] answer) throws IOException {
        try {
            return reading.apply(answer);
        } catch (IllegalArgumentException e) {
            throw new IOException("node %s gave a bad answer: %s".formatted(node, e.getMessage()), e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path))
                .header(PeerServer.CLUSTER_HEADER, cluster)
                .header(PeerServer.NODE_HEADER, node);
    }

    private byte[] expect(int status, HttpResponse<byte[]> response) throws IOException {
        if (response.statusCode() != status) {
            throw new IOException("node %s answered %d: %s".formatted(node, response.statusCode(), text(response)));
        }
        return response.body();
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
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

    /** The client holds a body to its announced length; this holds the announcement to what an answer may have. */
    private static HttpResponse.BodySubscriber<byte[]> bounded(HttpResponse.ResponseInfo info) {
        long announced = info.headers().firstValueAsLong("Content-Length").orElse(0);
        boolean empty = info.statusCode() == 204 || announced == 0;
        if (announced > PeerWire.MAX_BODY || announced < 0) {
            throw new IllegalStateException("body of %d bytes; at most %d".formatted(announced, PeerWire.MAX_BODY));
        }
        return empty ? BodySubscribers.replacing(new byte[0]) : BodySubscribers.ofByteArray();
    }
}
