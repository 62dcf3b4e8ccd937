package io.aidc.storage.object;

import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Keeps each object as a file of a local directory, under its key.
 *
 * <p>A put writes a scratch file in {@code .aidc}, flushes it, links it to its name, which fails if the name is taken,
 * and flushes the directory; so do deletes. An object is therefore never seen in part, and an answered put survives a
 * power cut (on Windows a directory cannot be flushed: there only the content is sure). A put that was answered with
 * false has flushed the other's name too. After a failed flush every put and delete fails until the directory is opened
 * again.
 *
 * <p>Several stores, also of several processes, may have one directory open. The file system must have hard links. A
 * key cannot be a directory of another one, such as {@code a} and {@code a/b}; and keys that differ only by case are
 * one where the file system says so. A put costs two flushes; listing costs the memory of one directory's names.
 *
 * {@snippet class="io.aidc.storage.object.SnippetsTest" region="directory"}
 *
 * <p>Thread-safe: every call. A thread that puts or deletes must not be interrupted: that counts as a failed flush.
 */
public final class DirectoryObjects implements ObjectStore {
    /** How often a scratch file may be gone; each time another store was opened on the directory. */
    private static final int ATTEMPTS = 10;

    private final Path directory;
    private final Path scratch;
    private final Disk disk;
    private final DurableFiles files;
    private final Set<Path> durableDirectories = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private DirectoryObjects(Path directory, Disk disk) throws IOException {
        this.directory = directory.toAbsolutePath();
        this.disk = disk;
        scratch = this.directory.resolve(Keys.RESERVED);
        files = new DurableFiles(disk, failure -> {});
        files.createDirectories(scratch);
        deleteScratchFiles();
        undisturbed(this::requireLinks);
    }

    /**
     * Opens a directory, creates it if it is absent, and removes what puts that a crash cut off have left.
     *
     * @param directory on a local file system with hard links
     * @return the store
     * @throws IOException if the directory cannot be written, or has no hard links
     */
    public static DirectoryObjects open(Path directory) throws IOException {
        return open(directory, Disk.REAL);
    }

    static DirectoryObjects open(Path directory, Disk disk) throws IOException {
        return new DirectoryObjects(Objects.requireNonNull(directory, "directory"), disk);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) throws IOException {
        Path file = file(key);
        Keys.checkContent(key, content);
        return undisturbed(() -> put(file, content));
    }

    /** Does again what failed because another store that was opened meanwhile removed a scratch file of ours. */
    private <T> T undisturbed(Step<T> step) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return step.run();
            } catch (NoSuchFileException e) {
                durableDirectories.clear(); // or because someone removed a directory
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private boolean put(Path file, byte[] content) throws IOException {
        files.refuseAfterFailure();
        Path parent = parent(file);
        makeDurable(parent);
        boolean stored = find(file).isEmpty() && link(file, content);
        if (!stored && find(file).isEmpty()) {
            throw new FileSystemException(file.toString(), null, "is not a regular file, or was deleted meanwhile");
        }
        files.forceDirectory(parent);
        return stored;
    }

    private boolean link(Path file, byte[] content) throws IOException {
        Path written = scratch.resolve(UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel = disk.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                files.writeFully(channel, ByteBuffer.wrap(content));
                files.force(channel, written);
            }
            disk.link(written, file);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /**
     * Each directory's name is flushed once by this store, because the one that created it may not have come that far.
     */
    private void makeDurable(Path parent) throws IOException {
        if (!parent.equals(directory) && !durableDirectories.contains(parent)) {
            makeDurable(parent(parent));
            Files.createDirectories(parent);
            files.forceDirectory(parent(parent));
            durableDirectories.add(parent);
        }
    }

    @Override
    public OptionalLong size(String key) throws IOException {
        return find(file(key))
                .map(attributes -> OptionalLong.of(attributes.size()))
                .orElse(OptionalLong.empty());
    }

    @Override
    public byte[] get(String key) throws IOException {
        Path file = existing(key);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > MAX_BYTES) {
                throw new IOException("object %s has %d bytes; at most %d".formatted(key, size, MAX_BYTES));
            }
            return read(channel, key, 0, (int) size);
        }
    }

    @Override
    public byte[] get(String key, long offset, int length) throws IOException {
        Keys.checkRange(offset, length);
        Path file = existing(key);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (offset + length > channel.size()) {
                throw Keys.shorter(key, offset, length);
            }
            return read(channel, key, offset, length);
        }
    }

    private static byte[] read(FileChannel channel, String key, long offset, int length) throws IOException {
        ByteBuffer part = ByteBuffer.allocate(length);
        while (part.hasRemaining()) {
            if (channel.read(part, offset + part.position()) < 0) {
                throw Keys.shorter(key, offset, length);
            }
        }
        return part.array();
    }

    @Override
    public void list(String prefix, Consumer<Listed> visitor) throws IOException {
        refuseWhenClosed();
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(visitor, "visitor");
        list(directory, "", prefix, visitor);
    }

    private void list(Path folder, String folderKey, String prefix, Consumer<Listed> visitor) throws IOException {
        for (String name : names(folder, folderKey)) {
            String key = folderKey + name;
            Path path = folder.resolve(name);
            if (name.endsWith("/")) {
                if (key.startsWith(prefix) || prefix.startsWith(key)) {
                    list(path, key, prefix, visitor);
                }
            } else if (key.startsWith(prefix)) {
                find(path).ifPresent(attributes -> visitor.accept(new Listed(key, attributes.size())));
            }
        }
    }

    /** Directories end in a slash, so that the order of one directory's names is the order of the keys. */
    private static List<String> names(Path folder, String folderKey) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (Keys.isKey(folderKey + name)) {
                    names.add(Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) ? name + "/" : name);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of(); // deleted since its parent was listed
        }
        names.sort(Keys.ORDER);
        return names;
    }

    @Override
    public void delete(String key) throws IOException {
        Path file = file(key);
        files.refuseAfterFailure();
        if (find(file).isPresent()) {
            Files.deleteIfExists(file);
            files.forceDirectory(parent(file));
        }
    }

    /**
     * Does nothing else: no file and no thread is kept between calls. Later calls throw {@link IllegalStateException}.
     */
    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return "DirectoryObjects[" + directory + "]";
    }

    private Path existing(String key) throws IOException {
        Path file = file(key);
        if (find(file).isEmpty()) {
            throw new NoSuchFileException(key);
        }
        return file;
    }

    private static Optional<BasicFileAttributes> find(Path file) throws IOException {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS))
                    .filter(BasicFileAttributes::isRegularFile);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (isBelowAFile(file)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean isBelowAFile(Path file) {
        for (Path above = file.getParent(); above != null; above = above.getParent()) {
            if (Files.isRegularFile(above)) {
                return true;
            }
        }
        return false;
    }

    private Path file(String key) {
        refuseWhenClosed();
        return directory.resolve(Keys.check(key));
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new IllegalStateException("the store of " + directory + " is closed");
        }
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent(), "parent");
    }

    private void deleteScratchFiles() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(scratch)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Path requireLinks() throws IOException {
        Path file = scratch.resolve(UUID.randomUUID() + ".probe");
        Path name = scratch.resolve(UUID.randomUUID() + ".probe");
        try {
            Files.createFile(file);
            disk.link(file, name);
            return name;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            throw new IOException("no hard links in " + directory + "; objects need them", e);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(name);
        }
    }
}
