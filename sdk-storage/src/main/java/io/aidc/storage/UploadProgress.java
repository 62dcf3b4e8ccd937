package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Content;
import io.aidc.storage.chunk.Splitter;
import io.aidc.storage.internal.replica.Upload;
import java.io.IOException;
import java.util.Collection;

/** Passes chunks on to an upload and tells how far it is. Confined: one thread at a time. */
final class UploadProgress implements Splitter.Sink {
    private final Upload upload;
    private final Progress listener;
    private final long expectedBytes;
    private long told;

    UploadProgress(Upload upload, Progress listener, Collection<Content> contents) throws IOException {
        this.upload = upload;
        this.listener = listener;
        long total = 0;
        for (Content content : contents) {
            total += content.size();
        }
        expectedBytes = total;
        listener.at(0, total);
    }

    @Override
    public void accept(ChunkId id, byte[] content) throws IOException {
        upload.add(id, content);
        if (upload.storedBytes() > told) {
            told = upload.storedBytes();
            listener.at(told, Math.max(told, expectedBytes)); // a file may have grown since
        }
    }

    /** Tells the end, when all is stored. */
    void end() {
        listener.at(upload.storedBytes(), upload.storedBytes());
    }
}
