package io.aidc.serving;

import io.aidc.serving.internal.batch.Batcher;
import io.aidc.serving.internal.batch.TensorBatches;
import io.aidc.serving.internal.cache.AnswerCache;
import io.aidc.serving.runtime.LoadedModel;
import io.aidc.serving.runtime.ModelRuntime;
import io.aidc.serving.runtime.ort.OrtRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions with one model, inside this JVM.
 *
 * {@snippet class="io.aidc.serving.SnippetsTest" region="ask"}
 *
 * <p>An idle server answers on the caller's own thread, so the future is complete when {@code ask} returns. Requests
 * that arrive during a run wait for its end and no longer, and with {@link Builder#batchUpTo} they then go together. The
 * waiting line is bounded; what does not fit is refused with an {@link Answer.Shed}, not with an exception. A request
 * that makes the model fail completes its own future with an {@link InferenceException} and nobody else's.
 *
 * <p>Answers are not to depend on which requests shared a run, within rounding. Models known or found by trial to break
 * that when the server is opened are not batched; a trial with made-up rows cannot find all of them, so leave batching off
 * for a model whose rows meet. Floats may differ in their last bits between batch sizes and machines.
 *
 * <p>A future completed by a thread of the server runs its dependent stages there: do long work with the {@code …Async}
 * methods, and never wait in such a stage for another answer of the same server.
 *
 * <p>Thread-safe: any thread may ask and close.
 */
public final class ModelServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelServer.class);

    private final LoadedModel model;
    private final ModelInfo info;
    private final InputCheck check;
    private final Batcher<Map<String, Tensor>, Answer> batcher;
    private final @Nullable AnswerCache cache;
    private final Counters counters = new Counters();
    private final boolean fixedTails;
    /** The input, if one float row is all the model takes. */
    private final @Nullable TensorSpec onlyRow;

    private final long[] rowShape;
    private final long rowElements;
    private volatile boolean closed;

    private ModelServer(LoadedVersion loaded, Builder options) {
        model = loaded.model();
        info = loaded.info();
        check = new InputCheck(info.inputs(), options.finite);
        cache = options.cacheFor(info);
        fixedTails = info.inputs().stream().allMatch(TensorSpec::hasFixedTail);
        onlyRow = onlyRow(info.inputs());
        rowShape = onlyRow == null ? new long[0] : rowShape(onlyRow);
        rowElements = Arrays.stream(rowShape).reduce(1, Math::multiplyExact);
        batcher = options.batcher(this::runTogether, info.batching())
                .countingRows(this::rows)
                .togetherIfEqual(this::shape)
                .reportingTo((answer, failure) -> counters.ended(answer))
                .open();
    }

    /**
     * Starts to configure a server.
     *
     * @param source where the model comes from
     * @return options
     */
    public static Builder onnx(ModelSource source) {
        return new Builder(source);
    }

    /**
     * Starts to configure a server for a file.
     *
     * @param file an ONNX file
     * @return options
     */
    public static Builder onnx(Path file) {
        return new Builder(ModelSource.of(file));
    }

    /**
     * Asks about one row, for a model with one {@code FLOAT32} input whose dimensions after the first are fixed, such as
     * {@code [batch, features]}.
     *
     * @param features the row, {@code [features]}, or flattened in row-major order if the model takes more dimensions;
     *     copied
     * @return as for {@link #ask(Map)}; outputs of shape {@code [1, …]}
     * @throws IllegalArgumentException if there are too few or too many features, or the model takes something else
     * @throws IllegalStateException if the server is closed
     */
    public CompletableFuture<Answer> ask(float[] features) {
        TensorSpec input = onlyRow;
        if (input == null) {
            throw new IllegalArgumentException(
                    "ask(float[]) needs a model with one FLOAT32 input [batch, fixed, …], this one takes "
                            + info.inputs());
        }
        if (features.length != rowElements) {
            throw new IllegalArgumentException("input '%s' of shape %s takes %d features, got %d"
                    .formatted(input.name(), input.shape(), rowElements, features.length));
        }
        return ask(Map.of(input.name(), Tensor.of(features, rowShape)));
    }

    /**
     * Asks with tensors of any type; a request may bring several rows.
     *
     * <p>A request whose inputs differ in their number of rows, as for a model that spreads one row over many, never
     * shares a run.
     *
     * @param inputs one tensor for each input of the model, by name
     * @return {@link Answer.Scored} or {@link Answer.Shed}; completes with an {@link InferenceException} if the model
     *     fails on these inputs. Cancelling it keeps a waiting request from running, unless others wait for the same
     *     answer
     * @throws IllegalArgumentException if an input is missing, unknown, of another type or shape, or not finite where
     *     that is refused; the message names it
     * @throws IllegalStateException if the server is closed
     */
    public CompletableFuture<Answer> ask(Map<String, Tensor> inputs) {
        Map<String, Tensor> request = Map.copyOf(inputs);
        if (closed) {
            throw closedServer();
        }
        check.check(request);
        CompletableFuture<Answer> answer =
                cache == null ? batcher.submit(request) : cache.answer(request, () -> batcher.submit(request));
        counters.asked();
        return answer;
    }

    /**
     * Describes the model.
     *
     * @return its version, inputs, outputs, and whether it is batched
     */
    public ModelInfo model() {
        return info;
    }

    /**
     * Counts what was done so far; works after {@link #close} too.
     *
     * @return a snapshot
     */
    public ServerStatistics statistics() {
        return counters.snapshot(cache == null ? 0 : cache.hits());
    }

    /**
     * Refuses new requests, answers those that wait, then frees the native memory. A second call waits as well and does
     * nothing else.
     *
     * @throws IllegalStateException if called by a dependent stage on a thread of this server, which cannot wait for
     *     itself; the server stays usable
     */
    @Override
    public void close() {
        batcher.close();
        closed = true;
        model.close();
    }

    private IllegalStateException closedServer() {
        return new IllegalStateException("the server of model '%s' is closed".formatted(info.version()));
    }

    private List<Answer> runTogether(List<Map<String, Tensor>> requests) {
        int[] rows = requests.stream().mapToInt(this::rows).toArray();
        List<Map<String, Tensor>> outputs = requests.size() == 1
                ? List.of(model.run(requests.get(0)))
                : TensorBatches.split(model.run(TensorBatches.join(requests)), rows);
        counters.ran(Arrays.stream(rows).sum());
        List<Answer> answers = new ArrayList<>(outputs.size());
        for (Map<String, Tensor> output : outputs) {
            answers.add(new Answer.Scored(info.version(), output));
        }
        return answers;
    }

    private static @Nullable TensorSpec onlyRow(List<TensorSpec> inputs) {
        if (inputs.size() != 1) {
            return null;
        }
        TensorSpec input = inputs.get(0);
        boolean fits = input.type() == ElementType.FLOAT32 && input.rank() > 0 && input.hasFixedTail();
        return fits ? input : null;
    }

    private static long[] rowShape(TensorSpec input) {
        return input.shape().stream()
                .mapToLong(dimension -> dimension == TensorSpec.OPEN ? 1 : dimension)
                .toArray();
    }

    /** Where the first dimension is open it counts rows, and a batched model has it so in all inputs. */
    private int rows(Map<String, Tensor> request) {
        for (TensorSpec input : info.inputs()) {
            if (input.hasOpenRows()) {
                return (int) Objects.requireNonNull(request.get(input.name())).dimension(0);
            }
        }
        return 1;
    }

    /** What has to be equal in requests that share a run; inputs that differ in their rows have no equal. */
    private Object shape(Map<String, Tensor> request) {
        if (info.batching() instanceof Batching.Off) {
            return "";
        }
        long rows = rows(request);
        if (request.values().stream().anyMatch(tensor -> tensor.dimension(0) != rows)) {
            return new Object();
        }
        if (fixedTails) {
            return "";
        }
        List<Long> tails = new ArrayList<>();
        for (TensorSpec input : info.inputs()) {
            Tensor tensor = Objects.requireNonNull(request.get(input.name()));
            for (int axis = 1; axis < tensor.rank(); axis++) {
                tails.add(tensor.dimension(axis));
            }
        }
        return tails;
    }

    /** Options of a server. Each can be set once. Not thread-safe. */
    public static final class Builder {
        private final ModelSource source;
        private @Nullable Integer batchRows;
        private Duration batchTarget = Duration.ZERO;
        private @Nullable Integer queue;
        private @Nullable Duration deadline;
        private @Nullable Integer runs;
        private @Nullable Integer threads;
        private @Nullable Long cacheAnswers;
        private @Nullable Long cacheBytes;
        private @Nullable ModelRuntime runtime;
        private boolean finite;
        private LongSupplier nanoTime = System::nanoTime;

        private Builder(ModelSource source) {
            this.source = Objects.requireNonNull(source, "source");
        }

        /**
         * Lets requests that had to wait share a run, if the model allows it; by default each has its own.
         *
         * <p>No request waits for company. Whether the model allows it is probed by {@link #open} and shown by {@link
         * ModelInfo#batching}.
         *
         * @param rows the most rows of one run, &ge; 2; a request that alone has more runs alone
         * @param target how long a run may take, &gt; 0; after one that took longer, fewer rows go together
         * @return this
         * @throws IllegalArgumentException if a number is out of range
         * @throws IllegalStateException if set before
         */
        public Builder batchUpTo(int rows, Duration target) {
            requireUnset("batchUpTo", batchRows);
            batchRows = Math.toIntExact(atLeast("rows", 2, rows));
            batchTarget = positive("target", target);
            return this;
        }

        /**
         * Bounds the waiting line; {@value #QUEUE} by default.
         *
         * @param requests how many may wait, &ge; 0; the next one is answered with {@link Answer.Reason#QUEUE_FULL}
         * @return this
         * @throws IllegalArgumentException if negative
         * @throws IllegalStateException if set before
         */
        public Builder queueUpTo(int requests) {
            requireUnset("queueUpTo", queue);
            queue = Math.toIntExact(atLeast("requests", 0, requests));
            return this;
        }

        /**
         * Refuses a request that waited for longer when its turn comes; by default none is.
         *
         * @param time &gt; 0, from {@code ask}; a run in progress is not stopped
         * @return this
         * @throws IllegalArgumentException if not positive
         * @throws IllegalStateException if set before
         */
        public Builder answerWithin(Duration time) {
            requireUnset("answerWithin", deadline);
            deadline = positive("time", time);
            return this;
        }

        /**
         * Sets how many runs go on at once; by default 1 with batching and one per processor without.
         *
         * @param count &ge; 1
         * @return this
         * @throws IllegalArgumentException if below 1
         * @throws IllegalStateException if set before
         */
        public Builder runsAtOnce(int count) {
            requireUnset("runsAtOnce", runs);
            runs = Math.toIntExact(atLeast("count", 1, count));
            return this;
        }

        /**
         * Sets how many threads a run may use; by default the processors divided by the runs at once.
         *
         * @param count &ge; 1
         * @return this
         * @throws IllegalArgumentException if below 1
         * @throws IllegalStateException if set before
         */
        public Builder threadsPerRun(int count) {
            requireUnset("threadsPerRun", threads);
            threads = Math.toIntExact(atLeast("count", 1, count));
            return this;
        }

        /**
         * Keeps answers for equal requests, bounded by number; by default none is kept.
         *
         * @param answers how many, &ge; 1
         * @return this
         * @throws IllegalArgumentException if below 1
         * @throws IllegalStateException if set before, or {@link #cacheBytes} is
         */
        public Builder cacheAnswers(long answers) {
            requireUnset("cacheAnswers", cacheAnswers);
            requireUnset("cacheBytes", cacheBytes);
            cacheAnswers = atLeast("answers", 1, answers);
            return this;
        }

        /**
         * Keeps answers for equal requests, bounded by size; by default none is kept.
         *
         * @param bytes how much, &ge; 1
         * @return this
         * @throws IllegalArgumentException if below 1
         * @throws IllegalStateException if set before, or {@link #cacheAnswers} is
         */
        public Builder cacheBytes(long bytes) {
            requireUnset("cacheAnswers", cacheAnswers);
            requireUnset("cacheBytes", cacheBytes);
            cacheBytes = atLeast("bytes", 1, bytes);
            return this;
        }

        /**
         * Refuses requests with NaN or infinite inputs; by default the model sees them.
         *
         * @return this
         */
        public Builder rejectNonFinite() {
            finite = true;
            return this;
        }

        /**
         * Chooses the engine; a new {@link OrtRuntime} by default.
         *
         * @param engine not closed by the server
         * @return this
         * @throws IllegalStateException if set before
         */
        public Builder runtime(ModelRuntime engine) {
            requireUnset("runtime", runtime);
            runtime = Objects.requireNonNull(engine, "engine");
            return this;
        }

        Builder timedBy(LongSupplier nanos) {
            nanoTime = nanos;
            return this;
        }

        /**
         * Loads the model, probes it if requests are to share runs, and starts the threads.
         *
         * @return the server, which the caller closes
         * @throws ModelLoadException if the model is refused or cannot be read; nothing is left behind
         * @throws RuntimeUnavailableException if the engine does not start
         * @throws IllegalArgumentException if answers are to be kept of a model that draws random numbers
         */
        public ModelServer open() {
            ModelRuntime engine = runtime == null ? new OrtRuntime() : runtime;
            int rows = batchRows == null ? 1 : batchRows;
            int perRun = threads == null ? Math.max(1, processors() / runsAtOnce()) : threads;
            LoadedVersion loaded = LoadedVersion.load(source, engine, perRun, rows);
            try {
                return open(loaded, rows);
            } catch (Throwable e) {
                loaded.closeAfter(e);
                throw e;
            }
        }

        private ModelServer open(LoadedVersion loaded, int rows) {
            if (loaded.scan().isRandom() && (cacheAnswers != null || cacheBytes != null)) {
                throw new IllegalArgumentException("answers of model '%s' cannot be kept: it draws random numbers"
                        .formatted(loaded.info().version()));
            }
            if (rows > 1 && loaded.info().batching() instanceof Batching.Off off) {
                LOG.warn("Batching is off model={} reason={}", loaded.info().version(), off.reason());
            }
            LOG.info(
                    "Serving model={} runtime={}",
                    loaded.info().version(),
                    loaded.info().runtime());
            return new ModelServer(loaded, this);
        }

        private static final int QUEUE = 1024;

        private Batcher.Builder<Map<String, Tensor>, Answer> batcher(
                Function<List<Map<String, Tensor>>, List<Answer>> run, Batching batching) {
            Batcher.Builder<Map<String, Tensor>, Answer> options = Batcher.<Map<String, Tensor>, Answer>of(
                            run, Answer.Shed::new)
                    .runsAtOnce(runsAtOnce())
                    .queueUpTo(queue == null ? QUEUE : queue)
                    .timedBy(nanoTime);
            if (batching instanceof Batching.UpTo upTo) {
                options.upTo(upTo.rows(), batchTarget);
            }
            return deadline == null ? options : options.answerWithin(deadline);
        }

        private @Nullable AnswerCache cacheFor(ModelInfo info) {
            String model = info.sha256() + "/" + info.version();
            if (cacheBytes != null) {
                return AnswerCache.ofBytes(model, cacheBytes);
            }
            return cacheAnswers == null ? null : AnswerCache.ofAnswers(model, cacheAnswers);
        }

        private int runsAtOnce() {
            int byDefault = batchRows == null ? processors() : 1;
            return runs == null ? byDefault : runs;
        }

        private static int processors() {
            return Runtime.getRuntime().availableProcessors();
        }

        private static void requireUnset(String option, @Nullable Object value) {
            if (value != null) {
                throw new IllegalStateException("%s is already set to %s".formatted(option, value));
            }
        }

        private static long atLeast(String name, long least, long value) {
            if (value < least) {
                throw new IllegalArgumentException("%s must be >= %d, got %d".formatted(name, least, value));
            }
            return value;
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("%s must be > 0, got %s".formatted(name, value));
            }
            return value;
        }
    }
}
