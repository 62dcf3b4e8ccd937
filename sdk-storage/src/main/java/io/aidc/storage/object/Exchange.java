package io.aidc.storage.object;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Sends requests and gives up on one only when nothing moves in either direction.
 *
 * <p>The client's own timeout ends at the head of an answer, and would count a long upload as waiting.
 */
final class Exchange {
    private final HttpClient client;
    private final Duration idle;
    private final CompletableFuture<Void> closing;

    Exchange(HttpClient client, Duration idle, CompletableFuture<Void> closing) {
        this.client = client;
        this.idle = idle;
        this.closing = closing;
    }

    /** Sends one request; fails with {@link TransientException} if another try may help. */
    byte[] send(HttpRequest request, Reception reception) throws IOException {
        reception.progress();
        CompletableFuture<HttpResponse<byte[]>> response = client.sendAsync(request, reception);
        try {
            await(response, reception);
            return response.get().body();
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(
                    "interrupted while waiting for " + request.uri().getAuthority());
        } finally {
            response.cancel(true);
        }
    }

    private void await(CompletableFuture<?> response, Reception reception)
            throws IOException, InterruptedException, ExecutionException {
        CompletableFuture<?> either = CompletableFuture.anyOf(response, closing);
        while (!either.isDone()) {
            long left = idle.toNanos() - reception.nanosSinceProgress();
            if (left <= 0) {
                throw new TransientException("nothing moved for " + idle);
            }
            try {
                either.get(left, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                // something may have moved meanwhile: look again
            }
        }
        if (!response.isDone()) {
            throw new IOException("the store is being closed");
        }
    }

    private static IOException failure(Throwable cause) {
        String message = cause.getClass().getSimpleName() + ": " + cause.getMessage();
        boolean mayPass = cause instanceof IOException
                && !(cause instanceof SSLHandshakeException || cause instanceof TooLargeException);
        return mayPass ? new TransientException(message, cause) : new IOException(message, cause);
    }

    /** A body that notes each piece that the connection took. */
    static BodyPublisher watched(byte[] body, Reception reception) {
        if (body.length == 0) {
            return BodyPublishers.noBody();
        }
        BodyPublisher all = BodyPublishers.ofByteArray(body);
        return BodyPublishers.fromPublisher(
                subscriber -> all.subscribe(new Watched(subscriber, reception)), body.length);
    }

    private record Watched(Subscriber<? super ByteBuffer> next, Reception reception) implements Subscriber<ByteBuffer> {
        @Override
        public void onSubscribe(Subscription subscription) {
            next.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuffer piece) {
            reception.progress();
            next.onNext(piece);
        }

        @Override
        public void onError(Throwable failure) {
            next.onError(failure);
        }

        @Override
        public void onComplete() {
            next.onComplete();
        }
    }
}
