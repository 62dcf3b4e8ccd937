/** Training over several processes and hosts; start at {@link io.aidc.training.dist.Launch}. */
@NullMarked
package io.aidc.training.dist;

import org.jspecify.annotations.NullMarked;
