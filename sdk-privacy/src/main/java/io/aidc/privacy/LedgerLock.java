package io.aidc.privacy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a ledger file, held through a lock on a file beside it, which is never deleted.
 *
 * <p>The operating system's lock belongs to the whole process, and on POSIX closing <em>any</em> channel on the file
 * gives it up. So a second attempt within this process must be turned away before it opens one; hence the only static
 * state in this module.
 */
final class LedgerLock implements AutoCloseable {
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path lockFile;
    private final FileChannel channel;

    private LedgerLock(Path lockFile, FileChannel channel) {
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /** Takes the lock, or returns null if someone has it. */
    static @Nullable LedgerLock tryAcquire(Path ledger) throws IOException {
        Path lockFile = ledger.resolveSibling(ledger.getFileName() + ".lock");
        if (!HELD_HERE.add(lockFile)) {
            return null;
        }
        FileChannel channel = null;
        FileLock lock = null;
        try {
            channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock = channel.tryLock();
            return lock == null ? null : new LedgerLock(lockFile, channel);
        } finally {
            if (lock == null) {
                HELD_HERE.remove(lockFile);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD_HERE.remove(lockFile);
        }
    }
}
