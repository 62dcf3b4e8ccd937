package io.aidc.training.dist.internal;

import java.util.List;

/**
 * What a worker is told when a group has come together.
 *
 * @param generation counts the groups of a run, from 1
 * @param rank this worker's number in the group
 * @param size how many workers the group has
 * @param source the rank whose state all take over
 * @param store where c10d's part of the meeting is: a file, or host and port
 * @param peers where each rank can be reached if worker 0 is gone, as host:port
 */
public record Membership(int generation, int rank, int size, int source, String store, List<String> peers) {}
