package io.aidc.training.checkpoint;

import org.jspecify.annotations.Nullable;

/** Says that a checkpoint could not be written, read or used for a reason the caller could not rule out beforehand. */
public abstract sealed class CheckpointException extends RuntimeException
        permits CheckpointWriteException,
                CheckpointsInUseException,
                DamagedCheckpointException,
                ForeignCheckpointException,
                MalformedSafetensorsException {
    private static final long serialVersionUID = 1;

    CheckpointException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
