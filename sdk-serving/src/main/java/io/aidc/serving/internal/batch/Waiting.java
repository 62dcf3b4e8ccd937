package io.aidc.serving.internal.batch;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One request, the future of its caller, and between the end of the run and the end of the request, the outcome.
 *
 * <p>Confined: first under the batcher's lock, then to the thread that runs it.
 */
final class Waiting<Q, A> {
    final Q request;
    final Object shape;
    final int rows;
    final long sinceNanos;
    final CompletableFuture<A> answer = new CompletableFuture<>();
    private @Nullable A result;
    private @Nullable Throwable failure;

    Waiting(Q request, Object shape, int rows, long sinceNanos) {
        this.request = request;
        this.shape = shape;
        this.rows = rows;
        this.sinceNanos = sinceNanos;
    }

    void succeeded(A with) {
        result = with;
    }

    void failed(Throwable with) {
        failure = with;
    }

    /**
     * Ends the request, reporting first; dependent stages of the caller run here. A listener that throws makes the request
     * fail with what it threw.
     */
    // a throwable must not suppress itself
    @SuppressWarnings("ReferenceEquality")
    void finish(BiConsumer<? super @Nullable A, ? super @Nullable Throwable> ended) {
        if (failure == null && result == null) {
            failure = new IllegalStateException("the run gave no answer for a request");
        }
        try {
            ended.accept(result, failure);
        } catch (Throwable e) {
            if (failure == null) {
                failure = e;
            } else if (failure != e) {
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            answer.completeExceptionally(failure);
        } else {
            answer.complete(result);
        }
    }
}
