package io.aidc.training;

import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Replica;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.internal.Group;
import io.aidc.training.torch.internal.TorchOptimizer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One rank of a run, wherever it runs: computes the gradient of its share of each batch, adds it to the others', and moves
 * its own copy of the parameters. All ranks begin with the same parameters and see the same sums, so all stay equal.
 *
 * <p>Behind the gradient two more numbers are summed: the loss, and how many ranks were asked to stop.
 *
 * <p>Confined: one thread, but {@link #step} may be read from any.
 */
final class Worker {
    private final Plan plan;
    private final Dataset data;
    private final Group group;
    private final BooleanSupplier stopRequested;
    private final Batches batches;
    private final int count;
    private final FloatBuffer parameters;
    private final FloatBuffer sum;
    private final FloatBuffer gradient;
    private final List<Double> losses = new ArrayList<>();
    private final Patience patience;
    private final long began;
    private FloatBuffer features = FlatBuffers.floats(0);
    private FloatBuffer targets = FlatBuffers.floats(0);
    private long examples;
    private volatile int step;

    Worker(Plan plan, Dataset data, Group group, BooleanSupplier stopRequested) {
        this.plan = plan;
        this.data = data;
        this.group = group;
        this.stopRequested = stopRequested;
        this.batches = plan.privacy() == null
                ? new EpochBatches(plan, data.rows(), group.rank())
                : new PrivateBatches(plan.privacy(), data.rows(), group);
        this.parameters = FlatBuffers.floats(plan.model().initialParameters(plan.seedFor(Seeds.PARAMETERS)));
        this.count = parameters.limit();
        this.sum = FlatBuffers.floats(count + 2);
        this.gradient = sum.slice(0, count);
        this.patience = new Patience(plan);
        this.began = plan.nanoTime().getAsLong();
    }

    /** The step this worker is in or completed last. */
    int step() {
        return step;
    }

    /** Runs all steps. On an exception everything native is freed. */
    Outcome run() {
        Replica replica = plan.model().replica(parameters, plan.seedFor(Seeds.REPLICAS + group.rank()));
        boolean done = false;
        try (var optimizer = new TorchOptimizer(plan.optimizer(), count)) {
            Outcome outcome = steps(replica, optimizer);
            requireFiniteParameters();
            done = true;
            return outcome;
        } finally {
            if (!done) {
                replica.close();
            }
        }
    }

    private Outcome steps(Replica replica, TorchOptimizer optimizer) {
        for (int next = 1; next <= plan.steps(); next++) {
            step = next;
            Batches.Draw draw;
            try {
                draw = batches.draw(next);
            } catch (Batches.RefusedException e) {
                return ended(StopReason.REFUSED, String.valueOf(e.getMessage()), next - 1, replica);
            }
            double loss = step(draw, replica, optimizer);
            examples += draw.total();
            losses.add(loss);
            plan.probe().afterStep(group.rank(), next, parameters);
            if (group.rank() == 0) {
                plan.listener().onStep(progress(loss));
            }
            if (sum.get(count + 1) > 0) {
                return ended(StopReason.INTERRUPTED, "interrupted after step " + next, next, replica);
            }
            if (patience.isExhaustedBy(loss, draw.total(), next)) {
                return ended(StopReason.PLATEAU, patience.toString(), next, replica);
            }
        }
        return ended(StopReason.FINISHED, "", plan.steps(), replica);
    }

    private Outcome ended(StopReason reason, String detail, int steps, Replica replica) {
        return new Outcome(reason, detail, steps, plan.privacy() == null ? losses : List.of(), parameters, replica);
    }

    /** Takes one step and gives the mean loss of its rows. */
    private double step(Batches.Draw draw, Replica replica, TorchOptimizer optimizer) {
        DpSgd privacy = plan.privacy();
        double lossSum = share(draw, replica);
        sum.put(count, (float) lossSum);
        sum.put(count + 1, stopRequested.getAsBoolean() ? 1 : 0);
        group.allReduce(sum);
        if (privacy != null) {
            addNoise(privacy);
        }
        double loss = sum.get(count) / draw.total();
        if (privacy == null && !Double.isFinite(loss)) {
            throw new DivergedException(step, "the loss is " + loss);
        }
        optimizer.step(parameters, gradient, privacy == null ? 1 : 1 / privacy.expectedBatch());
        if (privacy != null) {
            requireFiniteParameters();
        }
        replica.parametersChanged();
        return loss;
    }

    /** Computes this worker's gradient into the buffer and gives the sum of its row losses. */
    private double share(Batches.Draw draw, Replica replica) {
        if (draw.share().length == 0) {
            gradient.put(0, new float[count]);
            return 0;
        }
        Batch batch = batch(draw.share());
        DpSgd privacy = plan.privacy();
        return privacy == null
                ? replica.gradient(batch, 1.0 / draw.total(), gradient)
                : replica.clippedGradient(batch, privacy.clipNorm(), gradient);
    }

    private Batch batch(int[] rows) {
        if (features.capacity() < rows.length * data.features()) {
            features = FlatBuffers.floats(Math.multiplyExact(rows.length, data.features()));
            targets = FlatBuffers.floats(Math.multiplyExact(rows.length, data.targets()));
        }
        data.copy(rows, features.clear(), targets.clear());
        return new Batch(rows.length, data.classes(), features.flip(), targets.flip());
    }

    /** Noises the sum of all workers on worker 0 and hands it on as it is: a later addition would round the noise anew. */
    private void addNoise(DpSgd privacy) {
        if (group.rank() == 0) {
            float[] values = new float[count];
            gradient.get(0, values);
            privacy.noise().addTo(values, privacy.noiseMultiplier() * privacy.clipNorm());
            gradient.put(0, values);
        }
        group.broadcast(gradient);
    }

    private void requireFiniteParameters() {
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(parameters.get(i))) {
                throw new DivergedException(step, "parameter %d is %s".formatted(i, parameters.get(i)));
            }
        }
    }

    private TrainingProgress progress(double loss) {
        Duration elapsed = Duration.ofNanos(Math.max(plan.nanoTime().getAsLong() - began, 1));
        int epoch = plan.epochSteps() == 0 ? 0 : (step - 1) / plan.epochSteps() + 1;
        double rate = examples / (elapsed.toNanos() / 1e9);
        return new TrainingProgress(
                step, plan.steps(), epoch, loss, plan.optimizer().learningRate(), plan.workers(), rate, elapsed);
    }
}
