package io.aidc.storage;

import java.util.List;
import java.util.Map;

/**
 * A published version: what it is called and what it consists of.
 *
 * <p>Immutable, and so is what it describes: a version never changes once it can be resolved.
 *
 * @param name as published
 * @param version its label
 * @param digest names content and metadata together: {@code sha256-} and 64 hex digits
 * @param size bytes of all files
 * @param files sorted by name
 * @param metadata as published
 * @param provenance where it comes from, as its publisher said
 */
public record Version(
        String name,
        String version,
        String digest,
        long size,
        List<StoredFile> files,
        Map<String, String> metadata,
        Provenance provenance) {
    /** Copies the collections. */
    public Version {
        files = List.copyOf(files);
        metadata = Map.copyOf(metadata);
    }
}
