package io.aidc.storage.internal.pack;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.file.FlushFailedException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks in append-only files of 64 MiB, with an index in memory.
 *
 * <p>Order of things. Frames are appended under {@code appending}; a caller then waits for a flush that began after its frames
 * were written, so that callers at once share one. Only then do the frames enter the index, and only what is in the index is
 * answered for. A full pack gets an index at its end (its footer), is flushed, and the next one is created, its directory entry
 * flushed.
 *
 * <p>At opening the index is read from the footers; the last pack, and any whose footer is damaged, is read frame by frame. Later
 * frames win over earlier ones, so a chunk that was found damaged is replaced by storing it again, and a deletion is a frame too.
 * What a crash left half-written at the end of the last pack was never answered for and is cut off.
 *
 * <p>A pack of which less than half is live is compacted when that is asked for: live frames are copied, flushed, and only then is the
 * file deleted. A frame that turns out to be damaged then goes to {@code quarantine/} instead, and so does a whole pack of which
 * a part could not be read or belongs to no frame.
 *
 * <p>Memory: about 150 bytes a chunk. Thread-safe: one lock for appending, one for flushing, taken in this order; reads take
 * none.
 */
public final class PackedChunks implements ChunkStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PackedChunks.class);
    private static final SecureRandom SALTS = new SecureRandom();

    private final Path directory;
    private final Path quarantine;
    private final DurableFiles files;
    private final PackEvents events;
    private final ConcurrentSkipListMap<ChunkId, Place> index = new ConcurrentSkipListMap<>();
    private final TreeMap<PackName, PackFile> packs = new TreeMap<>();
    private final Object appending = new Object();
    private final Object flushing = new Object();
    private final List<Written> waiting = new ArrayList<>();
    private @Nullable PackFile current;
    private @Nullable FileChannel channel;
    private long appended;
    private long flushed;
    private long abandonedAfter;
    private long abandonedUpTo;
    private boolean closed;

    /** Where a chunk is. */
    private record Place(PackFile pack, Frame frame) {}

    /** A frame that is not flushed yet, and its number. */
    private record Written(long number, Place place) {}

    /**
     * Opens or creates a directory of packs.
     *
     * @param directory of its own
     * @param files writes
     * @param events is told of damage
     */
    public PackedChunks(Path directory, DurableFiles files, PackEvents events) throws IOException {
        this.directory = directory.toAbsolutePath();
        this.files = files;
        this.events = events;
        quarantine = this.directory.resolve("quarantine");
        files.createDirectories(quarantine);
        files.forceDirectory(this.directory);
        load();
        goOnInTheLastPack();
    }

    private void load() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            list.map(file -> PackName.parse(file.getFileName().toString()))
                    .flatMap(Optional::stream)
                    .forEach(name -> packs.put(name, new PackFile(directory, name)));
        }
        for (PackFile pack : packs.values()) {
            pack.load(events);
            pack.frames().forEach(frame -> enter(new Place(pack, frame)));
        }
    }

    private void goOnInTheLastPack() throws IOException {
        if (packs.isEmpty() || packs.lastEntry().getValue().isUnreadable()) {
            return;
        }
        PackFile last = packs.lastEntry().getValue();
        FileChannel open = files.open(last.file());
        if (last.isSealed()) {
            try (open) {
                files.force(open, last.file()); // as below
            }
            return;
        }
        channel = open;
        current = last;
        if (open.size() > last.end()) {
            LOG.warn("Cutting off a torn end pack={} from={} size={}", last.file(), last.end(), open.size());
            open.truncate(last.end());
        }
        files.force(open, last.file()); // what was read may not have been flushed before the crash
    }

    /** Makes a frame visible; the frame it replaces is dead. */
    private void enter(Place place) {
        ChunkId id = place.frame().id();
        Place before = place.frame().isDeletion() ? index.remove(id) : index.put(id, place);
        if (before != null) {
            before.pack().live(-before.frame().bytes());
        }
        place.pack().live(place.frame().bytes());
    }

    @Override
    public Set<ChunkId> missing(Collection<ChunkId> ids) throws IOException {
        files.refuseAfterFailure();
        Set<ChunkId> missing = new LinkedHashSet<>(ids);
        missing.removeIf(index::containsKey);
        return missing;
    }

    @Override
    public void putAll(Map<ChunkId, byte[]> blobs) throws IOException {
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            check(blob.getKey(), blob.getValue());
        }
        files.refuseAfterFailure();
        long first = Long.MAX_VALUE;
        long last = 0;
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            if (!(get(blob.getKey()) instanceof Lookup.Found)) {
                last = append(blob.getKey(), blob.getValue());
                first = Math.min(first, last);
            }
        }
        flush(first, last);
    }

    static void check(ChunkId id, byte[] content) throws MismatchException {
        if (content.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "blob %s must have at most %d bytes, got %d".formatted(id, MAX_BYTES, content.length));
        }
        ChunkId actual = ChunkId.of(content);
        if (!actual.equals(id)) {
            throw new MismatchException(id, actual.toString());
        }
    }

    private long append(ChunkId id, byte[] content) throws IOException {
        synchronized (appending) {
            refuseIfClosed();
            files.refuseWithoutRoom(directory, content.length);
            PackFile pack = packFor(Frame.HEADER_BYTES + content.length);
            byte[] header = Frame.header(id, content, pack.name().salt());
            return written(pack, new Frame(id, 0, content.length), header, content);
        }
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException("the packs in %s are closed".formatted(directory));
        }
    }

    private long written(PackFile pack, Frame frame, byte[] header, byte[] content) throws IOException {
        Frame placed = pack.append(java.util.Objects.requireNonNull(channel), files, frame, header, content);
        appended++;
        synchronized (waiting) {
            waiting.add(new Written(appended, new Place(pack, placed)));
        }
        return appended;
    }

    /** The pack that takes so many bytes; a full one is sealed first. */
    private PackFile packFor(int bytes) throws IOException {
        if (current != null && current.end() + bytes > PackFile.FULL_BYTES && current.end() > 0) {
            sealCurrent();
        }
        if (current == null) {
            create();
        }
        return java.util.Objects.requireNonNull(current);
    }

    private void sealCurrent() throws IOException {
        PackFile full = java.util.Objects.requireNonNull(current);
        FileChannel open = java.util.Objects.requireNonNull(channel);
        full.seal(open, files);
        synchronized (flushing) {
            files.force(open, full.file());
            publish(appended);
        }
        open.close();
        current = null;
        channel = null;
    }

    private void create() throws IOException {
        int number = packs.isEmpty() ? 0 : packs.lastKey().number() + 1;
        var pack = new PackFile(directory, new PackName(number, SALTS.nextLong()));
        channel = files.create(pack.file());
        files.forceDirectory(directory);
        packs.put(pack.name(), pack);
        current = pack;
    }

    /** Waits until what was appended under these numbers survives a power cut and is visible. */
    private void flush(long first, long last) throws IOException {
        if (last > 0) {
            flushUpTo(last);
        }
        synchronized (flushing) {
            if (flushed < last || (first <= abandonedUpTo && last > abandonedAfter)) {
                throw new IOException(
                        "what was written to %s is gone: its pack was closed or deleted".formatted(directory));
            }
        }
    }

    private void flushUpTo(long number) throws IOException {
        synchronized (flushing) {
            if (flushed >= number) {
                return;
            }
        }
        FileChannel open;
        PackFile pack;
        long upTo;
        synchronized (appending) {
            open = channel;
            pack = current;
            upTo = appended;
        }
        synchronized (flushing) {
            if (flushed >= number) {
                return; // shared the flush of another caller
            }
            if (open != null && pack != null && open.isOpen()) {
                files.force(open, pack.file());
                publish(upTo);
            }
        }
    }

    /** Called under {@code flushing} after a flush. */
    private void publish(long upTo) {
        synchronized (waiting) {
            waiting.removeIf(written -> {
                boolean durable = written.number() <= upTo;
                if (durable) {
                    enter(written.place());
                }
                return durable;
            });
        }
        flushed = Math.max(flushed, upTo);
    }

    @Override
    public Lookup get(ChunkId id) throws IOException {
        for (Place place = index.get(id); place != null; ) {
            try {
                byte[] content = place.pack()
                        .read(
                                place.frame().offset() + Frame.HEADER_BYTES,
                                place.frame().length());
                ChunkId actual = ChunkId.of(content);
                return actual.equals(id) ? new Lookup.Found(content) : new Lookup.Corrupt(actual.toString());
            } catch (NoSuchFileException e) {
                Place moved = index.get(id);
                if (place.equals(moved)) {
                    abandon(place.pack());
                    return new Lookup.Corrupt("its pack is gone");
                }
                place = moved; // the pack was compacted
            } catch (ClosedByInterruptException e) {
                throw e; // says nothing about the chunk
            } catch (IOException e) {
                return new Lookup.Corrupt("it cannot be read: " + e.getMessage());
            }
        }
        return new Lookup.Missing();
    }

    /** Someone else deleted the file: nothing more is written where nobody would find it again. */
    private void abandon(PackFile pack) throws IOException {
        synchronized (appending) {
            packs.remove(pack.name());
            if (!pack.equals(current)) {
                return;
            }
            closeChannel();
            synchronized (flushing) {
                abandonedAfter = flushed;
                abandonedUpTo = appended;
                synchronized (waiting) {
                    waiting.clear();
                }
            }
        }
    }

    @Override
    public List<ChunkId> ids(@Nullable ChunkId after, int limit) {
        var ids = after == null ? index.keySet() : index.tailMap(after, false).keySet();
        return ids.stream().limit(limit).toList();
    }

    /** Returns the bytes of all packs. */
    public long bytes() {
        synchronized (appending) {
            return packs.values().stream().mapToLong(PackFile::end).sum();
        }
    }

    @Override
    public void delete(Collection<ChunkId> ids) throws IOException {
        files.refuseAfterFailure();
        synchronized (appending) {
            refuseIfClosed();
            try {
                for (ChunkId id : ids) {
                    if (index.containsKey(id)) {
                        mark(id);
                    }
                }
            } finally {
                flushUpTo(appended); // a mark that is written takes effect before anyone can store the chunk again
            }
        }
    }

    private void mark(ChunkId id) throws IOException {
        PackFile pack = packFor(Frame.HEADER_BYTES);
        byte[] mark = Frame.deletion(id, pack.name().salt());
        written(pack, new Frame(id, 0, Frame.DELETION), mark, new byte[0]);
    }

    /** Copies what is live out of packs that are mostly dead, and deletes them; writers wait for one pack at a time. */
    @Override
    public void compact() throws IOException {
        Set<PackName> tried = new HashSet<>();
        for (boolean more = true; more; ) {
            synchronized (appending) {
                Optional<PackFile> next = packs.values().stream()
                        .filter(pack -> !closed && !pack.equals(current) && pack.isMostlyDead())
                        .filter(pack -> tried.add(pack.name()))
                        .findFirst();
                more = next.isPresent();
                if (next.isPresent()) {
                    compact(next.get());
                }
            }
        }
    }

    private void compact(PackFile pack) throws IOException {
        flushUpTo(appended); // what was written before must be in the index before it is asked
        Set<ChunkId> stillHidden = chunksBefore(pack, hiddenBy(pack));
        try {
            for (Frame frame : pack.frames()) {
                if (isLive(pack, frame)) {
                    moveOut(pack, frame);
                } else if (stillHidden.contains(frame.id())) {
                    mark(frame.id());
                }
            }
        } catch (FlushFailedException e) {
            throw e;
        } catch (IOException e) {
            LOG.warn("A pack cannot be compacted and stays pack={}", pack.file(), e);
            return;
        }
        flushUpTo(appended);
        if (pack.isDamaged()) {
            Files.move(pack.file(), quarantine.resolve(pack.name().toString()));
            files.forceDirectory(quarantine);
        } else {
            Files.delete(pack.file());
        }
        packs.remove(pack.name());
        files.forceDirectory(directory);
    }

    /** The chunks that a pack says are deleted and that are not stored. */
    private Set<ChunkId> hiddenBy(PackFile pack) {
        Set<ChunkId> hidden = new HashSet<>();
        for (Frame frame : pack.frames()) {
            if (frame.isDeletion() && !index.containsKey(frame.id())) {
                hidden.add(frame.id());
            }
        }
        return hidden;
    }

    /** Those of some chunks that packs before one hold. */
    private Set<ChunkId> chunksBefore(PackFile pack, Set<ChunkId> wanted) {
        Set<ChunkId> found = new HashSet<>();
        if (!wanted.isEmpty()) {
            packs.headMap(pack.name())
                    .values()
                    .forEach(older -> older.frames().stream()
                            .filter(frame -> !frame.isDeletion() && wanted.contains(frame.id()))
                            .forEach(frame -> found.add(frame.id())));
        }
        return found;
    }

    private boolean isLive(PackFile pack, Frame frame) {
        return new Place(pack, frame).equals(index.get(frame.id()));
    }

    private void moveOut(PackFile pack, Frame frame) throws IOException {
        byte[] content = pack.read(frame.offset() + Frame.HEADER_BYTES, frame.length());
        if (frame.id().matches(content)) {
            PackFile target = packFor(frame.bytes());
            byte[] header = Frame.header(frame.id(), content, target.name().salt());
            written(target, frame, header, content);
            return;
        }
        files.write(quarantine.resolve(frame.id() + "-" + pack.name()), quarantine, content);
        index.remove(frame.id(), new Place(pack, frame));
        events.quarantined(frame.id(), "damaged in " + pack.file());
    }

    @Override
    public void close() throws IOException {
        synchronized (appending) {
            closed = true;
            closeChannel();
        }
    }

    private void closeChannel() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
            current = null;
        }
    }
}
