package io.aidc.storage.metadata;

import io.aidc.storage.internal.file.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps every applied log entry on disk, so that the state of any moment can be built again.
 *
 * <p>Segments {@code archive-<index of the first entry, 20 digits>}: {@code AIDCARC2}, then checksummed frames. The first frame
 * of a segment is the index of the entry before it and the chain's SHA-256 up to there; each further frame is long index, long
 * revision of the state before the entry, and the entry. The chain is {@code h = SHA-256(h ‖ frame)}, starting at zeros, so that
 * a missing or changed entry is found although its frame is well-formed. A segment has at most 16 MiB and is never changed once
 * the next one exists, unless the log turns out to be another.
 *
 * <p>Entries that change nothing, see {@link LogEntry#hasOnlyBarriers}, are left out: in a cluster each read writes one. The
 * revision makes up for them.
 *
 * <p>Entries are durable after {@link #flush}, which the log calls before it forgets them. At its start the log gives those that
 * it has not forgotten again. They stay as they are where they are equal: what is archived goes only when the log has proved,
 * by an entry that differs, that it has another history.
 *
 * <p>Thread-safe: one lock.
 */
public final class CommandArchive implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandArchive.class);
    static final String MAGIC = "AIDCARC2";
    static final int CHAIN_BYTES = 32;

    private static final String PREFIX = "archive-";
    private static final int SEGMENT_BYTES = 16 << 20;

    private final Path directory;
    private final DurableFiles files;
    private ArchiveChain chain = ArchiveChain.START;
    private ArchivedFrames ahead = ArchivedFrames.none();
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
     * Finds the place where the log goes on. Entries after it stay: the log gives them again. Reads the segments from there on.
     *
     * @param last the index of the last entry that the log will not give again and that is not {@link LogEntry#hasOnlyBarriers},
     *     -1 for none
     * @throws DamagedLogException if the archive is damaged
     * @throws IOException if it cannot be read or written
     */
    public synchronized void resume(long last) throws IOException {
        close();
        chain = ArchiveChain.START;
        var reader = new ArchiveChain.Reader(ArchiveChain.START);
        List<Path> needed = segmentsWith(last);
        for (Path file : needed) {
            reader = new ArchiveChain.Reader(reader.chain());
            Frames.Visitor visitor = upTo(last, reader);
            if (file.equals(needed.get(needed.size() - 1))) {
                segment = Frames.open(file, MAGIC, files, visitor);
            } else {
                Frames.read(file, MAGIC, visitor);
            }
        }
        if (segment != null && reader.isEmpty()) { // a power cut took its beginning back
            Files.delete(segment.file());
            closeSegment();
        }
        files.forceDirectory(directory);
        ahead = new ArchivedFrames(segmentsWith(last), last);
        if (chain.last() != last) { // the log was replaced by a snapshot of a later state: there is a gap
            flush();
            closeSegment();
            chain = new ArchiveChain(last, new byte[CHAIN_BYTES]);
        }
    }

    /** Checks all frames, and remembers the chain up to an entry. */
    private Frames.Visitor upTo(long last, ArchiveChain.Reader reader) {
        return frame -> {
            reader.acceptUpTo(Long.MAX_VALUE, frame);
            chain = reader.chain().last() <= last ? reader.chain() : chain;
            return true;
        };
    }

    /** The segment with an entry, or the first one, and all after it. */
    private List<Path> segmentsWith(long index) throws IOException {
        List<Path> all = segments();
        int first = 0;
        while (first + 1 < all.size() && firstIndex(all.get(first + 1)) <= index) {
            first++;
        }
        return all.subList(first, all.size());
    }

    /**
     * Adds an entry, unless it is there already.
     *
     * @param index larger than the last one's
     * @param revision of the state before the entry
     * @param entry as in {@link LogEntry}
     * @throws IllegalArgumentException if the index is not larger
     * @throws IOException if it could not be written; nothing was added
     */
    public synchronized void append(long index, long revision, byte[] entry) throws IOException {
        if (index <= chain.last()) {
            throw new IllegalArgumentException("entry %d must follow entry %d".formatted(index, chain.last()));
        }
        byte[] frame = ByteBuffer.allocate(2 * Long.BYTES + entry.length)
                .putLong(index)
                .putLong(revision)
                .put(entry)
                .array();
        byte[] archived = ahead.peek();
        if (archived != null && Arrays.equals(archived, frame)) {
            chain = ahead.take();
            return;
        }
        if (archived != null) {
            LOG.warn(
                    "Dropping archived entries that the log does not have directory={} after={}",
                    directory,
                    chain.last());
            dropAfter(chain);
        }
        write(index, frame);
    }

    /** Latest first, so that a crash in between leaves no hole. */
    private void dropAfter(ArchiveChain end) throws IOException {
        closeSegment();
        List<Path> all = segments();
        for (int i = all.size() - 1; i >= 0 && segment == null; i--) {
            Path file = all.get(i);
            if (firstIndex(file) > end.last()) {
                Files.delete(file);
            } else {
                var reader = new ArchiveChain.Reader(ArchiveChain.START);
                segment = Frames.open(file, MAGIC, files, frame -> reader.acceptUpTo(end.last(), frame));
                if (!reader.chain().isSame(end)) {
                    flush();
                    closeSegment();
                    break;
                }
            }
        }
        files.forceDirectory(directory);
        ahead = ArchivedFrames.none();
    }

    private void write(long index, byte[] frame) throws IOException {
        Frames current = segment;
        if (current != null && current.size() >= SEGMENT_BYTES) {
            current.force();
            closeSegment();
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
        try {
            created.append(chain.encode());
        } catch (IOException e) {
            created.close();
            throw e;
        }
        segment = created;
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
     * Ends the current segment.
     *
     * @return the segments with all entries added so far, oldest first; later entries change none of them
     * @throws IOException if the flush failed, or the directory cannot be read
     */
    public synchronized List<Path> cut() throws IOException {
        flush();
        closeSegment();
        return segments();
    }

    List<Path> segments() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(file -> file.getFileName().toString().matches(PREFIX + "\\d{20}"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Deletes segments that are kept elsewhere, but never the current one, and none while the log gives again what it had
     * before it was opened.
     *
     * @param upTo segments whose entries all have an index ≤ this
     * @throws IOException if a file could not be deleted
     */
    public synchronized void deleteUpTo(long upTo) throws IOException {
        if (!ahead.isEmpty()) {
            return;
        }
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

    /** Closes the current segment; {@link #resume} must be called before the next entry. */
    @Override
    public synchronized void close() throws IOException {
        ahead = ArchivedFrames.none();
        closeSegment();
    }

    private void closeSegment() throws IOException {
        if (segment != null) {
            segment.close();
            segment = null;
        }
    }
}
