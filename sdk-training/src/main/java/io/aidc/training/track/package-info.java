/**
 * Listeners that show and record the course of a run: a progress bar, JSON lines, TensorBoard event files, and the report as
 * JSON and as a page; start at {@link io.aidc.training.track.ProgressBar} and {@link io.aidc.training.track.TensorBoard}.
 *
 * <p>In a private run the loss, the rate and the time between steps tell of private rows without the protection of noise. What
 * is written to a file here leaves them out unless the caller asks for them by name.
 */
@NullMarked
package io.aidc.training.track;

import org.jspecify.annotations.NullMarked;
