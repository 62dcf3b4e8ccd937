package io.aidc.training.checkpoint;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps a durable write consists of; a test replaces them to fail or stop at any of them.
 *
 * <p>Streams, not channels: a run that is interrupted saves its last state with the interrupt flag set, and that flag closes
 * a channel under its writer.
 */
interface Disk {
    /** The file system of this machine. */
    Disk REAL = new Disk() {};

    default void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
    }

    /** Creates a file, or empties it. */
    default FileOutputStream create(Path file) throws IOException {
        return new FileOutputStream(file.toFile());
    }

    /** Flushes a file's bytes and length. */
    default void force(FileOutputStream out, Path file) throws IOException {
        out.getFD().sync();
    }

    /** Flushes a file that someone else wrote. */
    default void force(Path file) throws IOException {
        try (var opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.getFD().sync();
        }
    }

    /** Renames, replacing a file that may be there in one step. */
    default void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes a file or an empty directory. */
    default void delete(Path path) throws IOException {
        Files.delete(path);
    }

    /** Flushes a directory's entries. Does nothing on Windows, where a directory cannot be opened. */
    default void forceDirectory(Path directory) throws IOException {
        if (File.separatorChar == '\\') {
            return;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Removes a directory and all below it, or a file; links are not followed. */
    default void deleteTree(Path root) throws IOException {
        if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            List<Path> children;
            try (Stream<Path> listed = Files.list(root)) {
                children = listed.toList();
            }
            for (Path child : children) {
                deleteTree(child);
            }
        }
        delete(root);
    }

    /** Removes what a failed write left; the failure that led here is the one to report. */
    default void discard(Path path) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            try {
                deleteTree(path);
            } catch (IOException e) {
                Logger log = LoggerFactory.getLogger(Disk.class);
                log.warn("leftover of a failed write not removed: path={} reason={}", path, e.toString());
            }
        }
    }
}
