/**
 * Trains models on one core or on several workers, with or without privacy, and hands them over as ONNX; start at
 * {@link io.aidc.training.TrainingRun}.
 */
@NullMarked
package io.aidc.training;

import org.jspecify.annotations.NullMarked;
