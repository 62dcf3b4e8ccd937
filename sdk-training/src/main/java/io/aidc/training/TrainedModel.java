package io.aidc.training;

import io.aidc.training.engine.Device;
import io.aidc.training.engine.Trainable;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.metrics.ClassificationScores;
import io.aidc.training.metrics.RegressionScores;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.torch.internal.Compute;
import io.aidc.training.torch.internal.TorchTrainable;
import io.aidc.training.torch.internal.Vector;
import io.aidc.training.torch.internal.VectorReplica;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Answers rows with trained parameters.
 *
 * <p>Meant for judging a model; to serve it, export it with {@link io.aidc.training.onnx.OnnxExport}. After {@link #close}
 * every call throws {@link IllegalStateException}.
 *
 * <p>Thread-safe: calls take turns.
 */
public final class TrainedModel implements AutoCloseable {
    private final Trainable trainable;
    private final int features;
    private final int classes;
    private final Vector numbers;
    private final VectorReplica replica;
    private boolean closed;

    TrainedModel(Trainable trainable, int features, int classes, Vector numbers, VectorReplica replica) {
        this.trainable = trainable;
        this.features = features;
        this.classes = classes;
        this.numbers = numbers;
        this.replica = replica;
    }

    /**
     * Answers one row.
     *
     * @param row shape {@code [features]}
     * @return shape {@code [outputs]}: the network's last layer, so logits under a cross-entropy loss
     * @throws IllegalArgumentException if the row has another width
     */
    public float[] predict(float[] row) {
        return predict(new float[][] {row})[0];
    }

    /**
     * Answers rows, all in one pass.
     *
     * @param rows shape {@code [rows, features]}
     * @return shape {@code [rows, outputs]}: the network's last layer, so logits under a cross-entropy loss
     * @throws IllegalArgumentException if a row has another width
     */
    public synchronized float[][] predict(float[][] rows) {
        requireOpen();
        if (rows.length == 0) {
            return new float[0][];
        }
        FloatBuffer flat = FlatBuffers.floats(Math.multiplyExact(rows.length, features));
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != features) {
                throw new IllegalArgumentException(
                        "row %d must have %d features, got %d".formatted(i, features, rows[i].length));
            }
            flat.put(rows[i]);
        }
        float[] answers = replica.predict(rows.length, flat.flip());
        int width = trainable.outputs();
        float[][] split = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            split[i] = Arrays.copyOfRange(answers, i * width, (i + 1) * width);
        }
        return split;
    }

    /**
     * Makes a model of numbers that were trained before: those of a checkpoint, an average of several, or a file.
     *
     * @param network the layers
     * @param loss what it was trained with, which says what its outputs mean
     * @param numbers parameters, then statistics, flat, as {@link #numbers} gives them
     * @return the model; the caller closes it
     * @throws IllegalArgumentException if they are not as many as the network has
     */
    public static TrainedModel of(Network network, Loss loss, float[] numbers) {
        var trainable = new TorchTrainable(network, loss);
        int wanted = network.parameterCount()
                + network.statistics().stream().mapToInt(Parameter::size).sum();
        if (numbers.length != wanted) {
            throw new IllegalArgumentException("the network has %d numbers, got %d".formatted(wanted, numbers.length));
        }
        Vector vector = Vector.of(numbers, Device.CPU);
        return new TrainedModel(
                trainable,
                network.inputs(),
                classes(network, loss),
                vector,
                trainable.replica(vector, Compute.PLAIN, 1));
    }

    /** How many classes answers tell apart, as far as the loss tells; 0 if it does not. */
    private static int classes(Network network, Loss loss) {
        if (loss instanceof Loss.CrossEntropy) {
            return network.outputs();
        }
        return loss instanceof Loss.BinaryCrossEntropy && network.outputs() == 1 ? 2 : 0;
    }

    /**
     * Shows the model as what scores and comparisons work on: its answers are probabilities where the loss takes logits, and
     * two of them for a single output that tells two classes apart.
     *
     * @return a view; closing it closes the model
     */
    public Predictor predictor() {
        return new Predictor() {
            @Override
            public float[][] predict(float[][] rows) {
                return Probabilities.of(trainable, classes, TrainedModel.this.predict(rows));
            }

            @Override
            public void close() {
                TrainedModel.this.close();
            }
        };
    }

    /**
     * Scores the model on rows with classes.
     *
     * @param data rows with classes
     * @return accuracy, F1, ROC-AUC, calibration and more
     * @throws IllegalArgumentException if the data has no classes or another width
     */
    public ClassificationScores classificationScores(Dataset data) {
        if (data.classes() == 0) {
            throw new IllegalArgumentException("classification scores need classes, the data has numeric targets");
        }
        int[] labels = new int[data.rows()];
        Arrays.setAll(labels, data::label);
        int known = classes == 0 ? data.classes() : classes;
        return ClassificationScores.of(Probabilities.of(trainable, known, predict(rows(data))), labels);
    }

    /**
     * Scores the model on rows with numeric targets.
     *
     * @param data rows with numeric targets
     * @return squared and absolute errors, R² and more
     * @throws IllegalArgumentException if the data has classes or another width
     */
    public RegressionScores regressionScores(Dataset data) {
        if (data.classes() > 0) {
            throw new IllegalArgumentException(
                    "regression scores need numeric targets, the data has %d classes".formatted(data.classes()));
        }
        float[][] targets = new float[data.rows()][];
        Arrays.setAll(targets, data::target);
        return RegressionScores.of(predict(rows(data)), targets);
    }

    private static float[][] rows(Dataset data) {
        float[][] rows = new float[data.rows()][];
        Arrays.setAll(rows, data::row);
        return rows;
    }

    /**
     * Gives the fraction of rows whose class the model gets right: the greatest output, or with a single output its sign.
     *
     * @param data rows with classes
     * @return a number in [0, 1]
     * @throws IllegalArgumentException if the data has no classes or another width
     */
    public double accuracy(Dataset data) {
        if (data.classes() == 0) {
            throw new IllegalArgumentException("accuracy needs classes, the data has numeric targets");
        }
        float[][] answers = predict(rows(data));
        int right = 0;
        for (int i = 0; i < answers.length; i++) {
            if (Decision.of(answers[i], 0, answers[i].length) == data.label(i)) {
                right++;
            }
        }
        return (double) right / answers.length;
    }

    /**
     * Counts the trained numbers.
     *
     * @return the sum of the sizes of all parameters
     */
    public long parameterCount() {
        return trainable.parameters().stream().mapToLong(Parameter::size).sum();
    }

    /**
     * Gives the trained arrays by name, in the model's order; {@link Trainable#parameters} has their shapes.
     *
     * @return copies, each flat and row by row
     */
    public synchronized Map<String, float[]> parameters() {
        return arrays(0, trainable.parameters());
    }

    /**
     * Gives the arrays kept beside the parameters by name, such as running statistics.
     *
     * @return copies, each flat and row by row; mostly none
     */
    public synchronized Map<String, float[]> statistics() {
        return arrays((int) parameterCount(), trainable.statistics());
    }

    /**
     * Gives all numbers of the model, as {@link TrainingRun#startFrom} takes them.
     *
     * @return the parameters, then the statistics, flat
     */
    public synchronized float[] numbers() {
        requireOpen();
        return numbers.toArray();
    }

    private Map<String, float[]> arrays(int from, List<Parameter> arrays) {
        requireOpen();
        return NamedNumbers.copies(numbers, from, arrays);
    }

    /**
     * Gives one trained array.
     *
     * @param name as in {@link #parameters}
     * @return a copy, flat and row by row
     * @throws IllegalArgumentException if there is no such parameter
     */
    public float[] parameter(String name) {
        Map<String, float[]> all = parameters();
        float[] values = all.get(name);
        if (values == null) {
            throw new IllegalArgumentException("no parameter '%s'; there are %s".formatted(name, all.keySet()));
        }
        return values;
    }

    /**
     * Gives what was trained.
     *
     * @return the description the run was made with
     */
    public Trainable trainable() {
        return trainable;
    }

    /** Frees native memory; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            replica.close();
            numbers.close();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
    }
}
