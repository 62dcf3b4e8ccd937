/** Optimisers as plain values; start at {@link io.aidc.training.optim.Optimizer}. */
@NullMarked
package io.aidc.training.optim;

import org.jspecify.annotations.NullMarked;
