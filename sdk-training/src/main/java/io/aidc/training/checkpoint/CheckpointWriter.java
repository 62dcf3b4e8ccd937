package io.aidc.training.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints into a directory, the only one to do so while it is open; made by {@link Checkpoints#open}.
 *
 * <p>The order of steps: the files are written beside their place and flushed, their directory is flushed, renamed, and the
 * directory above flushed; only then are older checkpoints removed, each renamed out of the way first. A checkpoint of the
 * same step is set aside for the moment between two renames, where readers still find it.
 *
 * <p>Thread-safe: calls take turns. An interrupt does not disturb a call and stays pending.
 */
public final class CheckpointWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

    private final CheckpointFolder folder;
    private final Retention retention;
    private final Disk disk;
    private final DirectoryLock lock;
    private final @Nullable ExecutorService thread;
    private final SecureRandom random = new SecureRandom();
    private long nextSequence;
    private @Nullable Future<?> pending;
    private boolean closed;

    private CheckpointWriter(
            CheckpointFolder folder, Retention retention, boolean background, Disk disk, DirectoryLock lock) {
        this.folder = folder;
        this.retention = retention;
        this.disk = disk;
        this.lock = lock;
        this.thread = background ? Executors.newSingleThreadExecutor(CheckpointWriter::daemon) : null;
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "aidc-training-checkpoints");
        thread.setDaemon(true);
        return thread;
    }

    static CheckpointWriter open(CheckpointFolder folder, Retention retention, boolean background, Disk disk) {
        Path directory = folder.directory();
        try {
            boolean isNew = !Files.isDirectory(directory);
            Files.createDirectories(directory);
            Path parent = directory.getParent();
            if (isNew && parent != null) {
                disk.forceDirectory(parent);
            }
            DirectoryLock lock = DirectoryLock.acquire(directory);
            CheckpointWriter opened = null;
            try {
                var writer = new CheckpointWriter(folder, retention, background, disk, lock);
                writer.sweep();
                writer.nextSequence = folder.list().stream()
                                .mapToLong(Checkpoint::sequence)
                                .max()
                                .orElse(0)
                        + 1;
                opened = writer;
                return opened;
            } finally {
                if (opened == null) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open %s for checkpoints".formatted(directory), e);
        }
    }

    /** Removes what dead writers left: under the lock nobody else can be at work on it. */
    private void sweep() throws IOException {
        for (Path path : folder.children()) {
            String name = path.getFileName().toString();
            if (name.startsWith(CheckpointFolder.TEMPORARY) || name.startsWith(CheckpointFolder.DEAD)) {
                disk.discard(path);
            } else if (name.startsWith(CheckpointFolder.REPLACED + "step-")) {
                Path target = folder.directory().resolve(name.substring(CheckpointFolder.REPLACED.length()));
                if (CheckpointFolder.exists(target)) {
                    disk.discard(path);
                } else {
                    disk.move(path, target);
                    disk.forceDirectory(folder.directory());
                }
            }
        }
    }

    /**
     * Saves a state. It is on the disk when the call returns, and older checkpoints are removed as the options say; a
     * checkpoint of the same step is replaced. With {@link Checkpoints#background} the call copies what may change and
     * returns, once the state saved before is on the disk.
     *
     * @param state what to save
     * @throws CheckpointWriteException if the disk is full or fails, now or in the background since the last call; in the
     *     latter case this state was not saved
     * @throws IllegalArgumentException if the state without its arrays takes more than 64 MiB
     * @throws IllegalStateException after {@code close()}
     */
    public synchronized void save(CheckpointState state) {
        requireOpen();
        settle();
        if (thread == null) {
            write(state, nextSequence++);
        } else {
            CheckpointState copy = state.detached();
            long sequence = nextSequence++;
            pending = thread.submit(() -> write(copy, sequence));
        }
    }

    /**
     * Waits until the state saved last is on the disk.
     *
     * @throws CheckpointWriteException if it could not be written
     * @throws IllegalStateException after {@code close()}
     */
    public synchronized void flush() {
        requireOpen();
        settle();
    }

    /**
     * Gets a checkpoint from a store, verifies its digests, and puts it among the others under the step it is of. It counts as
     * old as when it was written.
     *
     * @param name what it is called there, handed to the source
     * @param source called on this thread, once
     * @return the checkpoint
     * @throws DamagedCheckpointException if what the source wrote is not a whole checkpoint
     * @throws CheckpointWriteException if the state saved last could not be written in the background
     * @throws UncheckedIOException if the store or the file system fails; the checkpoints are then as before
     * @throws IllegalStateException after {@code close()}
     */
    public synchronized Checkpoint fromStore(String name, CheckpointSource source) {
        requireOpen();
        settle();
        Path temporary = temporary("store");
        try {
            disk.createDirectory(temporary);
            source.get(name, temporary);
            Manifest manifest = fetched(name, temporary);
            for (String file : CheckpointFiles.ALL) {
                disk.force(temporary.resolve(file));
            }
            disk.forceDirectory(temporary);
            publish(temporary, manifest.state().step());
            nextSequence = Math.max(nextSequence, manifest.sequence() + 1);
            prune(manifest.state().step());
            return new Checkpoint(folder.target(manifest.state().step()), manifest);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot get '%s' from the store".formatted(name), e);
        } finally {
            disk.discard(temporary);
        }
    }

    private static Manifest fetched(String name, Path directory) throws IOException {
        Set<String> files = new TreeSet<>();
        try (var listed = Files.list(directory)) {
            listed.forEach(path -> files.add(path.getFileName().toString()));
        }
        if (!files.equals(CheckpointFiles.ALL)) {
            throw new DamagedCheckpointException(
                    "'%s' of the store".formatted(name),
                    "it must have the files %s, got %s".formatted(new TreeSet<>(CheckpointFiles.ALL), files),
                    null);
        }
        try {
            Manifest manifest = CheckpointFiles.manifest(directory);
            CheckpointFiles.verify(directory, manifest);
            return manifest;
        } catch (IOException e) {
            throw new DamagedCheckpointException(
                    "'%s' of the store".formatted(name), String.valueOf(e.getMessage()), e);
        }
    }

    private void write(CheckpointState state, long sequence) {
        Path temporary = temporary(CheckpointFolder.name(state.step()));
        boolean done = false;
        try {
            disk.createDirectory(temporary);
            CheckpointFiles.write(state, sequence, temporary, disk);
            publish(temporary, state.step());
            done = true;
        } catch (IOException e) {
            throw new CheckpointWriteException(
                    "Cannot save step %d in %s, where %d MiB are free: %s; the checkpoints there are as before"
                            .formatted(
                                    state.step(),
                                    folder.directory(),
                                    folder.directory().toFile().getUsableSpace() >> 20,
                                    e.getMessage()),
                    state.step(),
                    e);
        } finally {
            if (!done) {
                disk.discard(temporary);
            }
        }
        LOG.debug("checkpoint saved: step={} directory={}", state.step(), folder.directory());
        prune(state.step());
    }

    private Path temporary(String name) {
        return folder.directory().resolve(CheckpointFolder.TEMPORARY + name + "-" + fresh());
    }

    private String fresh() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void publish(Path temporary, long step) throws IOException {
        Path target = folder.target(step);
        Path replaced = folder.replaced(step);
        boolean replaces = CheckpointFolder.exists(target);
        if (replaces) {
            disk.discard(replaced);
            disk.move(target, replaced);
        }
        boolean moved = false;
        try {
            disk.move(temporary, target);
            moved = true;
        } finally {
            if (replaces && !moved) {
                restore(replaced, target);
            }
        }
        disk.forceDirectory(folder.directory());
        disk.discard(replaced);
    }

    private void restore(Path replaced, Path target) {
        try {
            disk.move(replaced, target);
        } catch (IOException e) {
            // Readers find it where it is, and the next open moves it back.
            LOG.warn("replaced checkpoint not moved back: path={} reason={}", replaced, e.toString());
        }
    }

    /** A failure is no failure of the save, which is done; what stays is removed after the next save. */
    private void prune(long savedStep) {
        if (retention.equals(Retention.ALL)) {
            return; // so that a save does not read what every save before it wrote
        }
        for (Checkpoint checkpoint : retention.superfluous(folder.list())) {
            if (checkpoint.step() == savedStep) {
                continue;
            }
            Path dead = folder.directory().resolve(CheckpointFolder.DEAD + checkpoint.name() + "-" + fresh());
            try {
                disk.move(checkpoint.directory(), dead);
                disk.deleteTree(dead);
            } catch (IOException e) {
                LOG.warn("old checkpoint not removed: directory={} reason={}", checkpoint.directory(), e.toString());
            }
        }
    }

    /** Waits for the thread and throws what it threw. */
    private void settle() {
        Future<?> last = pending;
        pending = null;
        if (last == null) {
            return;
        }
        try {
            Uninterrupted.await(last);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new AssertionError("writing throws no other exception", e);
        }
    }

    private void end() {
        if (thread == null) {
            return;
        }
        thread.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = thread.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the writer of %s is closed".formatted(folder.directory()));
        }
    }

    /**
     * Waits until the state saved last is on the disk, ends the thread and lets others write. A second call does nothing.
     *
     * @throws CheckpointWriteException if that state could not be written; the writer is closed all the same
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            settle();
        } finally {
            end();
            try {
                lock.close();
            } catch (IOException e) {
                LOG.warn("lock not released: directory={} reason={}", folder.directory(), e.toString());
            }
        }
    }
}
