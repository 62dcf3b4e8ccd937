package io.aidc.training.queue;

/** What a job does. */
@FunctionalInterface
public interface Work {
    /**
     * Does it, on a thread of its own.
     *
     * @param control tells what the job may use and whether it is to pause or stop
     * @throws Exception if the job fails, which ends it as {@link JobState.Failed}
     */
    void run(JobControl control) throws Exception;
}
