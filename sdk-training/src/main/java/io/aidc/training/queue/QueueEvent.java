package io.aidc.training.queue;

/**
 * A job came into another state.
 *
 * @param id the number of the job
 * @param job the job
 * @param state the state it is in
 */
public record QueueEvent(long id, Job job, JobState state) {}
