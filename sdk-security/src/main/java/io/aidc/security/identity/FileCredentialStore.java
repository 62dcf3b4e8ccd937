package io.aidc.security.identity;

import io.aidc.security.CredentialException;
import io.aidc.security.CredentialException.Reason;
import io.aidc.security.VaultIoException;
import io.aidc.security.internal.AtomicFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps credentials in one file, to which changes are appended, and in memory, from which they are read. Cost of a change: one
 * flush to the disk; now and then the file is written afresh.
 *
 * {@snippet class="io.aidc.security.identity.IdentitySnippetsTest" region="file"}
 *
 * <p>A change that was reported is on the disk. A crash while a change is written undoes that change alone; the same is taken
 * of a last entry that was damaged otherwise. Damage anywhere else is refused on opening. After the disk has failed, the store
 * must be opened again.
 *
 * <p>One object has the file open at a time, by the lock of an empty file beside it, which stays. The file is its owner's
 * alone (0600) where the file system knows owners. All of it is held in memory; it may have 1 GiB.
 *
 * <p><em>Thread-safe: changes wait for each other, reading waits for nothing. An interrupt does not disturb it once it is open.</em>
 */
public final class FileCredentialStore implements CredentialStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileCredentialStore.class);
    private static final long MAX_FILE_BYTES = 1L << 30;
    private static final long COMPACTED_ABOVE = 1L << 20;

    /** Left free by what is put, so that a full store can be made smaller. */
    private static final long ROOM_TO_REMOVE = 1L << 16;

    /** The files open in this JVM: to try the lock of one again, and close it, would drop the lock, as POSIX has it. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel lock;
    private final long maxBytes;
    private final MemoryCredentialStore records;
    private final Object writing = new Object();
    private RandomAccessFile out;
    private long size;
    private long freshSize;
    private volatile boolean closed;
    private boolean failed;

    private FileCredentialStore(Path file, FileChannel lock, long maxBytes) throws IOException {
        this.file = file;
        this.lock = lock;
        this.maxBytes = maxBytes;
        this.records = new MemoryCredentialStore();
        if (!Files.exists(file)) {
            AtomicFile.create(file, AtomicFile.Access.OWNER, stream -> stream.write(CredentialJournal.header()));
        }
        long length = Files.size(file);
        if (length > maxBytes) {
            throw overLimit(length);
        }
        this.size = CredentialJournal.replay(Files.readAllBytes(file), records);
        this.out = appending(file, size);
        this.freshSize = liveBytes();
        if (size < length) {
            LOG.warn("cut an unfinished change off credentials, file={}, bytes={}", file, length - size);
        }
    }

    /**
     * Opens a store, or makes an empty one.
     *
     * @param file where to keep it; its directory must exist
     * @return the open store
     * @throws CredentialException if it is open already, is damaged, or has more than 1 GiB
     * @throws VaultIoException if it cannot be read or made
     */
    public static FileCredentialStore open(Path file) {
        return open(file, MAX_FILE_BYTES);
    }

    /** With a limit that a test reaches. */
    static FileCredentialStore open(Path file, long maxBytes) {
        Path name = Objects.requireNonNull(file, "file").getFileName();
        if (name == null) {
            throw new IllegalArgumentException("file must name a file, got " + file);
        }
        try {
            Path real = real(file.toAbsolutePath(), name);
            if (!OPEN.add(real)) {
                throw inUse(file);
            }
            return openAlone(real, maxBytes);
        } catch (IOException e) {
            throw new VaultIoException("Cannot open credentials " + file, e);
        }
    }

    private static Path real(Path file, Path name) throws IOException {
        return Files.exists(file)
                ? file.toRealPath()
                : Objects.requireNonNull(file.getParent(), "directory")
                        .toRealPath()
                        .resolve(name);
    }

    private static FileCredentialStore openAlone(Path file, long maxBytes) throws IOException {
        FileChannel lock = null;
        boolean opened = false;
        try {
            Path beside = file.resolveSibling(".%s.lock".formatted(file.getFileName()));
            lock = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                throw inUse(file);
            }
            FileCredentialStore store = new FileCredentialStore(file, lock, maxBytes);
            opened = true;
            return store;
        } finally {
            if (!opened) {
                if (lock != null) {
                    lock.close();
                }
                OPEN.remove(file);
            }
        }
    }

    /**
     * Finds a record.
     *
     * @throws IllegalStateException if closed
     */
    @Override
    public Optional<byte[]> find(String key) {
        requireOpen();
        return records.find(key);
    }

    /**
     * Replaces a record, if it is still as expected.
     *
     * @throws CredentialException if the file would grow above 1 GiB; nothing changed, and records can be removed
     * @throws VaultIoException if the disk fails; the change may or may not be there when the store is opened again
     * @throws IllegalArgumentException if the key is empty or above 1024 bytes in UTF-8, or the value above 64 KiB
     * @throws IllegalStateException if closed, or the disk failed before
     */
    @Override
    public boolean replace(String key, byte @Nullable [] expected, byte @Nullable [] next) {
        byte[] entry = CredentialJournal.entry(key, next);
        synchronized (writing) {
            requireOpen();
            if (!records.matches(key, expected)) {
                return false;
            }
            if (expected == null && next == null) {
                return true;
            }
            write(entry, next == null ? maxBytes : maxBytes - ROOM_TO_REMOVE);
            records.put(key, next);
            return true;
        }
    }

    private void write(byte[] entry, long most) {
        if (failed) {
            throw new IllegalStateException("the disk failed under %s before; open it again".formatted(file));
        }
        failed = true;
        try {
            if (size > freshSize && (size > compactAt() || size + entry.length > most)) {
                compact();
            }
            if (size + entry.length > most) {
                failed = false;
                throw overLimit(size + entry.length);
            }
            out.write(entry);
            out.getFD().sync();
            size += entry.length;
            failed = false;
        } catch (IOException e) {
            throw new VaultIoException("Cannot write credentials " + file, e);
        }
    }

    private void compact() throws IOException {
        boolean interrupted = false;
        try {
            while (!isWrittenAfresh()) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        out.close();
        size = Files.size(file);
        out = appending(file, size);
        freshSize = size;
        LOG.debug("wrote credentials afresh, file={}, bytes={}", file, size);
    }

    /** Returns false if an interrupt closed the channel beneath: the file is then the old one or the fresh one. */
    private boolean isWrittenAfresh() {
        try {
            AtomicFile.replace(file, AtomicFile.Access.OWNER, stream -> {
                stream.write(CredentialJournal.header());
                for (Map.Entry<String, byte[]> record : records.entries()) {
                    stream.write(CredentialJournal.entry(record.getKey(), record.getValue()));
                }
            });
            return true;
        } catch (VaultIoException e) {
            if (e.getCause() instanceof ClosedByInterruptException) {
                return false;
            }
            throw e;
        }
    }

    /** Not a channel, which an interrupt would close for all threads. */
    private static RandomAccessFile appending(Path file, long size) throws IOException {
        RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw");
        boolean ready = false;
        try {
            if (out.length() > size) {
                out.setLength(size);
            }
            out.seek(size);
            ready = true;
            return out;
        } finally {
            if (!ready) {
                out.close();
            }
        }
    }

    /** When three quarters are stale, or half of what was left free is used. */
    private long compactAt() {
        return Math.min(Math.max(COMPACTED_ABOVE, 4 * freshSize), (freshSize + maxBytes - ROOM_TO_REMOVE) / 2);
    }

    private long liveBytes() {
        long bytes = CredentialJournal.HEADER_BYTES;
        for (Map.Entry<String, byte[]> record : records.entries()) {
            bytes += CredentialJournal.entry(record.getKey(), record.getValue()).length;
        }
        return bytes;
    }

    /**
     * Lists keys.
     *
     * @throws IllegalStateException if closed
     */
    @Override
    public List<String> keys(String prefix) {
        requireOpen();
        return records.keys(prefix);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("credentials %s are closed".formatted(file));
        }
    }

    /**
     * Closes the file, after a change that is being written. Closing twice is harmless.
     *
     * @throws VaultIoException if the file system fails; all changes are on the disk even so
     */
    @Override
    public void close() {
        synchronized (writing) {
            if (closed) {
                return;
            }
            closed = true;
            try (lock) {
                out.close();
            } catch (IOException e) {
                throw new VaultIoException("Cannot close credentials " + file, e);
            } finally {
                OPEN.remove(file);
            }
        }
    }

    /** Shows the file. */
    @Override
    public String toString() {
        return "FileCredentialStore[%s]".formatted(file);
    }

    private CredentialException overLimit(long bytes) {
        return new CredentialException(
                Reason.OVER_LIMIT, "%s must be at most %d bytes, got %d".formatted(file, maxBytes, bytes));
    }

    private static CredentialException inUse(Path file) {
        return new CredentialException(Reason.IN_USE, "Credentials %s are open elsewhere".formatted(file));
    }
}
