package io.aidc.training;

import io.aidc.training.checkpoint.CheckpointException;
import io.aidc.training.checkpoint.CheckpointState;
import io.aidc.training.checkpoint.CheckpointWriter;
import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.checkpoint.ModelDescription;
import io.aidc.training.checkpoint.NamedValues;
import io.aidc.training.checkpoint.OptimizerState;
import io.aidc.training.checkpoint.Tensor;
import io.aidc.training.network.Parameter;
import io.aidc.training.torch.internal.Vector;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves what a run carries from step to step, and takes it up again. The generators of a run need no saving: what each step
 * draws follows from the seed and the step.
 */
final class Saving implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Saving.class);
    private static final String OPTIMIZER = "optimizer.";
    private static final String NUMBERS = "numbers";

    private final Plan plan;
    private final Checkpoints checkpoints;
    private final String fingerprint;
    private @Nullable CheckpointWriter writer;
    private boolean owesOne;
    private int lastStep;
    private volatile boolean writing;

    Saving(Plan plan, Checkpoints checkpoints, String fingerprint) {
        this.plan = plan;
        this.checkpoints = checkpoints;
        this.fingerprint = fingerprint;
    }

    boolean isDue(int step) {
        return checkpoints.isDue(step);
    }

    /** Takes the directory for a run that begins: if it cannot be written, that is known before the first step. */
    void begin() {
        writer = checkpoints.open();
        owesOne = true;
    }

    /** Takes up the newest whole checkpoint, if there is one. */
    void restore(RunState state) {
        checkpoints.latest().ifPresent(checkpoint -> {
            checkpoint.model().requireSame(description());
            CheckpointState saved = checkpoint.load();
            if (!saved.dataFingerprint().equals(fingerprint)) {
                throw new IllegalStateException(
                        "%s was made with other data; to train on with new data, use startFrom".formatted(checkpoint));
            }
            if (saved.seed() != plan.seed()) {
                throw new IllegalStateException("%s is of a run with seed %d, this one has seed %d"
                        .formatted(checkpoint, saved.seed(), plan.seed()));
            }
            Map<String, Vector> vectors = state.vectors();
            vectors.forEach((name, vector) -> restore(vector, arrays(saved, name)));
            Map<String, Double> numbers = new LinkedHashMap<>();
            for (String name : saved.schedule().names()) {
                numbers.put(name, saved.schedule().number(name));
            }
            state.restore(numbers);
            LOG.info("run goes on: checkpoint={}", checkpoint.name());
        });
    }

    private ModelDescription description() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        for (Parameter parameter : plan.model().parameters()) {
            shapes.put(
                    parameter.name(),
                    parameter.shape().extents().stream().map(Integer::longValue).toList());
        }
        return new ModelDescription(plan.model().description(), shapes);
    }

    private static Map<String, Tensor> arrays(CheckpointState saved, String name) {
        if (name.equals(NUMBERS)) {
            Map<String, Tensor> all = new LinkedHashMap<>(saved.parameters());
            all.putAll(saved.buffers());
            return all;
        }
        Map<String, Tensor> found = name.startsWith(OPTIMIZER)
                ? oneOf(saved.optimizer().arrays().get(name.substring(OPTIMIZER.length())))
                : saved.averages().getOrDefault(name, Map.of());
        if (found.isEmpty()) {
            throw new IllegalStateException(
                    "the checkpoint lacks '%s': it was made with other options".formatted(name));
        }
        return found;
    }

    private static Map<String, Tensor> oneOf(@Nullable Tensor tensor) {
        return tensor == null ? Map.of() : Map.of(NUMBERS, tensor);
    }

    private static void restore(Vector vector, Map<String, Tensor> arrays) {
        int offset = 0;
        for (Tensor tensor : arrays.values()) {
            float[] values = tensor.floats();
            vector.set(offset, values);
            offset += values.length;
        }
    }

    /**
     * Saves. A run is worth more than a checkpoint: only the first one of the worker that began must succeed, and a later one
     * that cannot be written is told by a warning. A worker that takes over may find that the one before it, frozen, still
     * holds the directory.
     */
    void save(RunState state, int step, int epoch, int workers, Map<String, Double> scores) {
        lastStep = step;
        CheckpointState snapshot = snapshot(state, step, epoch, workers, scores);
        writing = true;
        try {
            save(snapshot, step);
        } finally {
            writing = false;
        }
    }

    private void save(CheckpointState snapshot, int step) {
        if (owesOne) {
            writer().save(snapshot);
            writer().flush();
            owesOne = false;
            return;
        }
        // What failed in the background is told before, so that it does not keep this one from being written.
        warnIfFailing(step, () -> writer().flush());
        warnIfFailing(step, () -> writer().save(snapshot));
    }

    /** Whether the run waits for what is written; may be asked from any thread. */
    boolean isWriting() {
        return writing;
    }

    private CheckpointWriter writer() {
        CheckpointWriter open = writer == null ? checkpoints.open() : writer;
        writer = open;
        return open;
    }

    private static void warnIfFailing(int step, Runnable writing) {
        try {
            writing.run();
        } catch (CheckpointException | UncheckedIOException e) {
            LOG.warn("checkpoint not written, the run goes on: step={}", step, e);
        }
    }

    private CheckpointState snapshot(RunState state, int step, int epoch, int workers, Map<String, Double> scores) {
        CheckpointState.Builder builder = CheckpointState.at(step)
                .epoch(epoch)
                .seed(plan.seed())
                .groupSize(workers)
                .architecture(plan.model().description())
                .dataFingerprint(fingerprint)
                .hyperParameters(plan.hyperParameters())
                .versions(plan.model().versions());
        scores.forEach(builder::score);
        Map<String, Tensor> optimizer = new LinkedHashMap<>();
        state.vectors().forEach((name, vector) -> {
            if (name.equals(NUMBERS)) {
                addModel(builder, vector);
            } else if (name.startsWith(OPTIMIZER)) {
                optimizer.put(name.substring(OPTIMIZER.length()), flat(vector));
            } else {
                builder.averages(name, Map.of(NUMBERS, flat(vector)));
            }
        });
        builder.optimizer(new OptimizerState(plan.update().optimizer().toString(), NamedValues.none(), optimizer));
        NamedValues numbers = NamedValues.none();
        for (Map.Entry<String, Double> number : state.numbers().entrySet()) {
            numbers = numbers.and(number.getKey(), (double) number.getValue());
        }
        return builder.schedule(numbers).build();
    }

    private void addModel(CheckpointState.Builder builder, Vector numbers) {
        int offset = 0;
        for (Parameter parameter : plan.model().parameters()) {
            builder.parameter(parameter.name(), tensor(numbers, offset, parameter));
            offset += parameter.size();
        }
        for (Parameter statistic : plan.model().statistics()) {
            builder.buffer(statistic.name(), tensor(numbers, offset, statistic));
            offset += statistic.size();
        }
    }

    private static Tensor tensor(Vector numbers, int from, Parameter array) {
        long[] shape =
                array.shape().extents().stream().mapToLong(Integer::longValue).toArray();
        return Tensor.of(numbers.toArray(from, array.size()), shape);
    }

    private static Tensor flat(Vector vector) {
        return Tensor.of(vector.toArray(), vector.length());
    }

    @Override
    public void close() {
        CheckpointWriter open = writer;
        if (open != null) {
            writing = true;
            warnIfFailing(lastStep, open::close);
            writing = false;
        }
    }
}
