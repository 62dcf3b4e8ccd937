package io.aidc.training.checkpoint;

import org.jspecify.annotations.Nullable;

/** Says that a file is not what the safetensors format allows. Nothing was changed; a retry fails again. */
public final class MalformedSafetensorsException extends CheckpointException {
    private static final long serialVersionUID = 1;

    MalformedSafetensorsException(String file, String reason, @Nullable Throwable cause) {
        super("%s is not a safetensors file: %s".formatted(file, reason), cause);
    }
}
