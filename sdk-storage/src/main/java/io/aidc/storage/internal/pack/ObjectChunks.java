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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Chunks in pack objects of an object store that several nodes share.
 *
 * <p>A pack object has the bytes of a sealed pack file: frames, then the footer. Each {@link #putAll} writes its new chunks as
 * packs of up to 64 MiB, which are durable when it returns. Names are {@code packs/<8 hex digits of seconds>-<salt>.pack}. The
 * index is read from the footers; what another node has written since is found by listing again when a chunk is looked for in
 * vain. Two nodes that store the same chunk at once store it twice, which is harmless.
 *
 * <p>A deletion writes a new pack with what is still needed of a pack of which less than half is, then deletes that pack. In other packs a deleted
 * chunk stays, and is there again when the store is opened anew.
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

    private record Place(PackName pack, Frame frame) {}

    /** Reads the index of all packs. */
    public ObjectChunks(ObjectStore objects, PackEvents events, Clock clock) throws IOException {
        this.objects = objects;
        this.events = events;
        this.clock = clock;
        refresh();
    }

    /** Reads the footers of packs that were not there before; forgets packs that are gone. */
    private void refresh() throws IOException {
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
        if (packs.keySet().retainAll(listed)) {
            index.values().removeIf(place -> !packs.containsKey(place.pack()));
        }
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
        frames.forEach(frame -> index.put(frame.id(), new Place(pack, frame)));
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
        PackScan scan = PackScan.of(ByteBuffer.wrap(objects.get(key(pack))), pack.salt());
        return Optional.of(scan.frames());
    }

    private static String key(PackName pack) {
        return FOLDER + pack;
    }

    @Override
    public Set<ChunkId> missing(Collection<ChunkId> ids) {
        Set<ChunkId> missing = new LinkedHashSet<>(ids);
        missing.removeIf(index::containsKey);
        return missing;
    }

    @Override
    public void putAll(Map<ChunkId, byte[]> blobs) throws IOException {
        Map<ChunkId, byte[]> pack = new LinkedHashMap<>();
        long bytes = 0;
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            PackedChunks.check(blob.getKey(), blob.getValue());
            if (get(blob.getKey()) instanceof Lookup.Found) {
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
        if (place == null) {
            refresh();
            place = index.get(id);
        }
        if (place == null) {
            return new Lookup.Missing();
        }
        try {
            return read(id, place);
        } catch (NoSuchFileException e) {
            refresh();
            Place moved = index.get(id);
            return moved == null ? new Lookup.Missing() : read(id, moved);
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

    @Override
    public IdSummary summary() throws IOException {
        refresh();
        return IdSummary.of(index.keySet());
    }

    @Override
    public void delete(Collection<ChunkId> ids) throws IOException {
        refresh();
        Set<ChunkId> dead = new HashSet<>(ids);
        for (Map.Entry<PackName, List<Frame>> pack : List.copyOf(packs.entrySet())) {
            List<Frame> live = pack.getValue().stream()
                    .filter(frame ->
                            !dead.contains(frame.id()) && new Place(pack.getKey(), frame).equals(index.get(frame.id())))
                    .toList();
            long all = pack.getValue().stream().mapToLong(Frame::bytes).sum();
            if (live.stream().mapToLong(Frame::bytes).sum() * 2 < all) {
                rewrite(pack.getKey(), live);
            }
        }
        dead.forEach(index::remove);
    }

    private void rewrite(PackName pack, List<Frame> live) throws IOException {
        Map<ChunkId, byte[]> kept = new LinkedHashMap<>();
        for (Frame frame : live) {
            Lookup lookup = read(frame.id(), new Place(pack, frame));
            if (!(lookup instanceof Lookup.Found found)) {
                events.quarantined(frame.id(), "damaged in " + key(pack) + ", which is kept");
                return; // never delete on doubt
            }
            kept.put(frame.id(), found.content());
        }
        write(kept);
        objects.delete(key(pack));
        packs.remove(pack);
    }
}
