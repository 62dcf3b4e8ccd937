package io.aidc.privacy.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a log, held through a lock on a file beside it, which is never deleted.
 *
 * <p>The operating system's lock belongs to the whole process, and on POSIX closing <em>any</em> channel on the file
 * gives it up. So a second attempt within this process must be turned away before it opens one, also if this class was
 * loaded twice; hence a system property for each lock held.
 *
 * <p>The lock file is empty until the log is there and then says so for ever, so that a log gone is not taken for one
 * that never was. A {@link RandomAccessFile} is used because interrupting a thread closes a channel under it.
 */
public final class LogLock implements AutoCloseable {
    private static final String LOG_IS_THERE = "the log is there\n";

    private final String held;
    private final RandomAccessFile file;

    private LogLock(String held, RandomAccessFile file) {
        this.held = held;
        this.file = file;
    }

    /**
     * Takes the lock.
     *
     * @param log the file to be used, by its real path
     * @return the lock, or null if someone has it
     * @throws IOException if the lock file cannot be made or locked
     */
    public static @Nullable LogLock tryAcquire(Path log) throws IOException {
        Path lockFile = log.resolveSibling(log.getFileName() + ".lock");
        String held = LogLock.class.getName() + ":" + lockFile;
        if (System.getProperties().putIfAbsent(held, "held") != null) {
            return null;
        }
        RandomAccessFile file = null;
        FileLock lock = null;
        try {
            file = new RandomAccessFile(lockFile.toFile(), "rw");
            lock = file.getChannel().tryLock();
            return lock == null ? null : new LogLock(held, file);
        } catch (OverlappingFileLockException e) {
            return null;
        } finally {
            if (lock == null) {
                System.clearProperty(held);
                if (file != null) {
                    file.close();
                }
            }
        }
    }

    /**
     * Tells whether the log was there before.
     *
     * @return whether that was noted
     * @throws IOException if the lock file cannot be read
     */
    public boolean logWasThere() throws IOException {
        return file.length() > 0;
    }

    /**
     * Notes, durably, that the log is there.
     *
     * @throws IOException if the lock file cannot be written
     */
    public void noteLog() throws IOException {
        if (!logWasThere()) {
            file.write(LOG_IS_THERE.getBytes(US_ASCII));
            file.getFD().sync();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            System.clearProperty(held);
        }
    }
}
