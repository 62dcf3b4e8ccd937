package io.aidc.storage.object;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Receives one answer up to a limit, and still has what came when it breaks off.
 *
 * <p>An answer over the limit is refused; that of an error is cut.
 *
 * <p>Thread-safe: filled by the client's threads, asked by the caller's.
 */
final class Reception implements BodyHandler<byte[]>, BodySubscriber<byte[]> {
    private static final int ERROR_BYTES = 1 << 16;

    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final List<ByteBuffer> parts = new ArrayList<>();
    private final int limit;
    private int received;
    private @Nullable ResponseInfo head;
    private @Nullable Subscription subscription;
    private volatile long lastProgress = System.nanoTime();

    Reception(int limit) {
        this.limit = limit;
    }

    /** Notes that the exchange goes on. */
    void progress() {
        lastProgress = System.nanoTime();
    }

    long nanosSinceProgress() {
        return System.nanoTime() - lastProgress;
    }

    /** The status, or 0 as long as there is none. */
    synchronized int status() {
        return head == null ? 0 : head.statusCode();
    }

    synchronized String header(String name) {
        return head == null ? "" : head.headers().firstValue(name).orElse("");
    }

    /** What came so far. */
    synchronized byte[] received() {
        ByteBuffer joined = ByteBuffer.allocate(received);
        parts.forEach(part -> joined.put(part.duplicate()));
        return joined.array();
    }

    @Override
    public synchronized BodySubscriber<byte[]> apply(ResponseInfo info) {
        progress();
        head = info;
        return this;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return whole;
    }

    @Override
    public synchronized void onSubscribe(Subscription body) {
        subscription = body;
        body.request(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        progress();
        for (ByteBuffer buffer : buffers) {
            add(buffer);
        }
    }

    private void add(ByteBuffer buffer) {
        boolean error = status() >= 300;
        int room = (error ? ERROR_BYTES : limit) - received;
        if (whole.isDone()) {
            return;
        }
        ByteBuffer part = buffer.slice(buffer.position(), Math.min(room, buffer.remaining()));
        parts.add(part);
        received += part.remaining();
        if (buffer.remaining() > room) {
            if (error) {
                whole.complete(received());
            } else {
                whole.completeExceptionally(new TooLargeException(limit));
            }
            cancel();
        }
    }

    private void cancel() {
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        whole.complete(received());
    }
}
