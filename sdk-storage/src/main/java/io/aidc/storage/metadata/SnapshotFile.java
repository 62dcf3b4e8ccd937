package io.aidc.storage.metadata;

import io.aidc.storage.internal.file.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/** A state's snapshot in a file, followed by its CRC-32C. */
public final class SnapshotFile {
    private SnapshotFile() {}

    /**
     * Writes the file, durably, completely or not at all.
     *
     * @param file is replaced if it exists
     * @param snapshot from {@link MetadataState#toSnapshot}
     * @param files writes
     * @throws IOException if it could not be written
     */
    public static void write(Path file, byte[] snapshot, DurableFiles files) throws IOException {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        files.write(file, directory, withChecksum(snapshot));
    }

    /**
     * Adds the checksum.
     *
     * @param snapshot from {@link MetadataState#toSnapshot}
     * @return the content of a snapshot file
     */
    public static byte[] withChecksum(byte[] snapshot) {
        return ByteBuffer.allocate(snapshot.length + Integer.BYTES)
                .put(snapshot)
                .putInt(Frames.crc(snapshot))
                .array();
    }

    /**
     * Reads the file.
     *
     * @param file of a snapshot
     * @return for {@link MetadataState#restore}
     * @throws DamagedLogException if it fails its checksum
     * @throws IOException if it cannot be read
     */
    public static byte[] read(Path file) throws IOException {
        return checked(file, Files.readAllBytes(file));
    }

    /**
     * Checks the content of a snapshot file.
     *
     * @param file where it came from, for the message
     * @param content with its checksum
     * @return for {@link MetadataState#restore}
     * @throws DamagedLogException if it fails its checksum
     */
    public static byte[] checked(Path file, byte[] content) throws DamagedLogException {
        int length = content.length - Integer.BYTES;
        byte[] snapshot = Arrays.copyOf(content, Math.max(length, 0));
        if (length < 0 || ByteBuffer.wrap(content).getInt(length) != Frames.crc(snapshot)) {
            throw new DamagedLogException(file, "the snapshot fails its checksum", null);
        }
        return snapshot;
    }
}
