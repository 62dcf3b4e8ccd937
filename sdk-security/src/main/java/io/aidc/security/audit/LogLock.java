package io.aidc.security.audit;

import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a second writer out of a log, in this JVM and in others, by a lock on the file {@code .lock} in its directory. */
final class LogLock implements AutoCloseable {
    /**
     * The logs that this process writes. Locks of files belong to the process, and closing any channel of the file drops them:
     * a second open must not even touch it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path real;
    private final FileChannel channel;

    private LogLock(Path real, FileChannel channel) {
        this.real = real;
        this.channel = channel;
    }

    static LogLock of(Path directory) {
        try {
            Path real = directory.toRealPath();
            if (!HELD.add(real)) {
                throw new FileSystemException(directory.toString(), null, "is open already");
            }
            FileChannel locked = null;
            try {
                locked = locked(real.resolve(".lock"));
                return new LogLock(real, locked);
            } finally {
                if (locked == null) {
                    HELD.remove(real);
                }
            }
        } catch (IOException e) {
            throw new VaultIoException("Cannot lock audit log " + directory, e);
        }
    }

    private static FileChannel locked(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            throw new FileSystemException(file.toString(), null, "is locked by other code of this program");
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new FileSystemException(file.toString(), null, "is locked by another program");
        }
        return channel;
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing was written through it, and the system drops the lock with the descriptor
        } finally {
            HELD.remove(real);
        }
    }
}
