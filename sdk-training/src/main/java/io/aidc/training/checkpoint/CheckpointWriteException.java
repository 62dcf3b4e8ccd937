package io.aidc.training.checkpoint;

import java.io.IOException;

/**
 * Says that a checkpoint could not be written: the disk is full, or the file system failed.
 *
 * <p>The checkpoints that were there are as before, and what was written of the failed one is removed, or swept at the next
 * {@link Checkpoints#open} if even that fails. Only if the last flush of the directory failed may the checkpoint be there
 * all the same. A retry is safe.
 */
public final class CheckpointWriteException extends CheckpointException {
    private static final long serialVersionUID = 1;

    /** The step whose state was to be saved. */
    private final long step;

    CheckpointWriteException(String message, long step, IOException cause) {
        super(message, cause);
        this.step = step;
    }

    /**
     * Gives the step whose state was to be saved.
     *
     * @return the step, ≥ 0
     */
    public long step() {
        return step;
    }
}
