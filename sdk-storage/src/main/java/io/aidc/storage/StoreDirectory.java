package io.aidc.storage;

import io.aidc.storage.internal.file.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The directory of one node: locked while it is open, and marked with whose it is. */
final class StoreDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private StoreDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static StoreDirectory open(Path path, String cluster, String node, boolean single, DurableFiles files)
            throws IOException {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new IOException("it is a file, not a directory");
        }
        files.createDirectories(path.toAbsolutePath());
        FileChannel lock = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            acquire(lock, path);
            checkOwner(
                    path,
                    "aidc-storage 2\ncluster %s\nnode %s\nform %s\n"
                            .formatted(cluster, node, single ? "single" : "replicated"),
                    files);
            return new StoreDirectory(path, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void acquire(FileChannel lock, Path path) throws IOException {
        try {
            if (lock.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new StoreDirectoryException("%s is already open in this process".formatted(path), e);
        }
        throw new StoreDirectoryException("%s is in use by another process".formatted(path), null);
    }

    private static void checkOwner(Path path, String expected, DurableFiles files) throws IOException {
        Path marker = path.resolve("node");
        if (!Files.exists(marker)) {
            files.write(marker, path, expected.getBytes(StandardCharsets.UTF_8));
            return;
        }
        String found = Files.readString(marker);
        if (!found.equals(expected)) {
            throw new StoreDirectoryException(
                    "%s belongs to another store: expected '%s', found '%s'"
                            .formatted(path, oneLine(expected), oneLine(found)),
                    null);
        }
        files.forceDirectory(path); // a crash may have come between the marker's rename and the flush
    }

    private static String oneLine(String text) {
        return text.strip().replace("\n", ", ");
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new StorageIoException("unlocking %s: %s".formatted(path, e.getMessage()), e);
        }
    }
}
