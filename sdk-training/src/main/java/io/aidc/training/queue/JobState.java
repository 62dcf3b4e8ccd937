package io.aidc.training.queue;

import java.time.Instant;

/** Where a job is in its life. */
public sealed interface JobState {
    /**
     * It waits for cores and memory; after a pause, for cores only.
     *
     * @param since when it began to wait
     */
    record Queued(Instant since) implements JobState {}

    /**
     * It runs.
     *
     * @param since when it began, or went on after a pause
     */
    record Running(Instant since) implements JobState {}

    /**
     * It rests at a safe point: its cores are free for others, its memory is not, since its data still lies there. One
     * that was paused before it began holds nothing.
     *
     * @param since when it came to the safe point
     */
    record Paused(Instant since) implements JobState {}

    /**
     * Its work returned.
     *
     * @param ended when
     */
    record Done(Instant ended) implements JobState {}

    /**
     * Its work threw, or its thread could not be started.
     *
     * @param ended when
     * @param cause what was thrown
     */
    record Failed(Instant ended, Throwable cause) implements JobState {}

    /**
     * It was cancelled; how its work ended then does not matter.
     *
     * @param ended when its work returned or threw, or when it left the queue without having begun
     */
    record Cancelled(Instant ended) implements JobState {}

    /**
     * Tells whether nothing more will happen.
     *
     * @return whether the job is done, failed or cancelled
     */
    default boolean isFinal() {
        return this instanceof Done || this instanceof Failed || this instanceof Cancelled;
    }
}
