package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How far a pass over this node's chunks has come, in the file {@code scrub}. Confined: one thread at a time. */
final class ScrubCursor {
    private static final int SAVED_EVERY = 64;

    private final Path directory;
    private final Path file;
    private final DurableFiles files;
    private @Nullable ChunkId last;
    private int unsaved;

    /** A file that cannot be understood begins a pass from the start. */
    ScrubCursor(Path directory, DurableFiles files) throws IOException {
        this.directory = directory;
        file = directory.resolve("scrub");
        this.files = files;
        if (Files.exists(file)) {
            last = parse(Files.readAllBytes(file));
        }
    }

    private static @Nullable ChunkId parse(byte[] text) {
        try {
            return ChunkId.parse(new String(text, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Nullable
    ChunkId last() {
        return last;
    }

    /** Moves on; written to disk now and then, since a scrub may go over chunks twice. */
    void moveTo(@Nullable ChunkId id) throws IOException {
        last = id;
        unsaved++;
        if (unsaved >= SAVED_EVERY) {
            save();
        }
    }

    void save() throws IOException {
        if (unsaved == 0) {
            return;
        }
        unsaved = 0;
        byte[] text = last == null ? new byte[0] : last.toString().getBytes(StandardCharsets.US_ASCII);
        files.write(file, directory, text);
    }
}
