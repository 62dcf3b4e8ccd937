/** All calls into libtorch; not for users. */
@NullMarked
package io.aidc.training.torch.internal;

import org.jspecify.annotations.NullMarked;
