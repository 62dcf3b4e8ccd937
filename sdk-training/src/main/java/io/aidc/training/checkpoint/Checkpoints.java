package io.aidc.training.checkpoint;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Describes a directory of checkpoints: how they are kept, and what is there.
 *
 * {@snippet class="io.aidc.training.checkpoint.CheckpointSnippetsTest" region="save"}
 *
 * <p>Each checkpoint is a directory such as {@code step-0000000500} with {@code model.safetensors}, {@code
 * optimizer.safetensors} and {@code state.json}, which has the SHA-256 of all. It is written beside its place, flushed to the
 * disk, and renamed: a crash of the program or the machine leaves the checkpoints that were there, or those and the one that
 * was being written, never a part of one. Room for one checkpoint more than are kept is needed.
 *
 * <p>One writer at a time, see {@link #open}; readers need no permission and may work beside it. Reading digests whole files,
 * which takes as long as reading them.
 *
 * <p>Immutable: each option gives a changed copy. May be used by several threads.
 */
public final class Checkpoints {
    /** Says which end of a score is the good one. */
    public enum Best {
        /** A smaller score is better, such as a loss. */
        LOWEST,
        /** A greater score is better, such as an accuracy. */
        HIGHEST
    }

    private final CheckpointFolder folder;
    private final @Nullable Integer every;
    private final Retention retention;
    private final boolean background;
    private final Disk disk;

    private Checkpoints(
            CheckpointFolder folder, @Nullable Integer every, Retention retention, boolean background, Disk disk) {
        this.folder = folder;
        this.every = every;
        this.retention = retention;
        this.background = background;
        this.disk = disk;
    }

    /**
     * Describes a directory, whose checkpoints are all kept.
     *
     * @param directory where they are; made by {@link #open} if it is not there
     * @return a description without options
     * @throws IllegalArgumentException if it is not in the default file system
     */
    public static Checkpoints in(Path directory) {
        return in(directory, Disk.REAL);
    }

    static Checkpoints in(Path directory, Disk disk) {
        Path absolute = Safetensors.requireDefault(directory).toAbsolutePath().normalize();
        return new Checkpoints(new CheckpointFolder(absolute), null, Retention.ALL, false, disk);
    }

    /**
     * Sets after how many steps a run saves; if not set, the run decides.
     *
     * @param steps the distance, &gt; 0
     * @return a changed copy
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public Checkpoints every(int steps) {
        once("every", every);
        return new Checkpoints(folder, positive("every", steps), retention, background, disk);
    }

    /**
     * Keeps the newest, beside the best if {@link #keepBest} is set; all are kept if neither is. A checkpoint goes only after
     * a newer one is on the disk.
     *
     * @param count how many, &gt; 0
     * @return a changed copy
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public Checkpoints keepLast(int count) {
        once("keepLast", retention.last());
        var changed = new Retention(positive("keepLast", count), retention.best());
        return new Checkpoints(folder, every, changed, background, disk);
    }

    /**
     * Keeps the best, beside the newest of {@link #keepLast}, or the newest one if that is not set. Of equally good ones the
     * newer is better; one without the score, or with NaN, is never among the best.
     *
     * @param count how many, &gt; 0
     * @param score the name of a validation score, such as {@code loss}
     * @param order which end is the good one
     * @return a changed copy
     * @throws IllegalArgumentException if the count is not positive
     * @throws IllegalStateException if it was set before
     */
    public Checkpoints keepBest(int count, String score, Best order) {
        once("keepBest", retention.best());
        var ranking = new Retention.Ranking(
                positive("keepBest", count),
                Objects.requireNonNull(score, "score"),
                Objects.requireNonNull(order, "order"));
        return new Checkpoints(folder, every, new Retention(retention.last(), ranking), background, disk);
    }

    /**
     * Lets a writer copy the arrays and write them on a thread of its own, so that training goes on meanwhile. Takes memory
     * for one copy.
     *
     * @return a changed copy
     * @throws IllegalStateException if it was set before
     */
    public Checkpoints background() {
        once("background", background ? "on" : null);
        return new Checkpoints(folder, every, retention, true, disk);
    }

    /**
     * Tells whether a run saves after a step.
     *
     * @param step the steps completed, ≥ 0
     * @return whether it is a multiple of {@link #every}; false if that is not set, and for step 0
     */
    public boolean isDue(long step) {
        return every != null && step > 0 && step % every == 0;
    }

    /**
     * Gives the directory.
     *
     * @return its absolute path
     */
    public Path directory() {
        return folder.directory();
    }

    /**
     * Finds the newest checkpoint that is whole, by the order they were written in. Those that are damaged are passed over,
     * with a warning in the log that names each.
     *
     * @return a checkpoint whose digests were verified, or empty if there is none
     * @throws UncheckedIOException if the directory cannot be listed
     */
    public Optional<Checkpoint> latest() {
        return folder.firstWhole(oldestFirst -> {
            List<Checkpoint> newestFirst = new ArrayList<>(oldestFirst);
            Collections.reverse(newestFirst);
            return newestFirst;
        });
    }

    /**
     * Finds the best checkpoint that is whole, by the score of {@link #keepBest}.
     *
     * @return a checkpoint whose digests were verified, or empty if none has the score
     * @throws IllegalStateException if {@link #keepBest} is not set
     * @throws UncheckedIOException if the directory cannot be listed
     */
    public Optional<Checkpoint> best() {
        if (retention.best() == null) {
            throw new IllegalStateException("best() needs keepBest, or the name of a score");
        }
        return folder.firstWhole(retention.best()::of);
    }

    /**
     * Finds the best checkpoint that is whole, by any score.
     *
     * @param score the name of a validation score
     * @param order which end is the good one
     * @return a checkpoint whose digests were verified, or empty if none has the score
     * @throws UncheckedIOException if the directory cannot be listed
     */
    public Optional<Checkpoint> best(String score, Best order) {
        var ranking = new Retention.Ranking(
                1, Objects.requireNonNull(score, "score"), Objects.requireNonNull(order, "order"));
        return folder.firstWhole(ranking::of);
    }

    /**
     * Finds the checkpoint of a step.
     *
     * @param step the steps completed, ≥ 0
     * @return a checkpoint whose digests were verified, or empty if there is none
     * @throws DamagedCheckpointException if it is there but not whole
     * @throws IllegalArgumentException if the step is negative
     */
    public Optional<Checkpoint> at(long step) {
        if (step < 0) {
            throw new IllegalArgumentException("step must be >= 0, got " + step);
        }
        return folder.at(step);
    }

    /**
     * Lists the checkpoints, in the order they were written. Only {@code state.json} and the lengths of the files are checked.
     *
     * @return what is there, oldest first
     * @throws UncheckedIOException if the directory cannot be listed
     */
    public List<Checkpoint> list() {
        return List.copyOf(folder.list());
    }

    /**
     * Opens the directory for writing, and removes what writers that died left behind. The right to write is held by a lock of
     * the operating system, which on network file systems may not work.
     *
     * @return the writer; the caller closes it
     * @throws CheckpointsInUseException if there is another writer, in this process or another
     * @throws UncheckedIOException if the directory cannot be made, locked or listed
     */
    public CheckpointWriter open() {
        return CheckpointWriter.open(folder, retention, background, disk);
    }

    private static void once(String option, @Nullable Object value) {
        if (value != null) {
            throw new IllegalStateException("%s is already set to %s".formatted(option, value));
        }
    }

    private static int positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be > 0, got " + value);
        }
        return value;
    }
}
