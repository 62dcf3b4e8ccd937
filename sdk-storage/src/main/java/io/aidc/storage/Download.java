package io.aidc.storage;

import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.chunk.Manifest.FileEntry;
import io.aidc.storage.internal.file.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes all files of one version into a directory that appears when it is complete.
 *
 * <p>Work goes on in {@code .<name>.<digest>.part} beside the target: a file {@code lock} and the tree {@code files}. A failed
 * or killed attempt leaves it; the next one for the same version and target checks each chunk that is there and fetches only
 * the others. A file whose flush failed is deleted, because its pages cannot be trusted.
 *
 * <p>Confined: one thread, one run.
 */
final class Download {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);
    private static final int DIGEST_DIGITS = 16;

    private final Manifest manifest;
    private final ChunkSource source;
    private final Disk disk;
    private final Executor executor;
    private final Progress progress;
    private final long total;
    private long done;

    Download(Manifest manifest, ChunkSource source, Disk disk, Executor executor, Progress progress) {
        this.manifest = manifest;
        this.source = source;
        this.disk = disk;
        this.executor = executor;
        this.progress = progress;
        total = manifest.size();
    }

    /** @param digest of the manifest, as hex: part of the scratch directory's name */
    void to(Path directory, String digest) throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        Path parent = target.getParent();
        refuseExisting(target);
        if (parent == null) {
            throw new FileAlreadyExistsException(target.toString());
        }
        Path scratch =
                parent.resolve(".%s.%s.part".formatted(target.getFileName(), digest.substring(0, DIGEST_DIGITS)));
        createParents(parent);
        Files.createDirectories(scratch);
        Path lockFile = scratch.resolve("lock");
        try (FileChannel lock = disk.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            acquire(lock, target);
            refuseExisting(target);
            Path files = scratch.resolve("files");
            write(files);
            disk.move(files, target);
            disk.forceDirectory(parent);
            deleteQuietly(lockFile);
            deleteQuietly(scratch);
        }
    }

    /** The names of new directories are flushed as the files below them are. */
    private void createParents(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null && !Files.isDirectory(directory)) {
            createParents(parent);
            Files.createDirectories(directory);
            disk.forceDirectory(parent);
        }
    }

    private static void deleteQuietly(Path empty) {
        try {
            Files.delete(empty);
        } catch (IOException e) {
            LOG.debug("Scratch not deleted file={} reason={}", empty, e.getMessage());
        }
    }

    private static void refuseExisting(Path target) throws FileAlreadyExistsException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString(), null, "must not exist before");
        }
    }

    private static void acquire(FileChannel lock, Path target) throws IOException {
        try {
            if (lock.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("%s is being written by another thread".formatted(target), e);
        }
        throw new IOException("%s is being written by another process".formatted(target));
    }

    private void write(Path root) throws IOException {
        Files.createDirectories(root);
        deleteStrangers(root);
        progress.at(done, total);
        for (FileEntry file : manifest.files()) {
            write(file, root.resolve(file.name()));
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path directory : paths.filter(Files::isDirectory).toList()) {
                disk.forceDirectory(directory);
            }
        }
    }

    /** Deletes whatever no attempt for this version would have left, links above all. */
    private void deleteStrangers(Path root) throws IOException {
        Set<Path> files = new HashSet<>();
        Set<Path> directories = new HashSet<>(Set.of(root));
        for (FileEntry file : manifest.files()) {
            Path path = root.resolve(file.name());
            files.add(path);
            for (Path above = path.getParent(); above != null && directories.add(above); ) {
                above = above.getParent();
            }
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                boolean known = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                        ? directories.contains(path)
                        : files.contains(path) && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
                if (!known) {
                    Files.delete(path);
                }
            }
        }
    }

    private void write(FileEntry file, Path path) throws IOException {
        Files.createDirectories(path.getParent());
        var chunks = new FileChunks(source, file);
        try (FileChannel channel = disk.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
            BitSet missing = missing(chunks, channel);
            try (var fetched = new ReadAhead(chunks, missing.stream(), executor)) {
                for (int i = missing.nextSetBit(0); i >= 0; i = missing.nextSetBit(i + 1)) {
                    writeFully(channel, fetched.next(), chunks.start(i));
                    advance(chunks.entry(i).length());
                }
            }
            channel.truncate(file.length());
            force(channel, path);
        }
    }

    private BitSet missing(FileChunks chunks, FileChannel channel) throws IOException {
        var missing = new BitSet(chunks.count());
        for (int i = 0; i < chunks.count(); i++) {
            byte[] there = read(channel, chunks.start(i), chunks.entry(i).length());
            if (chunks.entry(i).id().matches(there)) {
                advance(there.length);
            } else {
                missing.set(i);
            }
        }
        return missing;
    }

    /** Reads up to {@code length} bytes: fewer, perhaps none, where the file ends. */
    private static byte[] read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.max(0, Math.min(length, channel.size() - from)));
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new IOException("a file became shorter while it was read");
            }
        }
        return buffer.array();
    }

    private void advance(int bytes) {
        done += bytes;
        progress.at(done, total);
    }

    private void force(FileChannel channel, Path path) throws IOException {
        try {
            disk.force(channel, path);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    static void writeFully(FileChannel channel, byte[] content, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
            channel.write(buffer, position + buffer.position());
        }
    }
}
