package io.aidc.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes whole files so that they survive a power cut, and stops for good at the first failed flush.
 *
 * <p>After a failed flush the kernel may drop the pages and report the next flush as successful; so the first failure is the
 * last write. Threads that call this must never be interrupted: an interrupt closes the channel in the middle.
 *
 * <p>Thread-safe: one latch for the failure; callers keep two threads from one target.
 */
public final class DurableFiles {
    /** A crash may have left a file of that name. */
    private static final OpenOption[] SCRATCH = {
        StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE
    };

    private final Disk disk;
    private final Consumer<FlushFailedException> onFlushFailure;
    private final AtomicReference<@Nullable FlushFailedException> failure = new AtomicReference<>();
    private final AtomicLong scratchNumber = new AtomicLong();

    /**
     * @param disk does the steps
     * @param onFlushFailure is told once, on the thread that failed
     */
    public DurableFiles(Disk disk, Consumer<FlushFailedException> onFlushFailure) {
        this.disk = disk;
        this.onFlushFailure = onFlushFailure;
    }

    /**
     * Writes a file completely or not at all: scratch file, flush, rename, flush of the directory.
     *
     * @param target is replaced if it exists
     * @param scratchDirectory on the same file system
     * @param content is written whole
     */
    public void write(Path target, Path scratchDirectory, byte[] content) throws IOException {
        refuseAfterFailure();
        Path scratch = scratchDirectory.resolve(target.getFileName() + "." + scratchNumber.incrementAndGet() + ".tmp");
        try {
            try (FileChannel channel = disk.open(scratch, SCRATCH)) {
                writeFully(channel, ByteBuffer.wrap(content));
                force(channel, scratch);
            }
            disk.move(scratch, target);
        } catch (IOException e) {
            deleteQuietly(scratch, e);
            throw e;
        }
        forceDirectory(directoryOf(target));
    }

    /** See {@link Disk#refuseWithoutRoom}. */
    public void refuseWithoutRoom(Path directory, long bytes) throws IOException {
        disk.refuseWithoutRoom(directory, bytes);
    }

    /** Creates a file; its name is durable after {@link #forceDirectory}. The caller closes the channel. */
    public FileChannel create(Path file) throws IOException {
        refuseAfterFailure();
        return disk.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Opens a channel for appending; the caller closes it. */
    public FileChannel open(Path file) throws IOException {
        return disk.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Writes all remaining bytes at the channel's position. */
    public void writeFully(FileChannel channel, ByteBuffer content) throws IOException {
        refuseAfterFailure();
        while (content.hasRemaining()) {
            channel.write(content);
        }
    }

    /** Flushes a file, or fails for good. */
    public void force(FileChannel channel, Path file) throws FlushFailedException {
        refuseAfterFailure();
        try {
            disk.force(channel, file);
        } catch (IOException e) {
            throw fail(file, e);
        }
    }

    /** Flushes a directory, or fails for good. */
    public void forceDirectory(Path directory) throws FlushFailedException {
        refuseAfterFailure();
        try {
            disk.forceDirectory(directory);
        } catch (IOException e) {
            throw fail(directory, e);
        }
    }

    /**
     * Creates a directory and its missing parents and flushes its name.
     *
     * <p>The name of an existing directory is flushed too: a crash may have come between its creation and the flush.
     */
    public void createDirectories(Path directory) throws IOException {
        Path parent = directoryOf(directory);
        if (!Files.isDirectory(directory)) {
            createDirectories(parent);
            Files.createDirectories(directory);
        }
        forceDirectory(parent);
    }

    /** Fails if a flush failed before: what is on disk since then cannot be answered for. */
    public void refuseAfterFailure() throws FlushFailedException {
        FlushFailedException first = failure.get();
        if (first != null) {
            throw first;
        }
    }

    /** Stops all writing for good because a file can no longer be brought into a known state. */
    public FlushFailedException fail(Path path, IOException cause) {
        var failed = new FlushFailedException(path, cause);
        if (failure.compareAndSet(null, failed)) {
            onFlushFailure.accept(failed);
        }
        return failed;
    }

    private static Path directoryOf(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path.toAbsolutePath() : parent;
    }

    private static void deleteQuietly(Path scratch, IOException reason) {
        try {
            Files.deleteIfExists(scratch);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }
}
