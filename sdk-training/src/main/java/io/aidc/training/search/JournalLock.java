package io.aidc.training.search;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a journal, held through a lock on an empty file beside it, which is never deleted.
 *
 * <p>The operating system's lock belongs to the whole process, and on POSIX closing any channel on the file gives it
 * up. So a second attempt within this process must be turned away before it opens one, also if this class was loaded
 * twice; hence a system property for each lock held.
 */
final class JournalLock implements AutoCloseable {
    private final String held;
    private final RandomAccessFile file;

    private JournalLock(String held, RandomAccessFile file) {
        this.held = held;
        this.file = file;
    }

    /** Takes the lock of a journal, given by its real path; null if someone has it. */
    static @Nullable JournalLock tryAcquire(Path journal) throws IOException {
        Path lockFile = journal.resolveSibling(journal.getFileName() + ".lock");
        String held = JournalLock.class.getName() + ":" + lockFile;
        if (System.getProperties().putIfAbsent(held, "held") != null) {
            return null;
        }
        RandomAccessFile file = null;
        FileLock lock = null;
        try {
            file = new RandomAccessFile(lockFile.toFile(), "rw");
            lock = file.getChannel().tryLock();
            return lock == null ? null : new JournalLock(held, file);
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

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            System.clearProperty(held);
        }
    }
}
