package io.aidc.storage.internal.file;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The steps a durable write consists of; a test replaces it to fail or stop at any of them. */
public interface Disk {
    /** What content leaves free. */
    long RESERVED_BYTES = 64L << 20;

    /** The file system of this machine. */
    Disk REAL = new Disk() {};

    /** Opens a file. */
    default FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, options);
    }

    /** Flushes a file's bytes and length. */
    default void force(FileChannel channel, Path file) throws IOException {
        channel.force(true);
    }

    /** Renames, replacing the target in one step. */
    default void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Gives a file a second name, which must be free. */
    default void link(Path file, Path name) throws IOException {
        Files.createLink(name, file);
    }

    /** The bytes that may still be written to the file system of a directory. */
    default long usableBytes(Path directory) {
        return directory.toFile().getUsableSpace(); // one system call; a FileStore reads the table of mounts first
    }

    /**
     * Fails if content would leave less room than metadata may need: when it is full, a disk can lose a node's vote.
     *
     * @param directory on the file system in question
     * @param bytes of content that are about to be written
     */
    default void refuseWithoutRoom(Path directory, long bytes) throws IOException {
        long left = usableBytes(directory);
        if (left - bytes < RESERVED_BYTES) {
            throw new IOException("no room for %d bytes: %s has %d MiB left, and %d MiB are kept for metadata"
                    .formatted(bytes, directory, left >> 20, RESERVED_BYTES >> 20));
        }
    }

    /** Flushes a directory's entries. Does nothing on Windows, where a directory cannot be opened. */
    default void forceDirectory(Path directory) throws IOException {
        if (File.separatorChar == '\\') {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
