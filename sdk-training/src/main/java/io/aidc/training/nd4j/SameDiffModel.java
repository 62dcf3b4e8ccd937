package io.aidc.training.nd4j;

import io.aidc.training.TrainedModel;
import io.aidc.training.engine.Replica;
import io.aidc.training.engine.Trainable;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import io.aidc.training.torch.internal.LibraryVersions;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Lets a run train a SameDiff network: ND4J computes the gradients, the run sums them over its workers and moves the
 * parameters.
 *
 * <p>The network has one placeholder for features {@code [-1, features]}, one for labels {@code [-1, outputs]}, which gets
 * classes one-hot, and a scalar loss that is the mean over the rows. All float32 variables are trained, starting from the
 * values they have. The SameDiff is copied: the caller's own is left as it is. It cannot be trained privately and cannot be
 * exported as ONNX.
 *
 * <p>ND4J loads OpenMP when its first class is used, before a run can settle how threads wait: call
 * {@link io.aidc.training.torch.NativeThreads#waitPassively} at the start of the program.
 *
 * {@snippet class="io.aidc.training.nd4j.SameDiffModelTest" region="samediff"}
 *
 * <p>Immutable.
 */
public final class SameDiffModel implements Trainable {
    private final SameDiff graph;
    private final @Nullable String features;
    private final @Nullable String labels;
    private final @Nullable String output;
    private final @Nullable String loss;

    private SameDiffModel(
            SameDiff graph,
            @Nullable String features,
            @Nullable String labels,
            @Nullable String output,
            @Nullable String loss) {
        this.graph = graph;
        this.features = features;
        this.labels = labels;
        this.output = output;
        this.loss = loss;
    }

    /**
     * Begins the description of a network.
     *
     * @param graph the network; copied
     * @return a description that lacks the names of its ends
     * @throws IllegalArgumentException if it has no variable to train, or one that is not float32
     */
    public static SameDiffModel of(SameDiff graph) {
        var model = new SameDiffModel(graph.dup(), null, null, null, null);
        if (model.parameters().isEmpty()) {
            throw new IllegalArgumentException("the SameDiff has no variable to train");
        }
        return model;
    }

    /**
     * Names the placeholder that takes features.
     *
     * @param placeholder its name
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such placeholder
     */
    public SameDiffModel features(String placeholder) {
        return new SameDiffModel(graph, placeholder(placeholder), labels, output, loss);
    }

    /**
     * Names the placeholder that takes labels.
     *
     * @param placeholder its name
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such placeholder
     */
    public SameDiffModel labels(String placeholder) {
        return new SameDiffModel(graph, features, placeholder(placeholder), output, loss);
    }

    /**
     * Names the variable that answers, {@code [-1, outputs]}. For classes it gives logits, or what a softmax made of them.
     *
     * @param variable its name
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such variable
     */
    public SameDiffModel output(String variable) {
        return new SameDiffModel(graph, features, labels, variable(variable), loss);
    }

    /**
     * Names the scalar to make small, the mean over the rows of a batch.
     *
     * @param variable its name
     * @return a changed copy
     * @throws IllegalArgumentException if there is no such variable
     */
    public SameDiffModel loss(String variable) {
        return new SameDiffModel(graph, features, labels, output, variable(variable));
    }

    /**
     * Gives a SameDiff with trained parameters.
     *
     * @param model what a run made of this description
     * @return a copy of the network, the caller's own
     * @throws IllegalArgumentException if the model has other parameters
     */
    public SameDiff trained(TrainedModel model) {
        SameDiff copy = copy();
        Map<String, float[]> values = model.parameters();
        for (Parameter parameter : parameters()) {
            float[] value = values.get(parameter.name());
            if (value == null || value.length != parameter.size()) {
                throw new IllegalArgumentException("the model has no " + parameter + ", it has " + values.keySet());
            }
            long[] shape = shape(parameter);
            copy.getVariable(parameter.name())
                    .getArr()
                    .assign(Nd4j.createFromArray(value).reshape('c', shape));
        }
        return copy;
    }

    @Override
    public String description() {
        return "SameDiff %s, loss %s".formatted(parameters(), loss);
    }

    @Override
    public Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>(LibraryVersions.present("org.bytedeco", "pytorch", "javacpp"));
        versions.putAll(LibraryVersions.present("org.nd4j", "nd4j-api", "nd4j-native"));
        return versions;
    }

    @Override
    public Optional<Loss> answersFor(int classes) {
        String answer = required("output", output);
        boolean isSoftmax = graph.getOps().values().stream()
                .anyMatch(made -> made.getOp().opName().equals("softmax")
                        && made.getOutputsOfOp().contains(answer));
        return isSoftmax ? Optional.empty() : Trainable.super.answersFor(classes);
    }

    @Override
    public void requireFit(int width, int classes, int targets) {
        requireWidth("features", width(required("features", features)), width);
        long outputs = width(required("labels", labels));
        if (outputs == -1) {
            throw new IllegalArgumentException(
                    "placeholder '%s' must say how many outputs there are, got [-1, -1]".formatted(labels));
        }
        requireWidth("labels", outputs, classes == 0 ? targets : classes);
        required("output", output);
        required("loss", loss);
    }

    private static void requireWidth(String what, long network, int data) {
        if (network != -1 && network != data) {
            throw new IllegalArgumentException(
                    "the SameDiff takes %d %s, but the data has %d".formatted(network, what, data));
        }
    }

    private long width(String placeholder) {
        long[] shape = graph.getVariable(placeholder).placeholderShape();
        if (shape == null || shape.length != 2 || shape[0] != -1) {
            throw new IllegalArgumentException("placeholder '%s' must have shape [-1, width], got %s"
                    .formatted(placeholder, Arrays.toString(shape)));
        }
        return shape[1];
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        for (SDVariable variable : graph.variables()) {
            if (variable.getVariableType() == VariableType.VARIABLE) {
                if (variable.dataType() != DataType.FLOAT) {
                    throw new IllegalArgumentException(
                            "variable '%s' must be FLOAT, got %s".formatted(variable.name(), variable.dataType()));
                }
                List<Integer> shape = new ArrayList<>();
                for (long extent : variable.getArr().shape()) {
                    shape.add(Math.toIntExact(extent));
                }
                all.add(new Parameter(variable.name(), new Shape(shape)));
            }
        }
        return List.copyOf(all);
    }

    @Override
    public int outputs() {
        long[] shape = graph.getVariable(required("labels", labels)).placeholderShape();
        return Math.toIntExact(shape[1]);
    }

    @Override
    public float[] initialParameters(long seed) {
        List<float[]> values = new ArrayList<>();
        int count = 0;
        for (Parameter parameter : parameters()) {
            INDArray array = graph.getVariable(parameter.name()).getArr();
            float[] value = array.dup('c').data().asFloat();
            values.add(value);
            count += value.length;
        }
        FloatBuffer all = FloatBuffer.allocate(count);
        values.forEach(all::put);
        return all.array();
    }

    @Override
    public boolean clipsRows() {
        return false;
    }

    @Override
    public Replica replica(FloatBuffer parameters, long seed) {
        return new SameDiffReplica(
                copy(),
                parameters(),
                parameters,
                required("features", features),
                required("labels", labels),
                required("output", output),
                required("loss", loss));
    }

    /** Copying changes the original for a moment, and each worker asks for a copy. */
    private SameDiff copy() {
        synchronized (graph) {
            return graph.dup();
        }
    }

    static long[] shape(Parameter parameter) {
        return parameter.shape().extents().stream()
                .mapToLong(Integer::longValue)
                .toArray();
    }

    private String placeholder(String name) {
        if (!graph.getVariable(variable(name)).isPlaceHolder()) {
            throw new IllegalArgumentException("variable '%s' is not a placeholder".formatted(name));
        }
        return name;
    }

    private String variable(String name) {
        if (!graph.hasVariable(Objects.requireNonNull(name, "name"))) {
            throw new IllegalArgumentException("the SameDiff has no variable '%s'; it has %s"
                    .formatted(name, graph.variableMap().keySet()));
        }
        return name;
    }

    private static String required(String option, @Nullable String value) {
        if (value == null) {
            throw new IllegalStateException("the SameDiff model lacks " + option);
        }
        return value;
    }
}
