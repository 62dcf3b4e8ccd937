package io.aidc.security.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A directory that is filled under a temporary name, and appears whole under its own or not at all. */
public final class NewDirectory implements AutoCloseable {
    private final Path target;
    private final Path unfinished;
    private boolean published;

    private NewDirectory(Path target, Path unfinished) {
        this.target = target;
        this.unfinished = unfinished;
    }

    /**
     * Makes the temporary directory.
     *
     * @param target what it is to become; must not exist
     * @return the directory to fill
     * @throws IOException if it exists, or the file system fails
     */
    public static NewDirectory beside(Path target) throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("target must name a directory, got " + target);
        }
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        Path unfinished = parent.resolve(".%s.%s.tmp".formatted(target.getFileName(), UUID.randomUUID()));
        return new NewDirectory(target, Files.createDirectory(unfinished));
    }

    /**
     * Returns where to put the files.
     *
     * @return the temporary directory
     */
    public Path path() {
        return unfinished;
    }

    /**
     * Gives the directory its own name. Its files are on the disk already; the names in it are flushed here.
     *
     * @throws IOException if the file system fails, or somebody made the target meanwhile
     */
    public void publish() throws IOException {
        Files.walkFileTree(unfinished, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                flush(directory);
                return FileVisitResult.CONTINUE;
            }
        });
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        published = true;
        flush(target.toAbsolutePath().getParent());
    }

    /** Deletes what was not published. */
    @Override
    public void close() throws IOException {
        if (published) {
            return;
        }
        Files.walkFileTree(unfinished, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void flush(@Nullable Path directory) throws IOException {
        if (directory != null) {
            AtomicFile.flush(directory);
        }
    }
}
