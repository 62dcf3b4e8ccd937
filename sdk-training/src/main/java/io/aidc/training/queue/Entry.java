package io.aidc.training.queue;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A job with what the queue knows of its life. The fields that change are under the lock of the queue. */
final class Entry {
    private final long id;
    private final Job job;
    private final CompletableFuture<JobState> result = new CompletableFuture<>();

    JobState state;
    boolean pauseRequested;
    boolean cancelRequested;

    @Nullable
    Thread thread;

    Entry(long id, Job job, JobState state) {
        this.id = id;
        this.job = job;
        this.state = state;
    }

    long id() {
        return id;
    }

    Job job() {
        return job;
    }

    CompletableFuture<JobState> result() {
        return result;
    }
}
