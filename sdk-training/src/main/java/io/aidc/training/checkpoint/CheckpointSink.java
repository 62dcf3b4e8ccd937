package io.aidc.training.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Puts a checkpoint into a store, such as a model store or a bucket.
 *
 * {@snippet class="io.aidc.training.checkpoint.CheckpointSnippetsTest" region="store"}
 */
@FunctionalInterface
public interface CheckpointSink {
    /**
     * Stores the files of a directory under a name. When it returns, the store has them.
     *
     * @param name the checkpoint's name, such as {@code step-0000000500}
     * @param directory has three regular files and no directories; they do not change meanwhile and must not be changed
     * @throws IOException if the store fails
     */
    void put(String name, Path directory) throws IOException;
}
