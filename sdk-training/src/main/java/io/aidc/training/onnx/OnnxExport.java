package io.aidc.training.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.aidc.training.TrainedModel;
import io.aidc.training.internal.WholeFile;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.torch.internal.TorchTrainable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a trained network as an ONNX model, opset {@value #OPSET}, IR version {@value #IR_VERSION}. Every layer of {@link
 * io.aidc.training.network.Layer} is known.
 *
 * <p>The graph has one input, {@value #INPUT}, float32 {@code [batch, features]}, and one output, float32 {@code [batch,
 * outputs]}; the batch axis is free. Images and sequences come and go flat as well, as in {@link TrainedModel#predict},
 * unless {@link #shaped} is asked for. Fixed layers such as bounds and scaling are part of the graph, so that it takes raw
 * features; batch normalisation uses its running statistics; dropout is left out. Trained arrays keep their names and
 * PyTorch's layout. The same model gives the same bytes.
 *
 * <p>Answers agree with {@link TrainedModel#predict} but for rounding; {@link #verified} proves it on sample rows before
 * anything is written.
 *
 * {@snippet class="io.aidc.training.onnx.OnnxVerificationTest" region="verified"}
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

    /** Float32 numbers in 2 GiB, with 64 MiB left for the graph. */
    private static final long MAX_NUMBERS = (1L << 29) - (1L << 24);

    private final TrainedModel model;
    private final TorchTrainable trainable;
    private final Map<String, float[]> arrays;
    private final boolean probabilities;
    private final boolean shaped;
    private final @Nullable Verification verification;
    private final OnnxRunner runner;

    private OnnxExport(
            TrainedModel model,
            TorchTrainable trainable,
            Map<String, float[]> arrays,
            boolean probabilities,
            boolean shaped,
            @Nullable Verification verification,
            OnnxRunner runner) {
        this.model = model;
        this.trainable = trainable;
        this.arrays = arrays;
        this.probabilities = probabilities;
        this.shaped = shaped;
        this.verification = verification;
        this.runner = runner;
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
            Map<String, float[]> arrays = new HashMap<>(model.parameters());
            arrays.putAll(model.statistics());
            return new OnnxExport(model, trainable, arrays, false, false, null, new OrtRunner());
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
        return new OnnxExport(model, trainable, arrays, true, shaped, verification, runner);
    }

    /**
     * Lets rows come and go in the network's own shapes, such as {@code [batch, 1, 28, 28]} for images, instead of flat. Ids
     * of a network that begins with an embedding stay float32.
     *
     * @return a changed copy
     */
    public OnnxExport shaped() {
        return new OnnxExport(model, trainable, arrays, probabilities, true, verification, runner);
    }

    /**
     * Has each export checked before it is handed out: a runtime answers sample rows with the graph, together and one alone,
     * and must agree with the trained model. The runtime is ONNX Runtime on the processor, {@code
     * com.microsoft.onnxruntime:onnxruntime}, which has to be on the class path, unless {@link #verifiedBy} names another.
     *
     * <p>Rows that resemble the data say most. Without this call only the structure of the graph is checked.
     *
     * @param rows shape {@code [rows, features]}, at least 1 row; copied
     * @param tolerance how far an answer may be off, &gt; 0 and finite; a share of the trained model's number where that is
     *     greater than 1. Usual is 1e-5 for a few layers and 1e-4 for many
     * @return a changed copy
     * @throws IllegalArgumentException if there is no row, a row has another width or the tolerance is out of range
     * @throws IllegalStateException if the model is closed
     */
    public OnnxExport verified(float[][] rows, double tolerance) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("verified needs at least 1 row, got 0");
        }
        if (!(tolerance > 0) || Double.isInfinite(tolerance)) {
            throw new IllegalArgumentException("tolerance must be > 0 and finite, got " + tolerance);
        }
        float[][] copy = Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
        var check = new Verification(copy, model.predict(copy), tolerance);
        return new OnnxExport(model, trainable, arrays, probabilities, shaped, check, runner);
    }

    /**
     * Names the runtime that {@link #verified} asks, such as the one that will serve the model.
     *
     * @param runtime answers rows with an ONNX file
     * @return a changed copy
     */
    public OnnxExport verifiedBy(OnnxRunner runtime) {
        return new OnnxExport(
                model,
                trainable,
                arrays,
                probabilities,
                shaped,
                verification,
                Objects.requireNonNull(runtime, "runtime"));
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
     * @throws OnnxMismatchException if {@link #verified} finds an answer that differs
     * @throws IllegalStateException if the file would be larger than ONNX allows, 2 GiB, or the runtime of {@link #verified}
     *     is missing or refuses the graph
     */
    public byte[] bytes() {
        Network network = trainable.network();
        long numbers = arrays.values().stream().mapToLong(array -> array.length).sum();
        if (numbers > MAX_NUMBERS) {
            throw new IllegalStateException(
                    "an ONNX file holds at most %d parameters, the network has %d".formatted(MAX_NUMBERS, numbers));
        }
        var graph = new OnnxGraph(network, arrays, shaped);
        boolean binary = trainable.loss() instanceof Loss.BinaryCrossEntropy;
        if (probabilities && binary) {
            graph.sigmoid();
        } else if (probabilities) {
            graph.softmax();
        }
        ModelProto proto = graph.model(probabilities ? PROBABILITIES : SCORES);
        OnnxStructure.check(proto, network);
        byte[] bytes = proto.toByteArray();
        if (verification != null) {
            Verification check = probabilities ? verification.ofProbabilities(binary) : verification;
            check.check(runner, bytes);
        }
        return bytes;
    }

    /**
     * Writes the model to a file, which appears whole or not at all; a file that was there is replaced.
     *
     * @param file where to write; its directory exists
     * @throws UncheckedIOException if it cannot be written; nothing is left behind
     * @throws OnnxMismatchException if {@link #verified} finds an answer that differs; nothing is written
     * @throws IllegalStateException as {@link #bytes} does; nothing is written
     * @throws IllegalArgumentException if the path has no directory
     */
    public void write(Path file) {
        WholeFile.replace(file, bytes());
    }
}
