package io.aidc.training;

/**
 * Says that the process uses more memory than the run was given. The run has ended and freed what it held; the last checkpoint
 * is whole. Fewer rows at a time ({@link TrainingRun#accumulate}) or {@link TrainingRun#recomputeActivations} need less.
 */
public final class MemoryExceededException extends TrainingException {
    private static final long serialVersionUID = 1;

    /** The memory in use, in bytes. */
    private final long residentBytes;

    MemoryExceededException(int step, long residentBytes, long budgetBytes, String report) {
        super(
                "the process uses %,d bytes after step %d, the run was given %,d; held: %s"
                        .formatted(residentBytes, step, budgetBytes, report),
                null);
        this.residentBytes = residentBytes;
    }

    /**
     * Gives the memory the process used.
     *
     * @return resident bytes
     */
    public long residentBytes() {
        return residentBytes;
    }
}
