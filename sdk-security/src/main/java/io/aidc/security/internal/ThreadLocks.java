package io.aidc.security.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Locks that keep the threads of this JVM apart before they touch a lock of the file system. Closing any channel of a file
 * drops all locks which the process has on it, as POSIX has it, so that a thread that only tried would unlock for the one
 * that writes. Two files may share a lock. <em>Thread-safe.</em>
 */
public final class ThreadLocks {
    private static final int STRIPES = 64;

    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(STRIPES).toList();

    /** Makes locks that share nothing with those of others, and so cannot be waited for in a circle with them. */
    public ThreadLocks() {}

    /**
     * Returns the lock of a file.
     *
     * @param file need not exist; its directory must
     * @return the same lock for the same file, however its path is spelled, symbolic links included
     * @throws IOException if the directory cannot be read
     */
    public ReentrantLock of(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path directory = absolute.getParent();
        Path real = directory == null || Files.exists(absolute)
                ? absolute.toRealPath()
                : directory.toRealPath().resolve(absolute.getFileName());
        return locks.get(Math.floorMod(real.hashCode(), STRIPES));
    }
}
