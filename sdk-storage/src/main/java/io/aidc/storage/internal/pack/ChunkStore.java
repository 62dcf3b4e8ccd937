package io.aidc.storage.internal.pack;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Manifest;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps immutable blobs by the digest of their content. Thread-safe. */
public interface ChunkStore {
    /** The largest blob in bytes: a manifest; chunks are smaller. */
    int MAX_BYTES = Manifest.MAX_BYTES;

    /** What a store holds under an id. */
    sealed interface Lookup {
        /** The content, checked against its id. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Found(byte[] content) implements Lookup {}

        /** Nothing is stored. */
        record Missing() implements Lookup {}

        /** Something is stored but is not the content of that id. */
        record Corrupt(String actual) implements Lookup {}
    }

    /** Returns those of the ids that are not stored durably. Does not look at content. */
    Set<ChunkId> missing(Collection<ChunkId> ids) throws IOException;

    /**
     * Stores a blob; see {@link #putAll}.
     *
     * @throws MismatchException if the content does not have that id; nothing was stored
     */
    default void put(ChunkId id, byte[] content) throws IOException {
        putAll(Map.of(id, content));
    }

    /**
     * Stores blobs; when it returns all of them survive a power cut. Storing one again changes nothing, unless what is stored
     * is corrupt: then it is replaced. When it fails, any of them may be stored, each whole or not at all.
     *
     * @param blobs content by id; not modified
     * @throws MismatchException if some content does not have its id; nothing was stored
     * @throws IllegalArgumentException if a blob has more than {@link #MAX_BYTES}
     */
    void putAll(Map<ChunkId, byte[]> blobs) throws IOException;

    /** Reads a blob and checks it. */
    Lookup get(ChunkId id) throws IOException;

    /**
     * Reads several blobs and checks them.
     *
     * @return an answer for at least the first id, and at least for the first ids that together have at most {@link #MAX_BYTES};
     *     ask again for the others
     */
    default Map<ChunkId, Lookup> getAll(Collection<ChunkId> ids) throws IOException {
        Map<ChunkId, Lookup> answers = new LinkedHashMap<>();
        long bytes = 0;
        for (ChunkId id : ids) {
            if (bytes >= MAX_BYTES) {
                break;
            }
            Lookup lookup = get(id);
            answers.put(id, lookup);
            bytes += lookup instanceof Lookup.Found found ? found.content().length : 0;
        }
        return answers;
    }

    /**
     * Returns the ids of what is stored durably, page by page.
     *
     * @param after where the page before ended, or null for the first page
     * @param limit the most ids wanted, &gt; 0
     * @return sorted; empty if there are no more
     */
    List<ChunkId> ids(@Nullable ChunkId after, int limit) throws IOException;

    /**
     * Deletes blobs; those that are not stored are passed over. Some may come back, as garbage, when the store is opened again.
     */
    void delete(Collection<ChunkId> ids) throws IOException;

    /** Gives the room of deleted blobs back, where they take much of it. May take long; others go on meanwhile. */
    default void compact() throws IOException {}
}
