package io.aidc.training.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** Gets from a store what a {@link CheckpointSink} put there. Need not check what it gets: the digests are verified. */
@FunctionalInterface
public interface CheckpointSource {
    /**
     * Writes the files stored under a name.
     *
     * @param name as it was asked for
     * @param directory an empty directory, where the files go under the names they had
     * @throws IOException if the store fails or has none of that name
     */
    void get(String name, Path directory) throws IOException;
}
