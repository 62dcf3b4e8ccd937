package io.aidc.training.torch.script;

import io.aidc.training.engine.Replica;
import io.aidc.training.engine.Trainable;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import io.aidc.training.torch.internal.LibraryVersions;
import io.aidc.training.torch.internal.TorchScriptFile;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets a run train a TorchScript module, such as {@code torch.jit.script} of Python makes and {@code save} writes.
 *
 * <p><b>TorchScript is code</b>: loading and running a file executes what is in it, with the rights of this process. Load
 * files of people you trust only.
 *
 * <p>The module's {@code forward} takes one float32 tensor, {@code [batch, *input]}, and answers with one, {@code [batch,
 * outputs]} or of a shape that holds as many numbers. All float32 parameters that require a gradient are trained, starting
 * from the values in the file; others stay as they are. Parameters that share their memory are trained as one, under the
 * first name. Float32 buffers, such as running statistics, are {@link #statistics}: averaged over the workers. The module is in
 * training mode while gradients are computed and in evaluation mode otherwise.
 *
 * <p>It computes on the processor in float32, and cannot be trained privately or exported as ONNX; {@link
 * TorchScriptExport} writes it back. What is random in the module draws from libtorch's generator, of which there is one in
 * the process, and which is set anew for each step: a run with the same seed gives the same result, and goes on from a
 * checkpoint to the result it would have had, with one worker or one in each process; with several threads only if nothing is
 * drawn.
 *
 * {@snippet class="io.aidc.training.torch.script.TorchScriptModelTest" region="torchscript"}
 *
 * <p>Immutable; the file is read once, when it is loaded.
 */
public final class TorchScriptModel implements Trainable {
    private final TorchScriptFile file;
    private final @Nullable Shape input;
    private final @Nullable Integer outputs;
    private final @Nullable Loss loss;
    private final boolean ids;

    private TorchScriptModel(
            TorchScriptFile file, @Nullable Shape input, @Nullable Integer outputs, @Nullable Loss loss, boolean ids) {
        this.file = file;
        this.input = input;
        this.outputs = outputs;
        this.loss = loss;
        this.ids = ids;
    }

    /**
     * Loads a module; what is in the file is executed as far as loading goes.
     *
     * @param path a TorchScript file from a trusted source, smaller than 2 GiB
     * @return a description that lacks input, outputs and loss
     * @throws UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if it is not TorchScript, has no float32 parameter that requires a gradient, or has one
     *     of another type that does
     */
    public static TorchScriptModel load(Path path) {
        return new TorchScriptModel(TorchScriptFile.read(path), null, null, null, false);
    }

    /**
     * Says what the module takes.
     *
     * @param row the shape of a row, without the batch axis
     * @return a changed copy
     */
    public TorchScriptModel input(Shape row) {
        return new TorchScriptModel(file, Objects.requireNonNull(row, "row"), outputs, loss, ids);
    }

    /**
     * Says what the module answers with.
     *
     * @param width how many numbers for each row, &gt; 0
     * @return a changed copy
     * @throws IllegalArgumentException if it is not positive
     */
    public TorchScriptModel outputs(int width) {
        if (width <= 0) {
            throw new IllegalArgumentException("outputs must be > 0, got " + width);
        }
        return new TorchScriptModel(file, input, width, loss, ids);
    }

    /**
     * Says what training makes small.
     *
     * @param value the loss; a module for a cross-entropy answers with logits
     * @return a changed copy
     */
    public TorchScriptModel loss(Loss value) {
        return new TorchScriptModel(file, input, outputs, Objects.requireNonNull(value, "value"), ids);
    }

    /**
     * Hands the rows to the module as int64, as one that begins with an embedding wants its ids.
     *
     * @return a changed copy
     */
    public TorchScriptModel ids() {
        return new TorchScriptModel(file, input, outputs, loss, true);
    }

    TorchScriptFile file() {
        return file;
    }

    @Override
    public String description() {
        return "TorchScript %s %s, input %s, outputs %s, %s".formatted(file.name(), parameters(), input, outputs, loss);
    }

    @Override
    public Map<String, String> versions() {
        return LibraryVersions.present("org.bytedeco", "pytorch", "openblas", "javacpp");
    }

    /** {@inheritDoc} */
    @Override
    public Optional<Loss> answersFor(int classes) {
        return Optional.ofNullable(loss);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The module answers one row of zeros, to see that it takes and gives what was said.
     *
     * @throws IllegalStateException if input, outputs or loss is lacking
     */
    @Override
    public void requireFit(int features, int classes, int targets) {
        Shape row = required("input", input);
        // A network of layers with the same ends wants the same of the data.
        Network ends = Network.of(
                Shape.of(row.size()), Layer.reshape(row.size(), 1), Layer.meanOverSteps(), Layer.linear(1, outputs()));
        TorchScriptFile.requireFit(ends, required("loss", loss), features, classes, targets);
        file.requireAnswer(ends(), outputs());
    }

    @Override
    public List<Parameter> parameters() {
        return file.parameters();
    }

    @Override
    public List<Parameter> statistics() {
        return file.statistics();
    }

    @Override
    public int outputs() {
        return required("outputs", outputs);
    }

    /**
     * Gives the values in the file; nothing is drawn.
     *
     * @param seed not used
     * @return all parameters, then all statistics, flat
     */
    @Override
    public float[] initialParameters(long seed) {
        return file.numbers();
    }

    @Override
    public boolean clipsRows() {
        return false;
    }

    @Override
    public Replica replica(FloatBuffer parameters, long seed) {
        return file.replica(parameters, ends(), required("loss", loss), outputs(), seed);
    }

    private TorchScriptFile.Input ends() {
        return new TorchScriptFile.Input(required("input", input), ids);
    }

    private static <T> T required(String option, @Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the TorchScript model lacks " + option);
        }
        return value;
    }
}
