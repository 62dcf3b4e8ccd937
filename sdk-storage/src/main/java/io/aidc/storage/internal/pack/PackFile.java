package io.aidc.storage.internal.pack;

import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.file.FlushFailedException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One pack on disk.
 *
 * <p>Reading opens the file each time, so that an interrupted reader closes no one else's channel. Appending is confined to the
 * lock of {@link PackedChunks}.
 */
final class PackFile {
    /** A pack is full when the next frame would go beyond this. */
    static final int FULL_BYTES = 64 << 20;

    /** No pack is larger: the largest blob alone, and the footer, may go beyond {@link #FULL_BYTES}. */
    private static final int MAX_BYTES = 2 * FULL_BYTES;

    /** The JDK copies what is read or written through a native buffer that it keeps per thread: small pieces keep that small. */
    private static final int PIECE_BYTES = 256 << 10;

    private final Path file;
    private final PackName name;
    private final List<Frame> frames = new ArrayList<>();
    private int end;
    private boolean unreadable;
    private boolean damaged;
    private final AtomicLong liveBytes = new AtomicLong();

    PackFile(Path directory, PackName name) {
        file = directory.resolve(name.toString());
        this.name = name;
    }

    PackName name() {
        return name;
    }

    Path file() {
        return file;
    }

    /** The frames in order. */
    List<Frame> frames() {
        return frames;
    }

    int end() {
        return end;
    }

    void live(long more) {
        liveBytes.addAndGet(more);
    }

    /** Some of it could not be read when it was loaded; nothing is appended to it. */
    boolean isUnreadable() {
        return unreadable;
    }

    /** Some of it belongs to no good frame. */
    boolean isDamaged() {
        return damaged;
    }

    boolean isMostlyDead() {
        return liveBytes.get() * 2 < end;
    }

    /** Reads the footer, or what is there frame by frame; what is damaged is told, what is torn at the end is passed over. */
    void load(PackEvents events) throws IOException {
        Optional<List<Frame>> indexed = footer();
        if (indexed.isPresent()) {
            frames.addAll(indexed.get());
            end = Math.toIntExact(Files.size(file)); // nothing is appended behind a footer
            return;
        }
        if (Files.size(file) > MAX_BYTES) {
            events.damaged(file.toString(), 0, Files.size(file));
            end = MAX_BYTES; // no pack of ours: nothing is read from it, nothing appended
            return;
        }
        byte[] bytes = readWhatIsReadable();
        PackScan scan = PackScan.of(ByteBuffer.wrap(bytes), name.salt());
        scan.damages().forEach(damage -> events.damaged(file.toString(), damage.offset(), damage.bytes()));
        frames.addAll(scan.frames());
        end = scan.end();
        if (unreadable && end < bytes.length) {
            events.damaged(file.toString(), end, bytes.length - end);
        }
        damaged = unreadable || !scan.damages().isEmpty();
    }

    /** Zeros stand for what the disk does not give. */
    private byte[] readWhatIsReadable() throws IOException {
        byte[] bytes = new byte[Math.toIntExact(Files.size(file))];
        for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
            int piece = Math.min(PIECE_BYTES, bytes.length - from);
            try {
                System.arraycopy(read(from, piece), 0, bytes, from, piece);
            } catch (ClosedByInterruptException | NoSuchFileException e) {
                throw e; // says nothing about the disk
            } catch (IOException e) {
                unreadable = true;
            }
        }
        return bytes;
    }

    boolean isSealed() throws IOException {
        return footer().isPresent();
    }

    private Optional<List<Frame>> footer() throws IOException {
        try {
            return readFooter();
        } catch (ClosedByInterruptException | NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            return Optional.empty(); // read piece by piece next
        }
    }

    private Optional<List<Frame>> readFooter() throws IOException {
        long size = Files.size(file);
        if (size < Footer.TRAILER_BYTES) {
            return Optional.empty();
        }
        byte[] trailer = read(size - Footer.TRAILER_BYTES, Footer.TRAILER_BYTES);
        Optional<Integer> length = Footer.length(ByteBuffer.wrap(trailer));
        if (length.isEmpty() || length.get() > size) {
            return Optional.empty();
        }
        long start = size - length.get();
        return Footer.decode(read(start, length.get()), start, name.salt());
    }

    /** Reads bytes of the file. */
    byte[] read(long from, int length) throws IOException {
        byte[] bytes = new byte[length];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int done = 0; done < length; ) {
                int piece = Math.min(PIECE_BYTES, length - done);
                int read = channel.read(ByteBuffer.wrap(bytes, done, piece), from + done);
                if (read < 0) {
                    throw new EOFException("%s ends at %d of %d bytes".formatted(file, from + done, from + length));
                }
                done += read;
            }
        }
        return bytes;
    }

    /** Appends one frame; after a failure the pack ends where it ended before, or the store has stopped for good. */
    Frame append(FileChannel channel, DurableFiles files, Frame template, byte[] header, byte[] content)
            throws IOException {
        var frame = new Frame(template.id(), end, template.length());
        write(channel, files, header, content);
        frames.add(frame);
        end = frame.end();
        return frame;
    }

    /** Ends the pack with its index. */
    void seal(FileChannel channel, DurableFiles files) throws IOException {
        byte[] footer = Footer.encode(frames, name.salt());
        write(channel, files, footer, new byte[0]);
        end += footer.length;
    }

    private void write(FileChannel channel, DurableFiles files, byte[] header, byte[] content) throws IOException {
        try {
            channel.position(end);
            files.writeFully(channel, ByteBuffer.wrap(header));
            for (int from = 0; from < content.length; from += PIECE_BYTES) {
                int piece = Math.min(PIECE_BYTES, content.length - from);
                files.writeFully(channel, ByteBuffer.wrap(content, from, piece));
            }
        } catch (FlushFailedException e) {
            throw e;
        } catch (IOException e) {
            truncate(channel, files, e);
            throw e;
        }
    }

    private void truncate(FileChannel channel, DurableFiles files, IOException reason) throws IOException {
        try {
            channel.truncate(end);
        } catch (IOException e) {
            e.addSuppressed(reason);
            throw files.fail(file, e);
        }
    }
}
