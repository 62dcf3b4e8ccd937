package io.aidc.training.torch.script;

import io.aidc.training.TrainedModel;
import io.aidc.training.torch.internal.TorchScriptWriter;
import io.aidc.training.torch.internal.TorchTrainable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a trained model as a TorchScript file, which {@code torch.jit.load} of Python and C++ opens.
 *
 * <p>A network of layers becomes a module whose {@code forward} takes float32 {@code [batch, features]}, or the rows in the
 * network's own shape, and answers in the shape of the network's output. Its {@code state_dict} has the names of {@link
 * TrainedModel#parameters} and {@link TrainedModel#statistics}; the numbers of fixed layers are buffers beside them. It is in
 * evaluation mode; after {@code train()} it can be trained on, with dropout and batch statistics. The same model gives the
 * same bytes.
 *
 * <p>A model trained from a {@link TorchScriptModel} becomes the caller's own module again, with the trained numbers in it.
 *
 * {@snippet class="io.aidc.training.torch.script.TorchScriptExportTest" region="export"}
 *
 * <p>Thread-safe: holds no state.
 */
public final class TorchScriptExport {
    private TorchScriptExport() {}

    /**
     * Writes a model to a file, which appears whole or not at all; a file that was there is replaced.
     *
     * @param model a model of this module's own layers, or one trained from a TorchScript file
     * @param file where to write; its directory exists
     * @throws IllegalArgumentException if the model came from another engine, or the path has no directory
     * @throws IllegalStateException if the model is closed
     * @throws UncheckedIOException if it cannot be written; nothing is left behind
     */
    public static void write(TrainedModel model, Path file) {
        Map<String, float[]> arrays = new HashMap<>(model.parameters());
        arrays.putAll(model.statistics());
        if (model.trainable() instanceof TorchTrainable trainable) {
            TorchScriptWriter.write(trainable.network(), arrays, file);
        } else if (model.trainable() instanceof TorchScriptModel script) {
            TorchScriptWriter.write(script.file(), arrays, file);
        } else {
            throw new IllegalArgumentException("only layers and TorchScript models can be written as TorchScript, got "
                    + model.trainable().description());
        }
    }
}
