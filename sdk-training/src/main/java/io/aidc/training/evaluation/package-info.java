/**
 * Judges learners and joins them: cross-validation, comparison with tests, ensembles, bagging and stacking; start at
 * {@link io.aidc.training.evaluation.CrossValidation}.
 */
@NullMarked
package io.aidc.training.evaluation;

import org.jspecify.annotations.NullMarked;
