package io.aidc.storage.metadata;

import io.aidc.storage.internal.file.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every applied log entry on disk, so that the state of any moment can be built again.
 *
 * <p>Segments {@code archive-<index of the first entry, 20 digits>}: {@code AIDCARC1}, then checksummed frames. The first frame
 * of a segment is the index of the entry before it and the chain's SHA-256 up to there; each further frame is long index and the
 * entry. The chain is {@code h = SHA-256(h ‖ frame)}, starting at zeros, so that a missing or changed entry is found although
 * its frame is well-formed. A segment has at most 16 MiB and is never changed once the next one exists.
 *
 * <p>Entries are durable after {@link #flush}, which the log calls before it forgets them.
 *
 * <p>Thread-safe: one lock.
 */
public final class CommandArchive implements AutoCloseable {
    static final String MAGIC = "AIDCARC1";
    static final int CHAIN_BYTES = 32;

    private static final String PREFIX = "archive-";
    private static final int SEGMENT_BYTES = 16 << 20;

    private final Path directory;
    private final DurableFiles files;
    private ArchiveChain chain = ArchiveChain.START;
    private @Nullable Frames segment;

    /**
     * Opens or creates an archive; {@link #resume} must be called before the first entry.
     *
     * @param directory of its own
     * @param files writes
     * @throws IOException if the directory cannot be created
     */
    public CommandArchive(Path directory, DurableFiles files) throws IOException {
        this.directory = directory.toAbsolutePath();
        this.files = files;
        files.createDirectories(this.directory);
    }

    /**
     * Drops the entries that the log will give again.
     *
     * @param last the index of the last entry that the log will not give again, -1 for none
     * @throws DamagedLogException if the archive is damaged
     * @throws IOException if it cannot be read or written
     */
    public synchronized void resume(long last) throws IOException {
        close();
        chain = ArchiveChain.START;
        for (Path file : segments()) {
            if (firstIndex(file) > last) {
                Files.delete(file);
                continue;
            }
            close();
            var reader = new ArchiveChain.Reader(chain);
            segment = Frames.open(file, MAGIC, files, frame -> reader.acceptUpTo(last, frame));
            if (reader.isEmpty()) { // a power cut took the beginning back
                close();
                Files.delete(file);
            }
            chain = reader.chain();
        }
        files.forceDirectory(directory);
        if (chain.last() != last) { // the log was replaced by a snapshot of a later state: there is a gap
            close();
            chain = new ArchiveChain(last, new byte[CHAIN_BYTES]);
        }
    }

    /**
     * Adds an entry.
     *
     * @param index larger than the last one's
     * @param entry as in {@link LogEntry}
     * @throws IOException if it could not be written; nothing was added
     */
    public synchronized void append(long index, byte[] entry) throws IOException {
        byte[] frame = ByteBuffer.allocate(Long.BYTES + entry.length)
                .putLong(index)
                .put(entry)
                .array();
        Frames current = segment;
        if (current != null && current.size() >= SEGMENT_BYTES) {
            current.force();
            current.close();
            current = null;
        }
        if (current == null) {
            current = newSegment(index);
        }
        current.append(frame);
        chain = chain.with(index, frame);
    }

    private Frames newSegment(long index) throws IOException {
        Path file = directory.resolve(String.format(Locale.ROOT, "%s%020d", PREFIX, index));
        Frames created = Frames.open(file, MAGIC, files, frame -> false);
        segment = created;
        created.append(chain.encode());
        return created;
    }

    /**
     * Makes all entries added so far durable.
     *
     * @throws IOException if the flush failed
     */
    public synchronized void flush() throws IOException {
        if (segment != null) {
            segment.force();
        }
    }

    /**
     * Ends the current segment, so that all entries added so far are in segments that never change again.
     *
     * @throws IOException if the flush failed
     */
    public synchronized void cut() throws IOException {
        flush();
        close();
    }

    /**
     * Lists the segments, oldest first. The last one may still grow; see {@link #cut}.
     *
     * @return their files
     * @throws IOException if the directory cannot be read
     */
    public synchronized List<Path> segments() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(file -> file.getFileName().toString().matches(PREFIX + "\\d{20}"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Deletes segments that are kept elsewhere, but never the current one.
     *
     * @param upTo segments whose entries all have an index ≤ this
     * @throws IOException if a file could not be deleted
     */
    public synchronized void deleteUpTo(long upTo) throws IOException {
        List<Path> all = new ArrayList<>(segments());
        for (int i = 0; i + 1 < all.size(); i++) {
            if (firstIndex(all.get(i + 1)) - 1 <= upTo) {
                Files.delete(all.get(i));
            }
        }
    }

    private static long firstIndex(Path file) {
        return Long.parseLong(file.getFileName().toString().substring(PREFIX.length()));
    }

    /** Closes the current segment. */
    @Override
    public synchronized void close() throws IOException {
        if (segment != null) {
            segment.close();
            segment = null;
        }
    }
}
