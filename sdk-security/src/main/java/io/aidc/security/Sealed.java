package io.aidc.security;

import io.aidc.security.internal.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A sealed file held in memory. Safe to keep and to send anywhere; its name and context are readable in it, its content is
 * not.
 *
 * <p><em>Immutable.</em>
 */
public final class Sealed {
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
     * @throws VaultIoException if the file cannot be read
     */
    public static Sealed readFrom(Path file) {
        try {
            return new Sealed(Files.readAllBytes(file));
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

    /**
     * Writes the sealed file. It appears whole and is on the disk when this returns; a file that was there is replaced.
     *
     * @param target in a directory that exists
     * @throws VaultIoException if it cannot be written; what was there is then unchanged
     */
    public void writeTo(Path target) {
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
