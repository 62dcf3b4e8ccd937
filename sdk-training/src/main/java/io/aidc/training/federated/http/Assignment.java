package io.aidc.training.federated.http;

import io.aidc.training.federated.MalformedUpdateException;
import io.aidc.training.federated.Update;
import io.aidc.training.federated.http.Frame.Answer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one client was asked, and where its answer goes. */
final class Assignment {
    private static final int TRIES = 3;

    private final String id = UUID.randomUUID().toString();
    private final Frame.Task task;
    private final CompletableFuture<Update> update = new CompletableFuture<>();
    private final CompletableFuture<byte[]> message = new CompletableFuture<>();
    /** Under the desk's lock. */
    private int damaged;

    Assignment(Frame.Task task) {
        this.task = task;
    }

    /** Names the assignment; never used twice, not even by a server that was started again. */
    String id() {
        return id;
    }

    Frame.Task task() {
        return task;
    }

    CompletableFuture<Update> update() {
        return update;
    }

    CompletableFuture<byte[]> message() {
        return message;
    }

    /** Counts an answer that could not be read; tells whether that was one too many. */
    boolean damagedTooOften() {
        return ++damaged >= TRIES;
    }

    /** Checks that an answer is of the kind that was asked for. */
    @Nullable
    String wrong(Answer answer) {
        boolean masked = answer instanceof Answer.Masked;
        return masked == task.masked() ? null : "asked for " + (task.masked() ? "a masked message" : "an update");
    }

    void complete(Answer answer) {
        if (answer instanceof Answer.Plain plain) {
            update.complete(plain.update());
        } else if (answer instanceof Answer.Masked masked) {
            message.complete(masked.message());
        }
    }

    void fail(RuntimeException reason) {
        update.completeExceptionally(reason);
        message.completeExceptionally(reason);
    }

    void malformed(String reason) {
        fail(new MalformedUpdateException(reason));
    }
}
