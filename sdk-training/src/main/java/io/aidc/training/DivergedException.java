package io.aidc.training;

/**
 * Says that the loss or a parameter stopped being a finite number. The run has ended and its parameters are gone; the same
 * run fails again, a smaller learning rate may not.
 */
public final class DivergedException extends TrainingException {
    private static final long serialVersionUID = 1;

    /** The step that failed. */
    private final int step;

    DivergedException(int step, String what) {
        super("Training diverged at step %d: %s; try a smaller learning rate".formatted(step, what), null);
        this.step = step;
    }

    /**
     * Gives the step that failed.
     *
     * @return the step, from 1
     */
    public int step() {
        return step;
    }
}
