package io.aidc.training;

import io.aidc.training.dp.DpSgd;
import io.aidc.training.engine.Trainable;
import io.aidc.training.optim.Optimizer;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run does, settled: the same for all its workers.
 *
 * @param batchSize rows of a joined batch; unused if private
 * @param epochSteps steps of one pass over the data; 0 if private
 * @param nanoTime the ticker that durations are measured with
 */
record Plan(
        Trainable model,
        Optimizer optimizer,
        int batchSize,
        int epochSteps,
        int steps,
        int workers,
        Duration workerTimeout,
        long seed,
        @Nullable DpSgd privacy,
        @Nullable Plateau plateau,
        TrainingListener listener,
        StepProbe probe,
        LongSupplier nanoTime) {

    /** Stops a run whose mean loss over an epoch has not become smaller by the gain for some epochs. */
    record Plateau(int epochs, double minimumGain) {}

    /** Sees each worker after each step; the seam by which tests watch workers and make them fail. */
    @FunctionalInterface
    interface StepProbe {
        void afterStep(int rank, int step, FloatBuffer parameters);
    }

    /** A seed for one use of randomness, unlike that of any other use. */
    long seedFor(long use) {
        return new SplittableRandom(seed ^ (use * 0x9E3779B97F4A7C15L)).nextLong();
    }

    Map<String, String> hyperParameters() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("model", model.description());
        all.put("optimizer", optimizer.toString());
        all.put("steps", Integer.toString(steps));
        if (privacy == null) {
            all.put("batchSize", Integer.toString(batchSize));
        } else {
            all.put("clipNorm", Double.toString(privacy.clipNorm()));
            all.put("noiseMultiplier", Double.toString(privacy.noiseMultiplier()));
            all.put("expectedBatch", Double.toString(privacy.expectedBatch()));
        }
        if (plateau != null) {
            all.put("stopAfterPlateau", "%d epochs, gain %s".formatted(plateau.epochs(), plateau.minimumGain()));
        }
        all.put("workers", Integer.toString(workers));
        all.put("workerTimeout", workerTimeout.toString());
        return all;
    }
}
