package io.aidc.security;

import io.aidc.security.internal.AtomicFile;
import io.aidc.security.internal.KeyFiles;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * A sealed file held in memory. Safe to keep and to send anywhere; its name and context are readable in it, its content is
 * not.
 *
 * <p><em>Immutable.</em>
 */
public final class Sealed {
    private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    /** What is read at once: the JDK copies through memory outside the heap as large as a read, and keeps it. */
    private static final int PIECE_BYTES = 128 * 1024;

    private final byte[] bytes;

    Sealed(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Takes a sealed file that is in memory already. It is not checked before it is unsealed.
     *
     * @param bytes copied from position to limit; neither moves
     * @return the sealed file
     */
    public static Sealed of(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return new Sealed(copy);
    }

    /**
     * Reads a sealed file into memory. It is not checked before it is unsealed.
     *
     * @param file shorter than 2 GiB
     * @return the sealed file
     * @throws VaultIoException if the file cannot be read, or is longer
     */
    public static Sealed readFrom(Path file) {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = in.size();
            if (size > MAX_BYTES) {
                throw new IOException("it has %d bytes; at most %d fit an array".formatted(size, MAX_BYTES));
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining()) {
                ByteBuffer piece = bytes.slice(bytes.position(), Math.min(PIECE_BYTES, bytes.remaining()));
                int read = in.read(piece);
                if (read < 0) {
                    throw new EOFException("it became shorter while it was read");
                }
                bytes.position(bytes.position() + read);
            }
            return new Sealed(bytes.array());
        } catch (IOException e) {
            throw new VaultIoException("Cannot read sealed file " + file, e);
        }
    }

    /**
     * Returns how long the sealed file is.
     *
     * @return bytes
     */
    public int size() {
        return bytes.length;
    }

    /**
     * Returns the sealed bytes.
     *
     * @return a read-only view, not a copy
     */
    public ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** The bytes themselves, for readers that we trust not to write. */
    ByteBuffer array() {
        return ByteBuffer.wrap(bytes);
    }

    /**
     * Writes the sealed file. It appears whole and is on the disk when this returns; a file that was there is replaced.
     *
     * @param target in a directory that exists
     * @throws VaultIoException if it cannot be written; what was there is then unchanged
     * @throws IllegalArgumentException if the target holds keys
     */
    public void writeTo(Path target) {
        KeyFiles.requireNone(target);
        AtomicFile.replace(target, AtomicFile.Access.UMASK, out -> out.write(bytes));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sealed that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Shows the size only. */
    @Override
    public String toString() {
        return "Sealed[size=%d]".formatted(bytes.length);
    }
}
