/** Sets variables in the environment of the process, for native libraries that read them as they load. */
@NullMarked
package io.aidc.training.torch.internal.environment;

import org.jspecify.annotations.NullMarked;
