package io.aidc.security.internal;

import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Writes files that appear whole or not at all, and are on the disk when the call returns. */
public final class AtomicFile {
    private static final Disk DISK = new Disk();

    /** Who may read the file, where the file system knows owners. */
    public enum Access {
        /** The owner alone (0600). */
        OWNER,
        /** Whoever the process's umask lets. */
        UMASK
    }

    /** Writes the content; it may close the stream. */
    @FunctionalInterface
    public interface Body {
        /**
         * Writes the whole content.
         *
         * @param out goes to a temporary file beside the target
         * @throws IOException if reading or writing fails; the target then stays as it was
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes the content at whatever positions, perhaps from several threads. */
    @FunctionalInterface
    public interface ChannelBody {
        /**
         * Writes the whole content.
         *
         * @param out an empty temporary file beside the target, to be written and read; stays open
         * @throws IOException if reading or writing fails; the target then stays as it was
         */
        void writeTo(FileChannel out) throws IOException;
    }

    /** What not every file system can do; tests put another in its place. */
    static class Disk {
        void link(Path name, Path existing) throws IOException {
            Files.createLink(name, existing);
        }

        void flush(Path directory) throws IOException {
            AtomicFile.flush(directory);
        }
    }

    private AtomicFile() {}

    /**
     * Writes a file, in place of one that may be there.
     *
     * @param target the file
     * @param access who may read it
     * @param body writes the content
     * @throws VaultIoException if the file system fails; the target is then as it was, unless the flush of its directory
     *     alone failed
     */
    public static void replace(Path target, Access access, Body body) {
        replace(target, access, body, DISK);
    }

    static void replace(Path target, Access access, Body body, Disk disk) {
        write(target, access, streamed(body), disk, temporary -> {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    /**
     * Writes a file by position, in place of one that may be there.
     *
     * @param target the file
     * @param access who may read it
     * @param body writes the content
     * @throws VaultIoException if the file system fails; the target is then as it was, unless the flush of its directory
     *     alone failed
     */
    public static void replaceByPosition(Path target, Access access, ChannelBody body) {
        write(target, access, body, DISK, temporary -> {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    /**
     * Writes a file that must not be there yet.
     *
     * @param target the file
     * @param access who may read it
     * @param body writes the content
     * @throws VaultIoException if the file system fails; its cause is {@link FileAlreadyExistsException} if there is a
     *     file
     */
    public static void create(Path target, Access access, Body body) {
        create(target, access, body, DISK);
    }

    static void create(Path target, Access access, Body body, Disk disk) {
        write(target, access, streamed(body), disk, temporary -> {
            try {
                disk.link(target, temporary);
            } catch (FileAlreadyExistsException e) {
                throw e;
            } catch (FileSystemException | UnsupportedOperationException e) {
                // a file system without links: two creators at the same instant are then not told apart
                Files.move(temporary, target);
                return;
            }
            Files.delete(temporary);
        });
    }

    /**
     * Flushes the names in a directory.
     *
     * @param directory the directory
     * @throws IOException if the file system fails
     */
    static void flush(Path directory) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(directory, StandardOpenOption.READ);
        } catch (AccessDeniedException e) {
            if (directory.getFileSystem().getSeparator().equals("\\")) {
                return; // Windows cannot open directories, and flushes a rename by itself
            }
            throw e;
        }
        try (channel) {
            channel.force(true);
        }
    }

    private interface Publication {
        void publish(Path temporary) throws IOException;
    }

    private static ChannelBody streamed(Body body) {
        return channel -> {
            try (OutputStream out = Channels.newOutputStream(new Kept(channel))) {
                body.writeTo(out);
            }
        };
    }

    /** Lets a body close its stream, and keeps the file open to be flushed. */
    private record Kept(FileChannel channel) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return channel.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() {
            // the file is closed after its flush
        }
    }

    private static void write(Path target, Access access, ChannelBody body, Disk disk, Publication publication) {
        Path directory = target.toAbsolutePath().getParent();
        if (directory == null || target.getFileName() == null) {
            throw new IllegalArgumentException("target must name a file, got " + target);
        }
        Path temporary = null;
        boolean published = false;
        try {
            temporary = temporary(directory, target.getFileName().toString(), access);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                body.writeTo(channel);
                channel.force(true);
            }
            publication.publish(temporary);
            published = true;
            disk.flush(directory);
        } catch (IOException e) {
            throw new VaultIoException("Cannot write " + target, e);
        } finally {
            if (temporary != null && !published) {
                discard(temporary);
            }
        }
    }

    private static Path temporary(Path directory, String name, Access access) throws IOException {
        if (access == Access.OWNER) {
            return Files.createTempFile(directory, "." + name + ".", ".tmp");
        }
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        return Files.createFile(
                directory.resolve(".%s.%s.tmp".formatted(name, HexFormat.of().formatHex(random))));
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // the failure that brought us here is the one to report; the leftover has a temporary name
        }
    }
}
