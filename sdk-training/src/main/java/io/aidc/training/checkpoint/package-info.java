/** The state of a run on disk, and safetensors files; start at {@link io.aidc.training.checkpoint.Checkpoints}. */
@NullMarked
package io.aidc.training.checkpoint;

import org.jspecify.annotations.NullMarked;
