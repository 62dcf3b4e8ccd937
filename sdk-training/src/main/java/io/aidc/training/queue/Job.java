package io.aidc.training.queue;

import java.util.Objects;

/**
 * Describes a job: its work, whose it is, and what it needs.
 *
 * <p>Immutable: each option gives another description.
 */
public final class Job {
    /** The owner unless {@link #owner} is set. */
    public static final String DEFAULT_OWNER = "default";

    private static final int LONGEST_TEXT = 200;
    private static final int HIGHEST_PRIORITY = 1000;

    private final String name;
    private final Work work;
    private final String owner;
    private final int priority;
    private final int cores;
    private final long memoryBytes;

    private Job(String name, Work work, String owner, int priority, int cores, long memoryBytes) {
        this.name = name;
        this.work = work;
        this.owner = owner;
        this.priority = priority;
        this.cores = cores;
        this.memoryBytes = memoryBytes;
    }

    /**
     * Describes a job of the default owner with priority 0, one core and no memory to speak of.
     *
     * @param name for people, 1 to 200 characters, need not be unique
     * @param work what it does
     * @return the job
     * @throws IllegalArgumentException if the name is blank, too long, or has control characters
     */
    public static Job of(String name, Work work) {
        return new Job(text("name", name), Objects.requireNonNull(work, "work"), DEFAULT_OWNER, 0, 1, 0);
    }

    /**
     * Sets whose job it is; what is shared fairly is shared between owners.
     *
     * @param value 1 to 200 characters, {@value #DEFAULT_OWNER} if not set
     * @return another job
     * @throws IllegalArgumentException if it is blank, too long, or has control characters
     */
    public Job owner(String value) {
        return new Job(name, work, text("owner", value), priority, cores, memoryBytes);
    }

    /**
     * Sets how urgent the job is among those of its owner.
     *
     * @param value in [-1000, 1000], higher is sooner, 0 if not set
     * @return another job
     * @throws IllegalArgumentException if it is outside that range
     */
    public Job priority(int value) {
        if (Math.abs((long) value) > HIGHEST_PRIORITY) {
            throw new IllegalArgumentException(
                    "priority must be in [-%d, %d], got %d".formatted(HIGHEST_PRIORITY, HIGHEST_PRIORITY, value));
        }
        return new Job(name, work, owner, value, cores, memoryBytes);
    }

    /**
     * Sets how many cores the job will keep busy. The queue counts them; that the work uses no more is up to it, see
     * {@link JobControl#cores}.
     *
     * @param count &gt; 0, 1 if not set
     * @return another job
     * @throws IllegalArgumentException if it is not positive
     */
    public Job cores(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("cores must be > 0, got " + count);
        }
        return new Job(name, work, owner, priority, count, memoryBytes);
    }

    /**
     * Sets how much memory the job will hold at most, on the heap and outside. The queue counts it and measures
     * nothing.
     *
     * @param count bytes, ≥ 0, 0 if not set
     * @return another job
     * @throws IllegalArgumentException if it is negative
     */
    public Job memoryBytes(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("memoryBytes must be >= 0, got " + count);
        }
        return new Job(name, work, owner, priority, cores, count);
    }

    static String text(String what, String value) {
        if (value.isBlank() || value.length() > LONGEST_TEXT || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("%s must be 1 to %d characters without control characters, got '%s'"
                    .formatted(what, LONGEST_TEXT, value));
        }
        return value;
    }

    /**
     * Tells the name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Tells whose job it is.
     *
     * @return the owner
     */
    public String owner() {
        return owner;
    }

    /**
     * Tells how urgent it is.
     *
     * @return the priority
     */
    public int priority() {
        return priority;
    }

    /**
     * Tells how many cores it needs.
     *
     * @return how many
     */
    public int cores() {
        return cores;
    }

    /**
     * Tells how much memory it needs.
     *
     * @return bytes
     */
    public long memoryBytes() {
        return memoryBytes;
    }

    Work work() {
        return work;
    }

    @Override
    public String toString() {
        return "%s of %s (priority %d, %d cores, %d bytes)".formatted(name, owner, priority, cores, memoryBytes);
    }
}
