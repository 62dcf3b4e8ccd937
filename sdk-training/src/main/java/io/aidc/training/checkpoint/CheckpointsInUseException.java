package io.aidc.training.checkpoint;

import java.nio.file.Path;

/**
 * Says that a directory of checkpoints has a writer already, in this process or another. Nothing was changed; a retry is
 * safe, and works once the other writer was closed or its process ended.
 */
public final class CheckpointsInUseException extends CheckpointException {
    private static final long serialVersionUID = 1;

    CheckpointsInUseException(Path directory) {
        super("Another writer has %s open; a directory of checkpoints takes one at a time".formatted(directory), null);
    }
}
