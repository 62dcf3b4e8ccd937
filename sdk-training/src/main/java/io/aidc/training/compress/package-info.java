/**
 * Smaller models: pruning of weights and of whole units, weights of few bits, and distillation; start at {@link
 * io.aidc.training.compress.MagnitudePruning}, {@link io.aidc.training.compress.StructuredPruning}, {@link
 * io.aidc.training.compress.WeightRounding} and {@link io.aidc.training.compress.Distillation}.
 */
@NullMarked
package io.aidc.training.compress;

import org.jspecify.annotations.NullMarked;
