package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Manifest;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;

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
     * Stores a blob; when it returns the blob survives a power cut. Storing it again changes nothing, unless what is stored
     * is corrupt: then it is replaced.
     *
     * @throws MismatchException if the content does not have that id; nothing was stored
     */
    void put(ChunkId id, byte[] content) throws IOException;

    /** Reads a blob and checks it. */
    Lookup get(ChunkId id) throws IOException;
}
