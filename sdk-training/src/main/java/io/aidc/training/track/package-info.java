/**
 * Listeners that show and record the course of a run: a progress bar, JSON lines, TensorBoard event files, and the report as
 * JSON and as a page; start at {@link io.aidc.training.track.ProgressBar} and {@link io.aidc.training.track.TensorBoard}.
 *
 * <p>In a private run the loss, the rate and the time between steps tell of private rows without the protection of noise. The
 * files that follow a run leave them out unless the caller asks for them by name. The progress bar shows times, and
 * {@link io.aidc.training.track.ReportJson} and {@link io.aidc.training.track.ReportPage} hold the duration and the data's
 * fingerprint: they are for the eyes of the data's keeper.
 */
@NullMarked
package io.aidc.training.track;

import org.jspecify.annotations.NullMarked;
