/**
 * Runs training jobs of several owners in one process, within a budget of cores and memory. Start at
 * {@link io.aidc.training.queue.TrainingQueue}.
 */
@NullMarked
package io.aidc.training.queue;

import org.jspecify.annotations.NullMarked;
