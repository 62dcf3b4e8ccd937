package io.aidc.training.checkpoint;

import java.util.List;

/** Says that a checkpoint is of another model than the one to be continued. Nothing was changed; a retry fails again. */
public final class ForeignCheckpointException extends CheckpointException {
    private static final long serialVersionUID = 1;

    private static final int SHOWN = 5;

    /** What differs, a sentence each. */
    private final String[] differences;

    ForeignCheckpointException(List<String> differences) {
        super(message(differences), null);
        this.differences = differences.toArray(String[]::new);
    }

    private static String message(List<String> differences) {
        String shown = String.join("; ", differences.subList(0, Math.min(SHOWN, differences.size())));
        String more = differences.size() > SHOWN ? "; and %d more".formatted(differences.size() - SHOWN) : "";
        return "The checkpoint is of another model: %s%s".formatted(shown, more);
    }

    /**
     * Lists what differs.
     *
     * @return a sentence for each difference, at least one
     */
    public List<String> differences() {
        return List.of(differences);
    }
}
