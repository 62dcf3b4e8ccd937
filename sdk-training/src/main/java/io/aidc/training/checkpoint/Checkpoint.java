package io.aidc.training.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Finds a checkpoint on disk: what it is of, and where. Its arrays are read by {@link #load}.
 *
 * <p>A writer may remove it meanwhile, as its options say; reading it then fails.
 *
 * <p>Immutable.
 */
public final class Checkpoint {
    private final Path directory;
    private final Manifest manifest;

    Checkpoint(Path directory, Manifest manifest) {
        this.directory = directory;
        this.manifest = manifest;
    }

    /**
     * Gives where it lies.
     *
     * @return a directory with {@code model.safetensors}, {@code optimizer.safetensors} and {@code state.json}
     */
    public Path directory() {
        return directory;
    }

    /**
     * Names it.
     *
     * @return such as {@code step-0000000500}
     */
    public String name() {
        return CheckpointFolder.name(step());
    }

    /**
     * Gives the steps completed.
     *
     * @return the step, ≥ 0
     */
    public long step() {
        return manifest.state().step();
    }

    /**
     * Gives the passes over the data completed.
     *
     * @return the epoch, ≥ 0
     */
    public int epoch() {
        return manifest.state().epoch();
    }

    /**
     * Gives the validation scores.
     *
     * @return scores by name; empty if the state had none
     */
    public Map<String, Double> scores() {
        return manifest.state().scores();
    }

    /**
     * Describes the model, to be compared before the arrays are read.
     *
     * @return architecture, names and shapes
     */
    public ModelDescription model() {
        return manifest.model();
    }

    long sequence() {
        return manifest.sequence();
    }

    /**
     * Reads everything and verifies the digests of what was read.
     *
     * @return the state as it was saved
     * @throws DamagedCheckpointException if a file is missing, changed or cannot be read
     */
    public CheckpointState load() {
        try {
            return CheckpointFiles.read(directory, manifest);
        } catch (MalformedSafetensorsException | IllegalArgumentException | IOException e) {
            throw new DamagedCheckpointException(directory, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Puts the checkpoint into a store, once its digests were verified. It stays where it is.
     *
     * {@snippet class="io.aidc.training.checkpoint.CheckpointSnippetsTest" region="store"}
     *
     * @param sink called on this thread, once
     * @throws DamagedCheckpointException if a file is missing or changed
     * @throws UncheckedIOException if the store fails
     */
    public void toStore(CheckpointSink sink) {
        try {
            verify();
        } catch (IOException e) {
            throw new DamagedCheckpointException(directory, String.valueOf(e.getMessage()), e);
        }
        try {
            sink.put(name(), directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot put %s into the store".formatted(name()), e);
        }
    }

    void verify() throws IOException {
        CheckpointFiles.verify(directory, manifest);
    }

    @Override
    public String toString() {
        return "Checkpoint[%s, scores=%s]".formatted(directory, scores());
    }
}
