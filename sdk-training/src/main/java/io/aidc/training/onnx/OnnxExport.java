package io.aidc.training.onnx;

import io.aidc.training.TrainedModel;
import io.aidc.training.network.Loss;
import io.aidc.training.torch.internal.TorchTrainable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Writes a trained network as an ONNX model, opset {@value #OPSET}, IR version {@value #IR_VERSION}.
 *
 * <p>The graph has one input, {@value #INPUT}, float32 {@code [batch, features]}, and one output, float32 {@code [batch,
 * outputs]}; the batch axis is free. Fixed layers such as bounds and scaling are part of it, so that the model takes raw
 * features; dropout is left out. The same model gives the same bytes. Answers agree with {@link TrainedModel#predict} but
 * for rounding.
 *
 * {@snippet class="io.aidc.training.SnippetsTest" region="onnx"}
 *
 * <p>Immutable; reads the model's parameters when it is made.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX operators</a>
 */
public final class OnnxExport {
    /** The operator set the graph is written in: the first with LayerNormalization. */
    public static final int OPSET = 17;

    /** The format version of the file, the one that came with the operator set. */
    public static final int IR_VERSION = 8;

    /** The name of the input. */
    public static final String INPUT = "features";

    /** The name of the output without {@link #probabilities}. */
    public static final String SCORES = "scores";

    /** The name of the output with {@link #probabilities}. */
    public static final String PROBABILITIES = "probabilities";

    private final TorchTrainable trainable;
    private final Map<String, float[]> parameters;
    private final boolean probabilities;

    private OnnxExport(TorchTrainable trainable, Map<String, float[]> parameters, boolean probabilities) {
        this.trainable = trainable;
        this.parameters = parameters;
        this.probabilities = probabilities;
    }

    /**
     * Makes an export of a model.
     *
     * @param model a model of this module's own layers
     * @return an export that gives the network's last layer
     * @throws IllegalArgumentException if the model came from another engine
     * @throws IllegalStateException if the model is closed
     */
    public static OnnxExport of(TrainedModel model) {
        if (model.trainable() instanceof TorchTrainable trainable) {
            return new OnnxExport(trainable, model.parameters(), false);
        }
        throw new IllegalArgumentException("only networks of this module's layers can be exported, got "
                + model.trainable().description());
    }

    /**
     * Adds what turns scores into probabilities: softmax over classes, or a sigmoid for each output of a binary loss.
     *
     * @return a changed copy
     * @throws IllegalStateException if the model was trained with a loss whose scores are not logits
     */
    public OnnxExport probabilities() {
        if (!isLogits(trainable.loss())) {
            throw new IllegalStateException(
                    "a model trained with %s gives numbers, not logits of probabilities".formatted(trainable.loss()));
        }
        return new OnnxExport(trainable, parameters, true);
    }

    private static boolean isLogits(Loss loss) {
        return loss instanceof Loss.CrossEntropy
                || loss instanceof Loss.BinaryCrossEntropy
                || loss instanceof Loss.SoftCrossEntropy
                || loss instanceof Loss.Distillation;
    }

    /**
     * Gives the model as bytes.
     *
     * @return an ONNX file
     */
    public byte[] bytes() {
        var graph = new OnnxGraph(trainable.network(), parameters);
        if (probabilities && !(trainable.loss() instanceof Loss.BinaryCrossEntropy)) {
            graph.softmax();
        } else if (probabilities) {
            graph.sigmoid();
        }
        return graph.model(
                        trainable.network().inputs(),
                        trainable.network().outputs(),
                        probabilities ? PROBABILITIES : SCORES)
                .toByteArray();
    }

    /**
     * Writes the model to a file, which appears whole or not at all; a file that was there is replaced.
     *
     * @param file where to write; its directory exists
     * @throws UncheckedIOException if it cannot be written; nothing is left behind
     * @throws IllegalArgumentException if the path has no directory
     */
    public void write(Path file) {
        byte[] bytes = bytes();
        Path target = file.toAbsolutePath();
        Path directory = target.getParent();
        if (directory == null) {
            throw new IllegalArgumentException("file must not be a root directory, got " + file);
        }
        try {
            Path temporary = Files.createTempFile(directory, ".onnx-", ".tmp");
            try {
                try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    for (var rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
                        channel.write(rest);
                    }
                    channel.force(true);
                }
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }
}
