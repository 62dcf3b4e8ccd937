package io.aidc.training.checkpoint;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The right to write into a directory, held through a lock on a file in it, which is never deleted. The operating system
 * gives it up when the process ends, however it ends.
 *
 * <p>The system's lock belongs to the whole process, and on POSIX closing any descriptor of the file gives it up. So a second
 * attempt within this process must be turned away before it opens one, also if this class was loaded twice; hence a system
 * property for each lock held.
 */
final class DirectoryLock implements AutoCloseable {
    static final String FILE = ".lock";

    private final String held;
    private final RandomAccessFile file;

    private DirectoryLock(String held, RandomAccessFile file) {
        this.held = held;
        this.file = file;
    }

    static DirectoryLock acquire(Path directory) throws IOException {
        Path path = directory.toRealPath().resolve(FILE);
        String held = DirectoryLock.class.getName() + ":" + path;
        if (System.getProperties().putIfAbsent(held, "held") != null) {
            throw new CheckpointsInUseException(directory);
        }
        RandomAccessFile file = null;
        FileLock lock = null;
        try {
            file = new RandomAccessFile(path.toFile(), "rw");
            lock = tryLock(file);
            if (lock == null) {
                throw new CheckpointsInUseException(directory);
            }
            return new DirectoryLock(held, file);
        } finally {
            if (lock == null) {
                release(held, file);
            }
        }
    }

    private static @Nullable FileLock tryLock(RandomAccessFile file) throws IOException {
        try {
            return file.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this process through another class of this name
        }
    }

    /** In this order, or else the closing would give up the lock that another thread took meanwhile. */
    private static void release(String held, @Nullable RandomAccessFile file) throws IOException {
        try {
            if (file != null) {
                file.close();
            }
        } finally {
            System.clearProperty(held);
        }
    }

    @Override
    public void close() throws IOException {
        release(held, file);
    }
}
