package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A file in {@code index/}: packs and what is in them, and which index files it replaces. */
record IndexFile(Set<ChunkId> supersedes, List<Pack> packs) {
    /** Far below the 8 MiB an index file may have: an entry takes about 170 bytes of JSON. */
    private static final int MAX_BLOBS = 40_000;

    IndexFile {
        supersedes = Set.copyOf(supersedes);
        packs = List.copyOf(packs);
    }

    /**
     * @throws IllegalArgumentException if that is no index
     */
    static IndexFile parse(byte[] utf8) {
        JsonObject json = Json.parse(utf8);
        List<Pack> packs = new ArrayList<>();
        for (JsonObject pack : json.objects("packs")) {
            List<PackedBlob> blobs = new ArrayList<>();
            for (JsonObject blob : pack.objects("blobs")) {
                blobs.add(new PackedBlob(
                        BlobType.parse(blob.string("type")),
                        blob.id("id"),
                        blob.number("offset", -1, 0, Integer.MAX_VALUE),
                        blob.number("length", -1, 0, Integer.MAX_VALUE),
                        blob.number("uncompressed_length", 0, 0, Integer.MAX_VALUE)));
            }
            packs.add(new Pack(pack.id("id"), blobs));
        }
        return new IndexFile(Set.copyOf(json.ids("supersedes")), packs);
    }

    byte[] toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!supersedes.isEmpty()) {
            json.put(
                    "supersedes", supersedes.stream().map(ChunkId::hex).sorted().toList());
        }
        json.put("packs", packs.stream().map(IndexFile::toJson).toList());
        return Json.write(json);
    }

    /** Spreads packs over as many files as their size needs; none if there is no pack. */
    static List<List<Pack>> split(List<Pack> packs) {
        List<List<Pack>> files = new ArrayList<>();
        List<Pack> current = new ArrayList<>();
        int blobs = 0;
        for (Pack pack : packs) {
            if (!current.isEmpty() && blobs + pack.blobs().size() > MAX_BLOBS) {
                files.add(current);
                current = new ArrayList<>();
                blobs = 0;
            }
            current.add(pack);
            blobs += pack.blobs().size();
        }
        if (!current.isEmpty()) {
            files.add(current);
        }
        return files;
    }

    private static Map<String, Object> toJson(Pack pack) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", pack.id().hex());
        json.put("blobs", pack.blobs().stream().map(IndexFile::toJson).toList());
        return json;
    }

    private static Map<String, Object> toJson(PackedBlob blob) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", blob.id().hex());
        json.put("type", blob.type().json());
        json.put("offset", blob.offset());
        json.put("length", blob.length());
        if (blob.isCompressed()) {
            json.put("uncompressed_length", blob.uncompressedLength());
        }
        return json;
    }
}
