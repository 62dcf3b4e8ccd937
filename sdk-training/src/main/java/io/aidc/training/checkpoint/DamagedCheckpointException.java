package io.aidc.training.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * Says that a checkpoint is torn, changed, of an unknown format, or gone. Nothing was changed; a retry fails again, an older
 * checkpoint may be whole.
 */
public final class DamagedCheckpointException extends CheckpointException {
    private static final long serialVersionUID = 1;

    DamagedCheckpointException(Object checkpoint, String reason, @Nullable Throwable cause) {
        super("Checkpoint %s is not whole: %s".formatted(checkpoint, reason), cause);
    }
}
