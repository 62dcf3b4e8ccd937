/**
 * Scores of answers against the truth, with what is undefined said; start at
 * {@link io.aidc.training.metrics.ClassificationScores} and {@link io.aidc.training.metrics.RegressionScores}.
 */
@NullMarked
package io.aidc.training.metrics;

import org.jspecify.annotations.NullMarked;
