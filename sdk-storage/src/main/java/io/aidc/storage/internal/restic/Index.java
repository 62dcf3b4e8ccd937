package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where each blob is, as the index files told when this was made.
 *
 * <p>About 200 bytes a blob. Immutable.
 */
public final class Index {
    private final Map<BlobType, Map<ChunkId, Place>> places = new EnumMap<>(BlobType.class);
    private final Map<BlobType, Map<ChunkId, List<Place>>> copies = new EnumMap<>(BlobType.class);
    private final Map<ChunkId, Pack> packs = new TreeMap<>();
    private final Map<ChunkId, IndexFile> files;
    private final Set<ChunkId> repeated = new HashSet<>();
    private final List<DamagedObjectException> damaged;

    /** A blob and its pack. */
    public record Place(ChunkId pack, PackedBlob blob) {}

    /**
     * @param files by name; superseded ones are left out of account
     * @param damaged the index files that could not be read
     */
    Index(Map<ChunkId, IndexFile> files, List<DamagedObjectException> damaged) {
        this.files = new LinkedHashMap<>(files);
        this.damaged = List.copyOf(damaged);
        for (BlobType type : BlobType.values()) {
            places.put(type, new HashMap<>());
            copies.put(type, new HashMap<>());
        }
        Set<ChunkId> superseded = new HashSet<>();
        files.values().forEach(file -> superseded.addAll(file.supersedes()));
        files.forEach((id, file) -> {
            if (!superseded.contains(id)) {
                file.packs().forEach(this::add);
            }
        });
    }

    private void add(Pack pack) {
        Pack known = packs.get(pack.id());
        if (known == null) {
            packs.put(pack.id(), pack);
        } else {
            // Early versions of restic spread one pack over several index files.
            repeated.add(pack.id());
            Set<PackedBlob> union = new HashSet<>(known.blobs());
            union.addAll(pack.blobs());
            packs.put(pack.id(), new Pack(pack.id(), List.copyOf(union)));
        }
        for (PackedBlob blob : pack.blobs()) {
            add(new Place(pack.id(), blob));
        }
    }

    private void add(Place place) {
        PackedBlob blob = place.blob();
        Place first = map(blob.type()).putIfAbsent(blob.id(), place);
        if (first != null && !first.equals(place)) {
            copies.getOrDefault(blob.type(), Map.of())
                    .computeIfAbsent(blob.id(), id -> new ArrayList<>())
                    .add(place);
        }
    }

    private Map<ChunkId, Place> map(BlobType type) {
        return places.getOrDefault(type, Map.of());
    }

    public Optional<Place> find(BlobType type, ChunkId id) {
        return Optional.ofNullable(map(type).get(id));
    }

    /** All places of a blob; the first is the one that {@link #find} knows. */
    public List<Place> places(BlobType type, ChunkId id) {
        List<Place> all = new ArrayList<>();
        find(type, id).ifPresent(all::add);
        all.addAll(copies.getOrDefault(type, Map.of()).getOrDefault(id, List.of()));
        return all;
    }

    public boolean contains(BlobType type, ChunkId id) {
        return map(type).containsKey(id);
    }

    /** The packs, by id. */
    public Collection<Pack> packs() {
        return packs.values();
    }

    public Optional<Pack> pack(ChunkId id) {
        return Optional.ofNullable(packs.get(id));
    }

    /** The packs that more than one index file names. */
    public Set<ChunkId> repeatedPacks() {
        return repeated;
    }

    /** The names of the index files this was made from, superseded ones included. */
    public List<ChunkId> files() {
        return new ArrayList<>(files.keySet());
    }

    /** The index files that could not be read. */
    public List<DamagedObjectException> damaged() {
        return damaged;
    }
}
