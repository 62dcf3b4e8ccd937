package io.aidc.storage.internal.pack;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.object.ObjectStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in pack objects of an object store that several nodes share.
 *
 * <p>A pack object has the bytes of a sealed pack file: frames, then the footer. Each {@link #putAll} writes its new chunks as
 * packs of up to 64 MiB, which are durable when it returns. Names are {@code packs/<8 hex digits of seconds>-<salt>.pack}. The
 * index is read from the footers; what another node has written since is found by listing again when a chunk is looked for in
 * vain, or is found damaged: then every copy is tried. Two nodes that store the same chunk at once store it twice, which is
 * harmless.
 *
 * <p>Whole packs are deleted, in two steps, because other nodes write too. First a pack is <i>retired</i>: from then on what is
 * in it counts as missing, so that whoever needs it stores it again, elsewhere. When nobody can count on it any more, what is
 * still needed is copied to new packs and the pack is removed.
 *
 * <p>Cost: one request a pack written, one a chunk read, one a pack at opening. Memory: about 150 bytes a chunk. Thread-safe.
 */
public final class ObjectChunks implements ChunkStore {
    private static final String FOLDER = "packs/";
    private static final SecureRandom SALTS = new SecureRandom();

    private final ObjectStore objects;
    private final PackEvents events;
    private final Clock clock;
    private final ConcurrentSkipListMap<ChunkId, Place> index = new ConcurrentSkipListMap<>();
    private final Map<PackName, List<Frame>> packs = new ConcurrentHashMap<>();
    private final Set<PackName> damaged = ConcurrentHashMap.newKeySet();
    private final Object learning = new Object();
    private volatile Set<PackName> retired = Set.of();

    private record Place(PackName pack, Frame frame) {}

    /** Reads the index of all packs. */
    public ObjectChunks(ObjectStore objects, PackEvents events, Clock clock) throws IOException {
        this.objects = objects;
        this.events = events;
        this.clock = clock;
        refresh();
    }

    /**
     * Reads the footers of packs that were not there before; forgets packs that are gone. One at a time: an older list would
     * make a newer pack forgotten.
     */
    private synchronized void refresh() throws IOException {
        Set<PackName> known = Set.copyOf(packs.keySet());
        Set<PackName> listed = new HashSet<>();
        Map<PackName, Long> fresh = new LinkedHashMap<>();
        objects.list(
                FOLDER,
                object -> PackName.parse(object.key().substring(FOLDER.length()))
                        .ifPresent(name -> {
                            listed.add(name);
                            if (!packs.containsKey(name)) {
                                fresh.put(name, object.bytes());
                            }
                        }));
        for (Map.Entry<PackName, Long> pack : fresh.entrySet()) {
            load(pack.getKey(), pack.getValue());
        }
        Set<PackName> gone = new HashSet<>(known); // what was written since is not in the list
        gone.removeAll(listed);
        if (packs.keySet().removeAll(gone)) {
            forgetPlacesInRemoved();
        }
    }

    private void forgetPlacesInRemoved() {
        index.values().removeIf(place -> !packs.containsKey(place.pack()));
        packs.forEach((pack, frames) ->
                frames.forEach(frame -> index.putIfAbsent(frame.id(), new Place(pack, frame)))); // other copies
    }

    private void load(PackName pack, long bytes) throws IOException {
        try {
            enter(pack, footer(pack, bytes).orElseGet(List::of));
        } catch (NoSuchFileException e) {
            packs.remove(pack); // deleted since it was listed
        }
    }

    private void enter(PackName pack, List<Frame> frames) {
        packs.put(pack, frames);
        boolean unwanted = retired.contains(pack);
        for (Frame frame : frames) {
            var place = new Place(pack, frame);
            index.merge(frame.id(), place, (known, fresh) -> unwanted ? known : fresh);
        }
    }

    private boolean isMissing(ChunkId id) {
        Place place = index.get(id);
        return place == null || retired.contains(place.pack());
    }

    private Optional<List<Frame>> footer(PackName pack, long bytes) throws IOException {
        if (bytes >= Footer.TRAILER_BYTES) {
            byte[] trailer = objects.get(key(pack), bytes - Footer.TRAILER_BYTES, Footer.TRAILER_BYTES);
            Optional<Integer> length = Footer.length(ByteBuffer.wrap(trailer));
            if (length.isPresent() && length.get() <= bytes) {
                long start = bytes - length.get();
                Optional<List<Frame>> frames =
                        Footer.decode(objects.get(key(pack), start, length.get()), start, pack.salt());
                if (frames.isPresent()) {
                    return frames;
                }
            }
        }
        events.damaged(key(pack), 0, bytes);
        damaged.add(pack);
        PackScan scan = PackScan.of(ByteBuffer.wrap(objects.get(key(pack))), pack.salt());
        return Optional.of(scan.frames());
    }

    private static String key(PackName pack) {
        return FOLDER + pack;
    }

    @Override
    public Set<ChunkId> missing(Collection<ChunkId> ids) {
        Set<ChunkId> missing = new LinkedHashSet<>(ids);
        missing.removeIf(id -> !isMissing(id));
        return missing;
    }

    @Override
    public void putAll(Map<ChunkId, byte[]> blobs) throws IOException {
        Map<ChunkId, byte[]> pack = new LinkedHashMap<>();
        long bytes = 0;
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            PackedChunks.check(blob.getKey(), blob.getValue());
            if (!isMissing(blob.getKey()) && get(blob.getKey()) instanceof Lookup.Found) {
                continue;
            }
            if (bytes + blob.getValue().length > PackFile.FULL_BYTES) {
                write(pack);
                pack.clear();
                bytes = 0;
            }
            pack.put(blob.getKey(), blob.getValue());
            bytes += blob.getValue().length + Frame.HEADER_BYTES;
        }
        write(pack);
    }

    private void write(Map<ChunkId, byte[]> blobs) throws IOException {
        if (blobs.isEmpty()) {
            return;
        }
        boolean stored = false;
        while (!stored) { // of two that draw the same name one draws again
            var name = new PackName((int) (clock.millis() / 1000 & Integer.MAX_VALUE), SALTS.nextLong());
            List<Frame> frames = new ArrayList<>();
            stored = objects.putIfAbsent(key(name), encode(blobs, name.salt(), frames));
            if (stored) {
                enter(name, frames);
            }
        }
    }

    private static byte[] encode(Map<ChunkId, byte[]> blobs, long salt, List<Frame> frames) {
        var out = new ByteArrayOutputStream();
        blobs.forEach((id, content) -> {
            frames.add(new Frame(id, out.size(), content.length));
            out.writeBytes(Frame.header(id, content, salt));
            out.writeBytes(content);
        });
        out.writeBytes(Footer.encode(frames, salt));
        return out.toByteArray();
    }

    @Override
    public Lookup get(ChunkId id) throws IOException {
        Place place = index.get(id);
        Lookup lookup = place == null ? new Lookup.Missing() : readIfThere(id, place);
        if (lookup instanceof Lookup.Found) {
            return lookup;
        }
        refresh();
        for (Place other : copies(id)) {
            Lookup again = other.equals(place) ? lookup : readIfThere(id, other);
            if (again instanceof Lookup.Found) {
                name(id, other);
                return again;
            }
            lookup = again instanceof Lookup.Corrupt ? again : lookup;
        }
        return lookup;
    }

    /** Where a chunk is, first what the index names, then what is not retired. */
    private List<Place> copies(ChunkId id) {
        Place named = index.get(id);
        if (named == null) {
            return List.of();
        }
        List<Place> copies = new ArrayList<>();
        packs.forEach((pack, frames) -> frames.stream()
                .filter(frame -> frame.id().equals(id))
                .forEach(frame -> copies.add(new Place(pack, frame))));
        copies.sort(Comparator.comparing((Place place) -> !place.equals(named))
                .thenComparing(place -> retired.contains(place.pack())));
        return copies;
    }

    /** Makes the index name a copy that was found whole. */
    private void name(ChunkId id, Place place) {
        index.put(id, place);
        if (!packs.containsKey(place.pack())) {
            forgetPlacesInRemoved(); // removed since it was read
        }
    }

    private Lookup readIfThere(ChunkId id, Place place) throws IOException {
        try {
            return read(id, place);
        } catch (NoSuchFileException e) {
            return new Lookup.Missing();
        }
    }

    private Lookup read(ChunkId id, Place place) throws IOException {
        Frame frame = place.frame();
        byte[] content = objects.get(key(place.pack()), frame.offset() + Frame.HEADER_BYTES, frame.length());
        ChunkId actual = ChunkId.of(content);
        return actual.equals(id) ? new Lookup.Found(content) : new Lookup.Corrupt(actual.toString());
    }

    @Override
    public List<ChunkId> ids(@Nullable ChunkId after, int limit) throws IOException {
        if (after == null) {
            refresh();
        }
        var ids = after == null ? index.keySet() : index.tailMap(after, false).keySet();
        return ids.stream().limit(limit).toList();
    }

    /** Not here: packs are retired and removed. */
    @Override
    public void delete(Collection<ChunkId> ids) {
        throw new UnsupportedOperationException("packs that several nodes share are deleted as a whole");
    }

    /** Says which packs are retired now. */
    public interface RetiredPacks {
        /** Reads the names of all of them, as {@link #sparse} returned them. */
        Collection<String> names() throws IOException;
    }

    /**
     * Learns which packs are retired, and what was written and removed since the last time.
     *
     * @param packs is asked by one thread at a time, so that what was read later is also learnt later; reads go on meanwhile
     */
    public void learnRetired(RetiredPacks packs) throws IOException {
        synchronized (learning) {
            Set<PackName> now = parse(packs.names());
            Set<PackName> both = new HashSet<>(now);
            both.addAll(retired);
            retired =
                    both; // what has just been removed still counts as missing until this node has seen that it is gone
            refresh();
            retired = now;
        }
    }

    private static Set<PackName> parse(Collection<String> names) {
        return names.stream().map(ObjectChunks::parse).collect(Collectors.toSet());
    }

    private static PackName parse(String name) {
        return PackName.parse(name)
                .orElseThrow(() -> new IllegalArgumentException("'%s' is not the name of a pack".formatted(name)));
    }

    /** Returns the names of the packs of which less than half is needed, by bytes; without those whose index is damaged. */
    public Set<String> sparse(Set<ChunkId> needed) throws IOException {
        refresh();
        Set<String> sparse = new TreeSet<>();
        packs.forEach((pack, frames) -> {
            long all = bytes(frames, frame -> true);
            boolean isSparse = bytes(frames, frame -> needed.contains(frame.id())) * 2 < all || frames.isEmpty();
            if (isSparse && !damaged.contains(pack)) {
                sparse.add(pack.toString());
            }
        });
        return sparse;
    }

    private static long bytes(List<Frame> frames, Predicate<Frame> which) {
        return frames.stream().filter(which).mapToLong(Frame::bytes).sum();
    }

    /** Returns how many chunks of a pack are not needed. */
    public long countUnneeded(String name, Set<ChunkId> needed) {
        return packs.getOrDefault(parse(name), List.of()).stream()
                .filter(frame -> !needed.contains(frame.id()))
                .count();
    }

    /**
     * Removes a retired pack, after copying what is needed and of which no pack that stays has a good copy. A pack whose index is
     * damaged, or with a damaged chunk of which that is so, is kept. Cost: reads what is needed of the pack, here or elsewhere.
     *
     * @param all names of all packs that are to be removed, this one among them
     * @return whether it is gone
     */
    public boolean remove(String name, Collection<String> all, Set<ChunkId> needed) throws IOException {
        PackName pack = parse(name);
        if (!copyNeeded(pack, parse(all), needed)) {
            return false;
        }
        objects.delete(key(pack));
        packs.remove(pack);
        forgetPlacesInRemoved();
        return true;
    }

    private boolean copyNeeded(PackName pack, Set<PackName> doomed, Set<ChunkId> needed) throws IOException {
        Map<ChunkId, byte[]> copies = new LinkedHashMap<>();
        List<Frame> frames = packs.get(pack);
        if (frames == null) {
            return objects.size(key(pack)).isEmpty(); // removed by another collector, or not looked at yet
        }
        if (damaged.contains(pack)) {
            return false; // it may hold frames that nobody has listed
        }
        for (Frame frame : frames) {
            if (needed.contains(frame.id()) && !stays(frame.id(), doomed)) {
                Lookup lookup = read(frame.id(), new Place(pack, frame));
                if (!(lookup instanceof Lookup.Found found)) {
                    events.quarantined(frame.id(), "damaged in " + key(pack) + ", which is kept");
                    return false; // never delete on doubt
                }
                copies.put(frame.id(), found.content());
            }
        }
        write(copies);
        return true;
    }

    private boolean stays(ChunkId id, Set<PackName> doomed) throws IOException {
        Place place = index.get(id);
        return place != null && !doomed.contains(place.pack()) && readIfThere(id, place) instanceof Lookup.Found;
    }
}
