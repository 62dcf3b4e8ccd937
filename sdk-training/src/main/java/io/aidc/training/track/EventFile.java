package io.aidc.training.track;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Appends records to a file of its own: length, masked CRC-32C of the length, payload, masked CRC-32C of the payload, all
 * little-endian. A reader takes a record cut off at the end for one that is not complete yet.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">TFRecord</a>
 */
final class EventFile implements AutoCloseable {
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int MAX_FILES_A_SECOND = 10_000;

    private final Path path;
    private final OutputStream out;

    private EventFile(Path path, OutputStream out) {
        this.path = path;
        this.out = out;
    }

    /** Makes a file that did not exist. Its name sorts by time, and holds no host name since files are passed on. */
    static EventFile create(Path directory, Instant time) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < MAX_FILES_A_SECOND; i++) {
            Path path = directory.resolve(String.format(
                    Locale.ROOT,
                    "events.out.tfevents.%010d.aidc.%d.%d",
                    time.getEpochSecond(),
                    ProcessHandle.current().pid(),
                    i));
            try {
                OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                return new EventFile(path, new BufferedOutputStream(out));
            } catch (FileAlreadyExistsException e) {
                // Another run of this second, which keeps its file; the next number is tried.
            }
        }
        throw new IOException("%s holds %d event files of this second".formatted(directory, MAX_FILES_A_SECOND));
    }

    Path path() {
        return path;
    }

    void write(byte[] payload) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(Long.BYTES + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(payload.length);
        head.putInt(maskedCrc(head.array(), Long.BYTES));
        out.write(head.array());
        out.write(payload);
        out.write(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(maskedCrc(payload, payload.length))
                .array());
    }

    private static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }

    void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
