package io.aidc.training.queue;

import java.util.concurrent.CompletableFuture;

/**
 * A job that was submitted.
 *
 * <p>Thread-safe.
 */
public final class JobHandle {
    private final TrainingQueue queue;
    private final Entry entry;

    JobHandle(TrainingQueue queue, Entry entry) {
        this.queue = queue;
        this.entry = entry;
    }

    /**
     * Tells which job it is.
     *
     * @return its number in the queue, from 1
     */
    public long id() {
        return entry.id();
    }

    /**
     * Tells what was submitted.
     *
     * @return the description
     */
    public Job job() {
        return entry.job();
    }

    /**
     * Tells where the job is.
     *
     * @return its state
     */
    public JobState state() {
        return queue.state(entry);
    }

    /**
     * Gives the end of the job. Completing or cancelling what is returned does not touch the job.
     *
     * @return completes with the final state, on a thread that changed something in the queue; never exceptionally
     */
    public CompletableFuture<JobState> result() {
        return entry.result().copy();
    }

    /**
     * Cancels the job: one that waits leaves the queue, one that runs is interrupted and ends when its work returns.
     * Does nothing to a job that ended.
     *
     * @return whether the job had not ended
     */
    public boolean cancel() {
        return queue.cancel(entry);
    }

    /**
     * Asks the job to pause at its next safe point, see {@link JobControl#checkpointHere}; one that waits does not
     * begin until it is resumed. Work without safe points runs on.
     *
     * @return whether the job had not ended
     */
    public boolean pause() {
        return queue.pause(entry);
    }

    /**
     * Takes a pause back: the job goes on as soon as it has cores, before jobs that have not begun.
     *
     * @return whether the job was paused, or asked to be
     */
    public boolean resume() {
        return queue.resume(entry);
    }
}
