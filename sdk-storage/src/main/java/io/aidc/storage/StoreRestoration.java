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
 * @param bytes of their files
 * @param missing {@code name@version} of those that the metadata names but of which no backup has all bytes; they are not there
 */
public record StoreRestoration(Instant at, int versions, long bytes, List<String> missing) {
    /** Copies the list. */
    public StoreRestoration {
        missing = List.copyOf(missing);
    }
}
