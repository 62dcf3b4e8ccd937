package io.aidc.training;

import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.dist.GradientCompression;
import io.aidc.training.dist.Launch;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.engine.Device;
import io.aidc.training.engine.Trainable;
import io.aidc.training.optim.Averaging;
import io.aidc.training.optim.Optimizer;
import io.aidc.training.optim.Schedule;
import io.aidc.training.torch.internal.Compute;
import io.aidc.training.torch.internal.Vector;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a run does, settled: the same for all its workers.
 *
 * @param epochSteps steps of one pass over the data; 0 if private
 * @param interval steps between two looks at the validation rows; 0 for never
 * @param launch which processes train together; null for threads of this one
 * @param start parameters and statistics to begin with; null to draw them
 * @param nanoTime the ticker that durations are measured with
 */
@SuppressWarnings("ArrayRecordComponent") // a copy that the run made and nobody changes
record Plan(
        Trainable model,
        Update update,
        Batching batching,
        int epochSteps,
        int steps,
        int interval,
        int workers,
        @Nullable Launch launch,
        GradientCompression compression,
        Patience patience,
        long seed,
        Computing computing,
        @Nullable DpSgd privacy,
        @Nullable Dataset validation,
        Ending ending,
        float @Nullable [] start,
        @Nullable Checkpoints checkpoints,
        boolean resume,
        @Nullable Augmentation augmentation,
        TrainingListener listener,
        StepProbe probe,
        LongSupplier nanoTime) {

    /**
     * How long workers wait for one another.
     *
     * @param worker from the second step on
     * @param start until the first step is done
     */
    record Patience(Duration worker, Duration start) {}

    /**
     * How a gradient becomes a move.
     *
     * @param clipNorm the greatest L2 norm of the gradient; infinite for any
     * @param lasso the L1 penalty; 0 for none
     * @param keepZeros whether parameters that are 0 at the start stay so
     * @param proximal the weight of the squared distance from the first parameters; 0 for none
     */
    record Update(
            Optimizer optimizer,
            Schedule schedule,
            double clipNorm,
            double lasso,
            double proximal,
            boolean keepZeros,
            @Nullable Averaging averaging) {}

    /**
     * What is computed at a time.
     *
     * @param size rows of a joined batch; unused if private
     * @param parts how many parts a worker's share is computed in
     */
    record Batching(int size, int parts) {}

    /**
     * Where and how.
     *
     * @param memoryBytes what the process may use in all; the greatest number for any amount
     */
    record Computing(Device device, Compute setting, long memoryBytes) {}

    /**
     * When the run ends early and what becomes the model.
     *
     * @param patience how many intervals without gain are borne; 0 for any number
     * @param keepBest whether the parameters of the least validation loss become the model
     */
    record Ending(int patience, double minimumGain, boolean keepBest) {}

    /** Sees each worker after each step; the seam by which tests watch workers and make them fail. */
    @FunctionalInterface
    interface StepProbe {
        void afterStep(int rank, int step, Vector parameters);
    }

    /** A seed for one use of randomness, unlike that of any other use. */
    long seedFor(long use) {
        return new SplittableRandom(seed ^ (use * 0x9E3779B97F4A7C15L)).nextLong();
    }

    /** Names the run: workers that meet must name the same. */
    String job() {
        Map<String, String> options = hyperParameters();
        options.remove("workers");
        if (compression instanceof GradientCompression.TopK) {
            options.put("sends all", wholeSteps());
        }
        return new Fingerprint()
                .names(List.copyOf(options.values()))
                .names(List.of(Long.toString(seed)))
                .hex();
    }

    /** The steps in which everything is sent, which workers must agree on. */
    private String wholeSteps() {
        Checkpoints saved = checkpoints;
        if (saved == null) {
            return "never";
        }
        OptionalInt first = IntStream.range(1, steps).filter(saved::isDue).findFirst();
        return first.isPresent() ? "every %d and at the end".formatted(first.getAsInt()) : "at the end";
    }

    Map<String, String> hyperParameters() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("model", model.description());
        all.put("optimizer", update.optimizer().toString());
        all.put("schedule", update.schedule().toString());
        if (Double.isFinite(update.clipNorm())) {
            all.put("clipGradients", Double.toString(update.clipNorm()));
        }
        if (update.lasso() != 0) {
            all.put("lasso", Double.toString(update.lasso()));
        }
        if (update.proximal() != 0) {
            all.put("proximal", Double.toString(update.proximal()));
        }
        if (update.averaging() != null) {
            all.put("averaging", String.valueOf(update.averaging()));
        }
        all.put("steps", Integer.toString(steps));
        if (privacy == null) {
            all.put("batchSize", Integer.toString(batching.size()));
        } else {
            all.put("clipNorm", Double.toString(privacy.clipNorm()));
            all.put("noiseMultiplier", Double.toString(privacy.noiseMultiplier()));
            all.put("expectedBatch", Double.toString(privacy.expectedBatch()));
        }
        all.put("parts", Integer.toString(batching.parts()));
        if (update.keepZeros()) {
            all.put("keepZeros", "true");
        }
        if (augmentation != null) {
            all.put("augment", "true");
        }
        if (validation != null) {
            all.put("validate", validation.fingerprint());
            all.put("validateEvery", Integer.toString(interval));
            all.put("keepBest", Boolean.toString(ending.keepBest()));
        }
        all.put("device", computing.device().toString());
        all.put("precision", computing.setting().precision().toString());
        if (computing.setting().deterministic()) {
            all.put("deterministic", "true");
        }
        if (computing.setting().weightBits() > 0) {
            all.put("quantizeWeights", Integer.toString(computing.setting().weightBits()));
        }
        if (ending.patience() > 0) {
            all.put("stopAfterPlateau", "%d, gain %s".formatted(ending.patience(), ending.minimumGain()));
        }
        all.put("workers", Integer.toString(workers));
        if (!(compression instanceof GradientCompression.None)) {
            all.put("compress", compression.toString());
        }
        all.put("workerTimeout", patience.worker().toString());
        all.put("startTimeout", patience.start().toString());
        return all;
    }
}
