package io.aidc.training.engine;

import java.nio.FloatBuffer;

/**
 * Holds the rows one worker computes on, in direct buffers of native byte order.
 *
 * <p>The buffers are used again for the next batch: an engine keeps no reference to them.
 *
 * <p>Confined: one thread at a time.
 *
 * @param rows how many rows, &gt; 0
 * @param classes how many classes the targets count, 0 for regression
 * @param features shape {@code [rows, features]}, row by row, position 0, limit at the end
 * @param targets shape {@code [rows]} of class indices from 0, or {@code [rows, outputs]} for regression
 */
public record Batch(int rows, int classes, FloatBuffer features, FloatBuffer targets) {}
