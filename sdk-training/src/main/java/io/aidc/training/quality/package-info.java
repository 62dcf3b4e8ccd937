/**
 * Judges data before a model learns from it: checks, a report with pictures, drift and doubtful labels; start at
 * {@link io.aidc.training.quality.DataChecks}.
 */
@NullMarked
package io.aidc.training.quality;

import org.jspecify.annotations.NullMarked;
