package io.aidc.training.queue;

import java.util.concurrent.CancellationException;

/**
 * What the work of a job holds: it says what the job may use, and it is where the job lets itself be paused and
 * cancelled.
 *
 * {@snippet class="io.aidc.training.queue.QueueSnippetsTest" region="pause"}
 *
 * <p>Thread-safe, except that {@link #checkpointHere} and {@link #awaitResume} are for the thread of the job.
 */
public final class JobControl {
    private final TrainingQueue queue;
    private final Entry entry;

    JobControl(TrainingQueue queue, Entry entry) {
        this.queue = queue;
        this.entry = entry;
    }

    /**
     * Tells how many cores the job may keep busy.
     *
     * @return what it asked for
     */
    public int cores() {
        return entry.job().cores();
    }

    /**
     * Tells how much memory the job may hold.
     *
     * @return bytes, what it asked for
     */
    public long memoryBytes() {
        return entry.job().memoryBytes();
    }

    /**
     * Tells whether the job is to pause; work that must be saved before is saved now, and {@link #awaitResume} called.
     *
     * @return whether somebody asked for a pause
     */
    public boolean pauseRequested() {
        return queue.pauseRequested(entry);
    }

    /**
     * Tells whether the job is to stop. Its thread is interrupted then as well.
     *
     * @return whether it was cancelled
     */
    public boolean cancelled() {
        return queue.cancelRequested(entry);
    }

    /**
     * Marks a place at which the job may be paused or stopped, after a step or an epoch say: stops it if it is
     * cancelled, pauses it if that was asked for, and returns at once otherwise.
     *
     * <p>The listener of a run with several workers is called on a thread of the run, where a pause would hold up the other
     * workers: there, interrupt the thread of the job when {@link #pauseRequested} says so, let the run end with its checkpoint,
     * call {@link #awaitResume} and begin it again with {@code resume()}.
     *
     * @throws CancellationException if the job is cancelled, before or during a pause
     * @throws IllegalStateException if a pause was asked for and this is another thread than that of the job
     */
    public void checkpointHere() {
        awaitResume();
    }

    /**
     * Pauses the job if that was asked for: gives its cores back, waits until it is resumed and has cores again.
     * Returns at once otherwise.
     *
     * @throws CancellationException if the job is cancelled, before or during the pause
     * @throws IllegalStateException if a pause was asked for and this is another thread than that of the job
     */
    public void awaitResume() {
        queue.safePoint(entry);
    }
}
