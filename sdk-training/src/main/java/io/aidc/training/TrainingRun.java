package io.aidc.training;

import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.dist.GradientCompression;
import io.aidc.training.dist.Launch;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.engine.Device;
import io.aidc.training.engine.Precision;
import io.aidc.training.engine.Trainable;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.optim.Averaging;
import io.aidc.training.optim.Optimizer;
import io.aidc.training.optim.Schedule;
import io.aidc.training.optim.Sgd;
import io.aidc.training.torch.internal.Compute;
import io.aidc.training.torch.internal.TorchTrainable;
import io.aidc.training.torch.internal.WeightGrid;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model: on one worker or several, with privacy or without.
 *
 * {@snippet class="io.aidc.training.SnippetsTest" region="simple"}
 *
 * <p>Each option may be set once and is checked when it is set; {@link #fit} names what is missing or does not go together.
 * Workers are threads of this JVM, each with a share of every batch; their gradients are summed by Gloo over the loopback
 * interface, so two workers on halves of a batch do what one does on the whole, but for rounding. First use of libtorch
 * unpacks about 350 MB to {@code ~/.javacpp/cache} and takes seconds.
 *
 * <p>The same seed, data, options and library versions on the same hardware give the same parameters. Dropout differs with
 * the number of workers, and rounding with the number of threads.
 *
 * <p>Confined: one thread at a time. A run may be fitted again and then begins anew.
 */
public final class TrainingRun {
    /** Rows of a batch unless {@link #batchSize} is set. */
    public static final int DEFAULT_BATCH_SIZE = 32;

    /** Passes over the data unless {@link #epochs} or {@link #steps} is set. */
    public static final int DEFAULT_EPOCHS = 10;

    /** The optimiser unless {@link #optimizer} is set: gradient descent at rate 0.01. */
    public static final Optimizer DEFAULT_OPTIMIZER = Sgd.rate(0.01);

    /** Seconds a worker may keep the others waiting unless {@link #workerTimeout} is set. */
    public static final int DEFAULT_WORKER_TIMEOUT_SECONDS = 30;

    /** Seconds that workers wait for one another at the start unless {@link #startTimeout} is set. */
    public static final int DEFAULT_START_TIMEOUT_SECONDS = 300;

    private static final int MAX_WORKERS = 256;
    private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

    private final Trainable model;
    private @Nullable Optimizer optimizer;
    private @Nullable Integer batchSize;
    private @Nullable Integer epochs;
    private @Nullable Integer steps;
    private @Nullable Integer workers;
    private @Nullable Launch launch;
    private @Nullable GradientCompression compression;
    private @Nullable Duration workerTimeout;
    private @Nullable Duration startTimeout;
    private @Nullable Long seed;
    private @Nullable DpSgd privacy;
    private @Nullable TrainingListener listener;
    private Plan.@Nullable Ending plateau;
    private @Nullable Schedule schedule;
    private @Nullable Integer parts;
    private @Nullable Double clipNorm;
    private @Nullable Double lasso;
    private @Nullable Double proximal;
    private @Nullable Averaging averaging;
    private @Nullable Device device;
    private @Nullable Precision precision;
    private @Nullable Dataset validation;
    private @Nullable Integer interval;
    private float @Nullable [] start;
    private @Nullable Checkpoints checkpoints;
    private boolean resume;
    private @Nullable Augmentation augmentation;
    private @Nullable Long memoryBytes;
    private boolean keepZeros;
    private boolean recompute;
    private boolean deterministic;
    private @Nullable Integer weightBits;
    private boolean keepBest;
    private Plan.StepProbe probe = (rank, step, parameters) -> {};
    private Clock clock = Clock.systemUTC();
    private LongSupplier nanoTime = System::nanoTime;

    private TrainingRun(Trainable model) {
        this.model = model;
    }

    /**
     * Begins the description of a run that trains a network with libtorch.
     *
     * @param network the layers
     * @param loss what is made small
     * @return a run with default options
     */
    public static TrainingRun of(Network network, Loss loss) {
        return new TrainingRun(
                new TorchTrainable(Objects.requireNonNull(network, "network"), Objects.requireNonNull(loss, "loss")));
    }

    /**
     * Begins the description of a run that trains a model of another engine.
     *
     * @param model the model
     * @return a run with default options
     */
    public static TrainingRun of(Trainable model) {
        return new TrainingRun(Objects.requireNonNull(model, "model"));
    }

    /**
     * Sets how a gradient moves the parameters; {@link #DEFAULT_OPTIMIZER} if not set.
     *
     * @param value the optimiser
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun optimizer(Optimizer value) {
        once("optimizer", optimizer);
        optimizer = Objects.requireNonNull(value, "optimizer");
        return this;
    }

    /**
     * Sets the rows of a batch, over all workers together; {@value #DEFAULT_BATCH_SIZE} if not set.
     *
     * @param rows the batch size, &gt; 0; the last batch of an epoch may have fewer
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun batchSize(int rows) {
        once("batchSize", batchSize);
        batchSize = positive("batchSize", rows);
        return this;
    }

    /**
     * Sets the passes over the data; {@value #DEFAULT_EPOCHS} if neither they nor {@link #steps} are set.
     *
     * @param passes how many, &gt; 0
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it or {@link #steps} was set before
     */
    public TrainingRun epochs(int passes) {
        once("epochs", epochs);
        once("steps", steps);
        epochs = positive("epochs", passes);
        return this;
    }

    /**
     * Sets the number of batches to train on, instead of passes over the data.
     *
     * @param batches how many, &gt; 0
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it or {@link #epochs} was set before
     */
    public TrainingRun steps(int batches) {
        once("steps", steps);
        once("epochs", epochs);
        steps = positive("steps", batches);
        return this;
    }

    /**
     * Sets how many workers share each batch; 1 if not set, which is the thread that calls {@link #fit}.
     *
     * @param count how many, in [1, 256]
     * @return this
     * @throws IllegalArgumentException if it is outside that range
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun workers(int count) {
        once("workers", workers);
        once("distributed", launch);
        if (positive("workers", count) > MAX_WORKERS) {
            throw new IllegalArgumentException("workers must be <= %d, got %d".formatted(MAX_WORKERS, count));
        }
        workers = count;
        return this;
    }

    /**
     * Lets several processes train together; worker 0, which asks the privacy functions and hears the listener, is the process
     * that starts the others or the one whose rank is 0. Goes with a device for each process, not with {@link #workers}.
     *
     * {@snippet class="io.aidc.training.ProcessesTest" region="processes"}
     *
     * @param value which processes
     * @return this
     * @throws IllegalStateException if it or {@link #workers} was set before
     */
    public TrainingRun distributed(Launch value) {
        once("distributed", launch);
        once("workers", workers);
        launch = Objects.requireNonNull(value, "launch");
        return this;
    }

    /**
     * Sets in what form workers send one another their gradients; {@link GradientCompression#none} if not set. With one worker
     * nothing is sent and nothing changes.
     *
     * <p>Goes with neither {@link #privacy}, whose bound on what a row may do would not hold for sums that are rounded or put
     * off before they are noised, nor {@link Launch#sharedFile}, whose workers may be programs in another language.
     *
     * @param value the form, the same on all workers
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun compress(GradientCompression value) {
        once("compress", compression);
        compression = Objects.requireNonNull(value, "compression");
        return this;
    }

    /**
     * Sets how long a worker may keep the others waiting, the caller's listener and privacy functions and the writing of
     * checkpoints included; {@value #DEFAULT_WORKER_TIMEOUT_SECONDS} s if not set. A worker that throws is noticed at once,
     * one that hangs within this time and two seconds.
     *
     * @param limit from 100 ms to 1 day
     * @return this
     * @throws IllegalArgumentException if it is outside that range
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun workerTimeout(Duration limit) {
        once("workerTimeout", workerTimeout);
        workerTimeout = requireTimeout("workerTimeout", limit);
        return this;
    }

    /**
     * Sets how long workers in processes wait for one another until their first step is done: machines and programs may come
     * up one after the other. {@value #DEFAULT_START_TIMEOUT_SECONDS} s if not set, or {@link #workerTimeout} if that is
     * longer. Of the processes that {@link Launch#processes} starts, one that ends before the run begins is noticed at once.
     *
     * @param limit from 100 ms to 1 day
     * @return this
     * @throws IllegalArgumentException if it is outside that range
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun startTimeout(Duration limit) {
        once("startTimeout", startTimeout);
        startTimeout = requireTimeout("startTimeout", limit);
        return this;
    }

    private static Duration requireTimeout(String name, Duration limit) {
        if (limit.compareTo(Duration.ofMillis(100)) < 0 || limit.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("%s must be from PT0.1S to PT24H, got %s".formatted(name, limit));
        }
        return limit;
    }

    /**
     * Sets what the first parameters, the order of rows and dropout are drawn from; if not set, a fresh seed is drawn and
     * stands in the report. Workers that meet through a file or torchrun's agent need it, each the same.
     *
     * @param value any number
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun seed(long value) {
        once("seed", seed);
        seed = value;
        return this;
    }

    /**
     * Makes the run private: rows are drawn, clipped and noised as described. Needs {@link #steps}, and goes with none of
     * {@link #batchSize}, {@link #epochs} and {@link #stopAfterPlateau}.
     *
     * {@snippet class="io.aidc.training.SnippetsTest" region="privacy"}
     *
     * @param description clipping, sampling and noise
     * @return this
     * @throws IllegalArgumentException if the description lacks noise or sampling, or the model cannot clip rows
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun privacy(DpSgd description) {
        once("privacy", privacy);
        List<String> missing = description.missing();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("privacy lacks " + String.join(", ", missing));
        }
        if (!model.clipsRows()) {
            throw new IllegalArgumentException(
                    "cannot be trained privately, %s: %s".formatted(whyNot(), model.description()));
        }
        privacy = description;
        return this;
    }

    private String whyNot() {
        return model instanceof TorchTrainable torch
                ? torch.mixesRows().orElse("it gives no gradient for each row")
                : "its engine gives no gradient for each row";
    }

    /**
     * Sets who hears of each step; nobody if not set.
     *
     * @param value called on the thread of worker 0, see {@link TrainingListener}
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun listener(TrainingListener value) {
        once("listener", listener);
        listener = Objects.requireNonNull(value, "listener");
        return this;
    }

    /**
     * Ends the run early when the loss of an epoch, on the validation rows if there are some, has not become smaller for some
     * epochs; never if not set.
     *
     * @param patience how many epochs without gain are borne, &gt; 0
     * @param minimumGain by how much the loss must shrink to count, ≥ 0 and finite
     * @return this
     * @throws IllegalArgumentException if a number is out of range
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun stopAfterPlateau(int patience, double minimumGain) {
        once("stopAfterPlateau", plateau);
        if (!(minimumGain >= 0) || Double.isInfinite(minimumGain)) {
            throw new IllegalArgumentException("minimumGain must be >= 0 and finite, got " + minimumGain);
        }
        plateau = new Plan.Ending(positive("patience", patience), minimumGain, false);
        return this;
    }

    /**
     * Sets how the learning rate changes over the run; not at all if not set.
     *
     * @param value the schedule
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun schedule(Schedule value) {
        once("schedule", schedule);
        schedule = Objects.requireNonNull(value, "schedule");
        return this;
    }

    /**
     * Computes each worker's share of a batch in parts one after the other, so that less memory is needed; the gradients are
     * added, and the step is that of the whole batch but for rounding. 1 if not set.
     *
     * @param count how many parts, &gt; 0
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun accumulate(int count) {
        once("accumulate", parts);
        parts = positive("accumulate", count);
        return this;
    }

    /**
     * Shortens gradients whose L2 norm, over all parameters and workers, is beyond a bound; none if not set.
     *
     * @param norm the bound, &gt; 0 and finite
     * @return this
     * @throws IllegalArgumentException if it is not positive and finite
     * @throws IllegalStateException if it was set before
     * @see <a href="https://arxiv.org/abs/1211.5063">Pascanu et al. 2013</a>
     */
    public TrainingRun clipGradients(double norm) {
        once("clipGradients", clipNorm);
        clipNorm = positive("clipGradients", norm);
        return this;
    }

    /**
     * Adds an L1 penalty to the loss, which drives parameters to 0; the optimiser's weight decay is the L2 one.
     *
     * @param penalty what the sum of absolute parameters is multiplied with, &gt; 0 and finite
     * @return this
     * @throws IllegalArgumentException if it is not positive and finite
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun lasso(double penalty) {
        once("lasso", lasso);
        lasso = positive("lasso", penalty);
        return this;
    }

    /**
     * Adds half the squared distance from the first parameters to the loss, times a weight: the local objective of FedProx.
     *
     * @param weight what it is multiplied with, &gt; 0 and finite
     * @return this
     * @throws IllegalArgumentException if it is not positive and finite
     * @throws IllegalStateException if it was set before
     * @see <a href="https://arxiv.org/abs/1812.06127">Li et al. 2020, equation 2</a>
     */
    public TrainingRun proximal(double weight) {
        once("proximal", proximal);
        proximal = positive("proximal", weight);
        return this;
    }

    /**
     * Makes an average of the parameters along the run the model; the last parameters if not set.
     *
     * @param value which average
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun averaging(Averaging value) {
        once("averaging", averaging);
        averaging = Objects.requireNonNull(value, "averaging");
        return this;
    }

    /**
     * Sets where the run computes; the processor if not set. Several workers need a device each.
     *
     * @param value the device
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun device(Device value) {
        once("device", device);
        device = Objects.requireNonNull(value, "device");
        return this;
    }

    /**
     * Sets what numbers a network of layers computes with; float32 if not set.
     *
     * @param value the precision
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun precision(Precision value) {
        once("precision", precision);
        precision = Objects.requireNonNull(value, "precision");
        return this;
    }

    /**
     * Computes what goes through the layers again on the way back instead of keeping it: memory for one layer instead of all,
     * for about a third more time. Results are the same.
     *
     * @return this
     * @see <a href="https://arxiv.org/abs/1604.06174">Chen et al. 2016</a>
     */
    public TrainingRun recomputeActivations() {
        recompute = true;
        return this;
    }

    /**
     * Uses only operations of libtorch that give the same bits each time, on a GPU too: cuDNN and cuBLAS choose no algorithm by
     * how long it takes or by what else runs, and an operation that has no such form ends the run with an exception. It costs
     * speed on a GPU. On the processor a run with the same seed, number of workers and number of threads gives the same bits
     * without it.
     *
     * <p>libtorch has this setting once: from the beginning of the run on it holds for the whole process, other runs included.
     *
     * @return this
     */
    public TrainingRun deterministic() {
        deterministic = true;
        return this;
    }

    /**
     * Trains for weights of few bits: quantisation-aware training. Every pass goes through weights of {@code Linear} and {@code
     * Conv2d} layers that are rounded to {@code 2^bits - 1} values evenly spaced around 0, each output's spacing its own; the
     * optimiser moves unrounded ones by the gradient at the rounded ones, the straight-through estimator. The model that comes
     * of the run has the rounded weights, as {@link io.aidc.training.compress.WeightRounding} makes them, so that an integer
     * runtime which stores them symmetrically for each output computes with what was trained. Biases, other layers and what
     * goes through the layers keep float32.
     *
     * {@snippet class="io.aidc.training.compress.CompressSnippetsTest" region="quantize"}
     *
     * @param bits how many bits a weight has, sign included, in [2, 8]
     * @return this
     * @throws IllegalArgumentException if they are out of range
     * @throws IllegalStateException if it was set before
     * @see <a href="https://arxiv.org/abs/1712.05877">Jacob et al. 2018, section 3</a>
     * @see <a href="https://arxiv.org/abs/1308.3432">Bengio et al. 2013, the estimator</a>
     */
    public TrainingRun quantizeWeights(int bits) {
        once("quantizeWeights", weightBits);
        weightBits = WeightGrid.requireBits(bits);
        return this;
    }

    /**
     * Sets rows that the model is judged by after each epoch, on all workers together; none if not set. The listener and the
     * report have their scores.
     *
     * @param data rows of the same kind as those trained with, and none of them
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun validate(Dataset data) {
        once("validate", validation == null ? null : "a data set");
        validation = Objects.requireNonNull(data, "data");
        return this;
    }

    /**
     * Judges the model every so many steps instead of after each epoch.
     *
     * @param count how many steps, &gt; 0
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun validateEvery(int count) {
        once("validateEvery", interval);
        interval = positive("validateEvery", count);
        return this;
    }

    /**
     * Makes the parameters of the least validation loss the model, instead of the last ones. Needs {@link #validate}.
     *
     * @return this
     */
    public TrainingRun keepBest() {
        keepBest = true;
        return this;
    }

    /**
     * Ends the run with a report when the process uses more memory than this, heap and native memory together; it is looked at
     * every 16 steps. Start the JVM with {@code -Daidc.training.trackNative=true} and the report names where what is held was
     * made.
     *
     * @param bytes what the process may use in all, &gt; 0
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun memoryBudget(long bytes) {
        once("memoryBudget", memoryBytes);
        if (bytes <= 0) {
            throw new IllegalArgumentException("memoryBudget must be > 0, got " + bytes);
        }
        memoryBytes = bytes;
        return this;
    }

    /**
     * Keeps parameters at 0 that are 0 at the start: fine-tuning of a pruned model. Needs {@link #startFrom}.
     *
     * @return this
     */
    public TrainingRun keepZeros() {
        keepZeros = true;
        return this;
    }

    /**
     * Changes each row by chance before it is learned from, differently in each epoch. What is drawn follows from the seed, the
     * epoch and the row, not from the number of workers. Rows to validate with are left as they are. Each worker has a thread
     * that changes the rows of the next batch while the one before is computed; in a private run, those of the next part. When
     * the run ends early, that batch was changed in vain.
     *
     * @param value changes one row in place
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun augment(Augmentation value) {
        once("augment", augmentation);
        augmentation = Objects.requireNonNull(value, "augmentation");
        return this;
    }

    /**
     * Saves the run after every so many steps, see {@link Checkpoints#every}, and at its end. Worker 0 writes. A directory that
     * cannot be opened ends the run before its first step, and a first checkpoint that cannot be written in that step; if a later
     * one cannot be written, because the disk is full, the run goes on with a warning and those before stay as they are.
     *
     * @param value where and how
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun checkpoints(Checkpoints value) {
        once("checkpoints", checkpoints == null ? null : checkpoints.directory());
        checkpoints = Objects.requireNonNull(value, "checkpoints");
        return this;
    }

    /**
     * Goes on from the newest whole checkpoint, if there is one: the parameters that follow are those that the run would have
     * come to without a break. Needs {@link #checkpoints}, and the seed, data and options of the run that was saved; only {@link
     * #epochs} or {@link #steps} may be more. A run that has them all already ends at once.
     *
     * @return this
     */
    public TrainingRun resume() {
        resume = true;
        return this;
    }

    /**
     * Sets what training starts from instead of numbers drawn from the seed, such as an earlier model's {@link
     * TrainedModel#numbers}.
     *
     * @param numbers parameters, then statistics, flat; copied
     * @return this
     * @throws IllegalArgumentException if they are not as many as the model has, or one is not finite
     * @throws IllegalStateException if it was set before
     */
    public TrainingRun startFrom(float[] numbers) {
        once("startFrom", start == null ? null : "numbers");
        long wanted = Stream.concat(model.parameters().stream(), model.statistics().stream())
                .mapToLong(Parameter::size)
                .sum();
        if (numbers.length != wanted) {
            throw new IllegalArgumentException(
                    "startFrom needs the model's %d numbers, got %d".formatted(wanted, numbers.length));
        }
        for (int i = 0; i < numbers.length; i++) {
            if (!Float.isFinite(numbers[i])) {
                throw new IllegalArgumentException(
                        "startFrom: number %d must be finite, got %s".formatted(i, numbers[i]));
            }
        }
        start = numbers.clone();
        return this;
    }

    TrainingRun probe(Plan.StepProbe value) {
        probe = value;
        return this;
    }

    TrainingRun time(Clock wall, LongSupplier ticker) {
        clock = wall;
        nanoTime = ticker;
        return this;
    }

    /**
     * Trains; returns when all steps are done or the run was stopped. An interrupt ends it after the step it is in.
     *
     * @param data the rows to train with
     * @return the model and how it was trained; the caller closes it
     * @throws IllegalArgumentException if the data does not fit the model
     * @throws IllegalStateException if options are missing or do not go together, or a checkpoint is of other data or another
     *     seed
     * @throws io.aidc.training.checkpoint.CheckpointException if a checkpoint is damaged or of another model; with several
     *     workers as the cause of a {@link WorkerLostException}
     * @throws DivergedException if the loss or a parameter is not finite
     * @throws MemoryExceededException if the process uses more memory than {@link #memoryBudget} allows
     * @throws WorkerLostException if a worker, or code of the caller that it ran, failed or hung
     * @throws NativeLibraryException if libtorch cannot be loaded
     */
    public TrainingResult fit(Dataset data) {
        Plan plan = plan(data);
        Instant started = clock.instant();
        long began = nanoTime.getAsLong();
        // No row count: it is a fact about people where the run is private.
        LOG.info("training begins: steps={} workers={}", plan.steps(), plan.workers());
        Outcome outcome;
        try {
            outcome = Launcher.launch(plan, data);
        } catch (LinkageError e) {
            throw new NativeLibraryException(e);
        }
        LOG.info("training ended: steps={} reason={} {}", outcome.steps(), outcome.reason(), outcome.detail());
        Duration duration = Duration.ofNanos(nanoTime.getAsLong() - began);
        var result = new TrainingResult(
                new TrainedModel(model, data.features(), data.classes(), outcome.numbers(), outcome.replica()),
                report(plan, data, started, duration, outcome));
        try {
            plan.listener().onEnd(result.report());
        } catch (RuntimeException | Error e) {
            result.close();
            throw e;
        }
        return result;
    }

    /** Settles what the run does. */
    Plan plan(Dataset data) {
        requireFit(data);
        Dataset judged = validation;
        if (judged != null) {
            requireFit(judged);
        }
        requireTogether();
        int batch = Objects.requireNonNullElse(batchSize, DEFAULT_BATCH_SIZE);
        int epochSteps = privacy == null ? (data.rows() - 1) / batch + 1 : 0;
        int passes = Objects.requireNonNullElse(epochs, DEFAULT_EPOCHS);
        int all = steps == null ? Math.multiplyExact(passes, epochSteps) : steps;
        if (averaging instanceof Averaging.StochasticWeights even && all / epochSteps < even.from()) {
            throw new IllegalStateException("stochasticWeights averages from epoch %d on, but the run has %d"
                    .formatted(even.from(), all / epochSteps));
        }
        Plan.Ending ending = plateau == null ? new Plan.Ending(0, 0, false) : plateau;
        return new Plan(
                model,
                new Plan.Update(
                        Objects.requireNonNullElse(optimizer, DEFAULT_OPTIMIZER),
                        Objects.requireNonNullElse(schedule, Schedule.CONSTANT),
                        Objects.requireNonNullElse(clipNorm, Double.POSITIVE_INFINITY),
                        Objects.requireNonNullElse(lasso, 0.0),
                        Objects.requireNonNullElse(proximal, 0.0),
                        keepZeros,
                        averaging),
                new Plan.Batching(batch, Objects.requireNonNullElse(parts, 1)),
                epochSteps,
                all,
                Objects.requireNonNullElse(interval, epochSteps),
                workerCount(),
                launch,
                Objects.requireNonNullElse(compression, GradientCompression.none()),
                patience(),
                seed == null ? new SecureRandom().nextLong() : seed,
                new Plan.Computing(
                        Objects.requireNonNullElse(device, Device.CPU),
                        new Compute(
                                Objects.requireNonNullElse(precision, Precision.FLOAT32),
                                recompute,
                                deterministic,
                                Objects.requireNonNullElse(weightBits, 0)),
                        Objects.requireNonNullElse(memoryBytes, Long.MAX_VALUE)),
                privacy,
                judged,
                new Plan.Ending(ending.patience(), ending.minimumGain(), keepBest),
                start,
                checkpoints,
                resume,
                augmentation,
                listener == null ? progress -> {} : listener,
                probe,
                nanoTime);
    }

    private Plan.Patience patience() {
        Duration worker = Objects.requireNonNullElse(workerTimeout, Duration.ofSeconds(DEFAULT_WORKER_TIMEOUT_SECONDS));
        Duration start = Duration.ofSeconds(DEFAULT_START_TIMEOUT_SECONDS);
        return new Plan.Patience(
                worker, Objects.requireNonNullElse(startTimeout, start.compareTo(worker) < 0 ? worker : start));
    }

    private int workerCount() {
        if (launch instanceof Launch.Processes processes) {
            return processes.workers();
        }
        if (launch instanceof Launch.Environment environment) {
            return environment.workers();
        }
        if (launch instanceof Launch.SharedFile file) {
            return file.workers();
        }
        return Objects.requireNonNullElse(workers, 1);
    }

    private void requireFit(Dataset data) {
        model.requireFit(data.features(), data.classes(), data.targets());
        if (model instanceof TorchTrainable torch) {
            if (torch.loss() instanceof Loss.BinaryCrossEntropy) {
                data.requireTargetsWithin(0, 1);
            }
            torch.network().vocabulary().ifPresent(data::requireIds);
        }
    }

    /** Whether workers meet where nothing tells that they begin alike. */
    private boolean beginsUncompared() {
        return launch instanceof Launch.SharedFile
                || (launch instanceof Launch.Environment environment && environment.hasAgent());
    }

    private void requireTogether() {
        requireEngine();
        if (compression != null && !(compression instanceof GradientCompression.None)) {
            requireCompressible(compression);
        }
        if (resume && checkpoints == null) {
            throw new IllegalStateException("resume needs checkpoints");
        }
        if (resume && seed == null) {
            throw new IllegalStateException("resume needs the seed of the run that was saved");
        }
        if (seed == null && workerCount() > 1 && beginsUncompared()) {
            throw new IllegalStateException("distributed over " + launch + " needs a seed, the same on all workers");
        }
        if (keepZeros && start == null) {
            throw new IllegalStateException("keepZeros needs startFrom, whose zeros are kept");
        }
        if (keepBest && validation == null) {
            throw new IllegalStateException("keepBest needs validate, whose rows tell which parameters are best");
        }
        if (keepBest && averaging != null) {
            throw new IllegalStateException("keepBest does not go with averaging: only one of them can be the model");
        }
        if (privacy == null) {
            return;
        }
        if (averaging instanceof Averaging.StochasticWeights) {
            throw new IllegalStateException("stochasticWeights does not go with privacy, whose runs have no epochs");
        }
        if (clipNorm != null) {
            throw new IllegalStateException("clipGradients does not go with privacy, which clips each row's gradient");
        }
        if (precision == Precision.FP16_MIXED) {
            throw new IllegalStateException(
                    "FP16_MIXED does not go with privacy: leaving a step out would tell of its rows");
        }
        if (steps == null) {
            throw new IllegalStateException("a private run needs steps, since each one spends budget");
        }
        if (batchSize != null) {
            throw new IllegalStateException(
                    "batchSize=%d does not go with privacy, whose sampler draws the batches".formatted(batchSize));
        }
        if (plateau != null) {
            throw new IllegalStateException(
                    "stopAfterPlateau does not go with privacy: it would act on unprotected losses");
        }
        if (schedule instanceof Schedule.Plateau) {
            throw new IllegalStateException("onPlateau does not go with privacy: it would act on unprotected losses");
        }
    }

    private void requireCompressible(GradientCompression form) {
        if (privacy != null) {
            throw new IllegalStateException("""
                    compress=%s does not go with privacy: sums would be changed before they are noised, and a row could \
                    change them by more than the clip norm""".formatted(form));
        }
        if (launch instanceof Launch.SharedFile) {
            throw new IllegalStateException(
                    "compress=%s does not go with sharedFile, whose workers may be programs that send float32"
                            .formatted(form));
        }
        if (form instanceof GradientCompression.TopK && precision == Precision.FP16_MIXED) {
            throw new IllegalStateException(
                    "compress=%s does not go with FP16_MIXED: what is kept would be of an earlier scale of the loss"
                            .formatted(form));
        }
    }

    private void requireEngine() {
        boolean onGpu = device != null && device.kind() == Device.Kind.CUDA;
        if (!(model instanceof TorchTrainable)
                && (onGpu
                        || recompute
                        || deterministic
                        || weightBits != null
                        || (precision != null && precision != Precision.FLOAT32))) {
            throw new IllegalStateException(
                    "device, precision, recomputeActivations, deterministic and quantizeWeights are for networks of layers, got "
                            + model.description());
        }
        if (precision == Precision.FP16_MIXED && !onGpu) {
            throw new IllegalStateException("FP16_MIXED needs a GPU; on the processor use BF16_MIXED");
        }
        if (onGpu && isElastic()) {
            throw new IllegalStateException("""
                    elastic does not go with %s: NCCL ends a process that lost another; use checkpoints and resume, and let \
                    torchrun start the workers again""".formatted(device));
        }
        if (onGpu && workers != null && workers > 1) {
            throw new IllegalStateException(
                    "workers=%d does not go with %s: worker threads share the processor".formatted(workers, device));
        }
    }

    private boolean isElastic() {
        return (launch instanceof Launch.Environment environment && environment.least() > 0)
                || (launch instanceof Launch.Processes processes && processes.least() > 0);
    }

    private static TrainingReport report(Plan plan, Dataset data, Instant started, Duration duration, Outcome outcome) {
        Map<String, String> versions = new TreeMap<>(plan.model().versions());
        versions.put("java", System.getProperty("java.vm.version", "unknown"));
        versions.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return new TrainingReport(
                plan.seed(),
                data.fingerprint(),
                plan.hyperParameters(),
                versions,
                started,
                duration,
                outcome.steps(),
                outcome.reason(),
                outcome.detail(),
                outcome.losses(),
                outcome.epochs());
    }

    /**
     * Makes runs into something that cross-validation, comparisons and ensembles can train.
     *
     * @param runs makes a run with all options but the seed
     * @return a learner; its predictors answer with probabilities where the loss takes logits
     */
    public static Learner learner(Supplier<TrainingRun> runs) {
        Objects.requireNonNull(runs, "runs");
        return (data, seed) -> runs.get().seed(seed).fit(data).model().predictor();
    }

    private static void once(String option, @Nullable Object value) {
        if (value != null) {
            throw new IllegalStateException("%s is already set to %s".formatted(option, value));
        }
    }

    private static double positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
        return value;
    }

    private static int positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be > 0, got " + value);
        }
        return value;
    }
}
