package io.aidc.training.checkpoint;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Flushes what was written of a large file so far on a thread of its own, so that the disk works while the rest is converted
 * and digested. The last flush stays the writer's; a failure of an early one must be kept for it, since the system reports it
 * only once.
 */
final class EarlyFlush {
    static final long EVERY_BYTES = 8L << 20;

    private final Disk disk;
    private final FileOutputStream out;
    private final Path file;
    private long unflushedBytes;
    private @Nullable FutureTask<@Nullable Void> running;

    EarlyFlush(Disk disk, FileOutputStream out, Path file) {
        this.disk = disk;
        this.out = out;
        this.file = file;
    }

    void wrote(long bytes) throws IOException {
        unflushedBytes += bytes;
        if (unflushedBytes >= EVERY_BYTES && (running == null || running.isDone())) {
            await();
            unflushedBytes = 0;
            running = new FutureTask<>(() -> {
                disk.force(out, file);
                return null;
            });
            var thread = new Thread(running, "aidc-training-flush");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Waits for the flush that is running, if any; the file may be closed afterwards. */
    void await() throws IOException {
        FutureTask<@Nullable Void> last = running;
        running = null;
        if (last == null) {
            return;
        }
        try {
            Uninterrupted.await(last);
        } catch (ExecutionException e) {
            throw new IOException("flushing %s failed: %s".formatted(file, e.getCause()), e.getCause());
        }
    }
}
