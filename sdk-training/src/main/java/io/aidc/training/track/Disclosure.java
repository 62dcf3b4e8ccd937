package io.aidc.training.track;

import io.aidc.training.TrainingProgress;

/**
 * Decides whether a record may hold figures that nothing protects. A run is taken for private until a step says that it is not,
 * by the number of its epoch.
 *
 * <p>Confined: one thread at a time.
 */
final class Disclosure {
    private enum Run {
        UNKNOWN,
        PRIVATE,
        PUBLIC
    }

    private boolean asked;
    private Run run = Run.UNKNOWN;

    /** Notes that the caller wants all figures whatever the run. */
    void askForAll() {
        asked = true;
    }

    void see(TrainingProgress progress) {
        run = progress.epoch() > 0 ? Run.PUBLIC : Run.PRIVATE;
    }

    /** Whether losses, rates and fingerprints may be shown. */
    boolean showsAll() {
        return asked || run == Run.PUBLIC;
    }

    /** Whether the time of an event must not be shown, being that of a private step. */
    boolean hidesTime() {
        return !asked && run == Run.PRIVATE;
    }
}
