/**
 * Smaller models: pruning of weights and of whole units, and distillation; start at {@link
 * io.aidc.training.compress.MagnitudePruning}, {@link io.aidc.training.compress.StructuredPruning} and {@link
 * io.aidc.training.compress.Distillation}.
 */
@NullMarked
package io.aidc.training.compress;

import org.jspecify.annotations.NullMarked;
