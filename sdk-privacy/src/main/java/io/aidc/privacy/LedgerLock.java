package io.aidc.privacy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a ledger file, held through a lock on a file beside it, which is never deleted.
 *
 * <p>The operating system's lock belongs to the whole process, and on POSIX closing <em>any</em> channel on the file
 * gives it up. So a second attempt within this process must be turned away before it opens one; hence the only static
 * state in this module.
 *
 * <p>The lock file is empty until the ledger is there and then says so for ever, so that a ledger gone is not taken for
 * one that never was. A {@link RandomAccessFile} is used because interrupting a thread closes a channel under it.
 */
final class LedgerLock implements AutoCloseable {
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();
    private static final String LEDGER_IS_THERE = "the ledger is there\n";

    private final Path lockFile;
    private final RandomAccessFile file;

    private LedgerLock(Path lockFile, RandomAccessFile file) {
        this.lockFile = lockFile;
        this.file = file;
    }

    /** Takes the lock, or returns null if someone has it. */
    static @Nullable LedgerLock tryAcquire(Path ledger) throws IOException {
        Path lockFile = ledger.resolveSibling(ledger.getFileName() + ".lock");
        if (!HELD_HERE.add(lockFile)) {
            return null;
        }
        RandomAccessFile file = null;
        FileLock lock = null;
        try {
            file = new RandomAccessFile(lockFile.toFile(), "rw");
            lock = file.getChannel().tryLock();
            return lock == null ? null : new LedgerLock(lockFile, file);
        } finally {
            if (lock == null) {
                HELD_HERE.remove(lockFile);
                if (file != null) {
                    file.close();
                }
            }
        }
    }

    /** Whether a ledger was there before. */
    boolean ledgerWasThere() throws IOException {
        return file.length() > 0;
    }

    /** Notes, durably, that the ledger is there. */
    void noteLedger() throws IOException {
        if (!ledgerWasThere()) {
            file.write(LEDGER_IS_THERE.getBytes(US_ASCII));
            file.getFD().sync();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            HELD_HERE.remove(lockFile);
        }
    }
}
