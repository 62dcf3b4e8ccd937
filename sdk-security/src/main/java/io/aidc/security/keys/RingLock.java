package io.aidc.security.keys;

import io.aidc.security.KeyRingException;
import io.aidc.security.KeyRingException.Reason;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.ThreadLocks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Keeps writers of one key ring file apart, in this JVM and others, by a lock on an empty file beside it. */
final class RingLock {
    private static final ThreadLocks THREADS = new ThreadLocks();
    private static final Duration PAUSE = Duration.ofMillis(2);

    private RingLock() {}

    static <T> T holding(Path ring, Duration longest, Supplier<T> work) {
        Path file = ring.resolveSibling("." + ring.getFileName() + ".lock");
        long end = System.nanoTime() + longest.toNanos();
        try {
            ReentrantLock thread = THREADS.of(file);
            if (!tryLock(thread, longest)) {
                throw busy(ring);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                while (!tryLock(channel)) {
                    if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                        throw busy(ring);
                    }
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
                return work.get();
            } finally {
                thread.unlock();
            }
        } catch (IOException e) {
            throw new VaultIoException("Cannot lock key ring " + ring, e);
        }
    }

    private static boolean tryLock(ReentrantLock thread, Duration longest) {
        try {
            return thread.tryLock(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by code of this JVM that does not know of us
        }
    }

    private static KeyRingException busy(Path ring) {
        return new KeyRingException(Reason.BUSY, ring, "is being changed by somebody else; try again");
    }
}
