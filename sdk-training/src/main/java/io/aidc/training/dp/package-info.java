/** Differentially private gradients; start at {@link io.aidc.training.dp.DpSgd}. */
@NullMarked
package io.aidc.training.dp;

import org.jspecify.annotations.NullMarked;
