/** What a program may want to tell libtorch; start at {@link io.aidc.training.torch.NativeThreads}. */
@NullMarked
package io.aidc.training.torch;

import org.jspecify.annotations.NullMarked;
