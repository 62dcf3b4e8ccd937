package io.aidc.storage;

import java.time.Instant;
import java.util.List;

/**
 * What was restored into a store.
 *
 * <p>Immutable.
 *
 * @param at the moment of the restored metadata: the latest write in it
 * @param versions versions that are there with all their bytes
 * @param bytes of their files; those that versions have in common as a whole count once
 * @param missing {@code name@version} of those that the metadata names but of which no backup has all bytes, and {@code
 *     name@alias} of aliases that point at one; they are not there
 * @param unreadable parts of backups that were passed over, each with its snapshot and the reason; without them {@code at} might
 *     be closer to the moment
 */
public record StoreRestoration(Instant at, int versions, long bytes, List<String> missing, List<String> unreadable) {
    /** Copies the lists. */
    public StoreRestoration {
        missing = List.copyOf(missing);
        unreadable = List.copyOf(unreadable);
    }
}
