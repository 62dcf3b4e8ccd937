package io.aidc.training.federated;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains one model over clients that keep their data: in each round some clients train from the shared parameters, and what
 * they changed is averaged (FedAvg).
 *
 * {@snippet class="io.aidc.training.federated.FederatedSnippetsTest" region="simple"}
 *
 * <p>A model is a flat array of float32 in whatever order its clients agree on. A client that is late, fails or sends something
 * that is no update is named in the {@link RoundReport} and left out; a round with too few answers is tried again with other
 * clients, then ends the run, whose parameters so far are not lost.
 *
 * <p>Updates are folded in as they come: memory is that of the parameters, a sum of 16 bytes a parameter, and one update a
 * thread, however many clients take part; only an {@link Aggregation} of the caller needs all of a round's updates at once.
 * The sum is exact, so threads and order change no bit of the result; deadlines and over-selection can.
 *
 * <p>Each option may be set once and is checked when it is set; {@link #run} names what is missing or does not go together.
 * Confined: one thread at a time. A run may be run again and then begins anew.
 *
 * @see <a href="https://arxiv.org/abs/1602.05629">McMahan et al. 2017, Algorithm 1</a>
 */
public final class FederatedRun {
    /** Rounds unless {@link #rounds} is set. */
    public static final int DEFAULT_ROUNDS = 50;

    /** How often a round that failed is tried again unless {@link #retries} is set. */
    public static final int DEFAULT_RETRIES = 2;

    private static final double MOST_OVER_SELECTION = 10;
    private static final int MOST_THREADS = 1024;
    private static final Logger LOG = LoggerFactory.getLogger(FederatedRun.class);

    private final float[] initial;
    private @Nullable Population population;
    private LocalPopulation.@Nullable Source local;
    private @Nullable Integer rounds;
    private @Nullable Sampling sampling;
    private @Nullable Double overSelection;
    private @Nullable Integer minimum;
    private @Nullable Integer retries;
    private @Nullable Duration limit;
    private @Nullable Weighting weighting;
    private @Nullable Double proximal;
    private @Nullable ServerOptimizer optimizer;
    private @Nullable Aggregation aggregation;
    private @Nullable SecureAggregation secure;
    private @Nullable ClientPrivacy privacy;
    private @Nullable Integer threads;
    private @Nullable Long seed;
    private @Nullable RoundListener listener;
    private @Nullable Function<float[], Map<String, Double>> evaluation;
    private @Nullable Consumer<byte[]> sink;
    private byte @Nullable [] state;
    private @Nullable Predicate<RoundReport> stop;
    private Clock clock = Clock.systemUTC();
    private LongSupplier nanoTime = System::nanoTime;
    private @Nullable Deadlines deadlines;

    private FederatedRun(float[] initial) {
        this.initial = initial;
    }

    /**
     * Begins the description of a run.
     *
     * @param initialParameters the parameters of the first round, flat, float32, finite, at least one; copied
     * @return a run with default options, which lacks clients
     * @throws IllegalArgumentException if there are none or one is not finite
     */
    public static FederatedRun of(float[] initialParameters) {
        return new FederatedRun(Checks.parameters(initialParameters));
    }

    /**
     * Sets the clients: a few in this JVM, called client-1 and so on, with leading zeros if there are ten or more.
     *
     * @param clients at least one
     * @return this
     * @throws IllegalArgumentException if there are none
     * @throws IllegalStateException if clients were set before
     */
    public FederatedRun clients(List<FederatedClient> clients) {
        Map<String, FederatedClient> byName = new LinkedHashMap<>();
        int digits = Integer.toString(clients.size()).length();
        for (FederatedClient client : clients) {
            byName.put(String.format(Locale.ROOT, "client-%0" + digits + "d", byName.size() + 1), client);
        }
        return clients(List.copyOf(byName.keySet()), name -> Objects.requireNonNull(byName.get(name)));
    }

    /**
     * Sets the clients: any number in this JVM, each made when its turn comes and forgotten after it. So a thousand of them are
     * simulated in the memory of one for each thread.
     *
     * {@snippet class="io.aidc.training.federated.FederatedSnippetsTest" region="simulation"}
     *
     * @param names distinct names, at least one
     * @param byName makes the client of a name; called on the threads of clients, several at a time
     * @return this
     * @throws IllegalArgumentException if there are none or one is there twice
     * @throws IllegalStateException if clients were set before
     */
    public FederatedRun clients(List<String> names, Function<String, FederatedClient> byName) {
        return local(new LocalPopulation.Source(distinct(names), Objects.requireNonNull(byName, "byName"), null));
    }

    /**
     * Sets the clients: in this JVM, with updates that leave them masked. Needs {@link #secureAggregation}.
     *
     * @param names distinct names, at least one
     * @param byName gives the client of a name, once for each round; called on the threads of clients, several at a time
     * @return this
     * @throws IllegalArgumentException if there are none or one is there twice
     * @throws IllegalStateException if clients were set before
     */
    public FederatedRun maskedClients(List<String> names, Function<String, MaskedClient> byName) {
        return local(new LocalPopulation.Source(distinct(names), null, Objects.requireNonNull(byName, "byName")));
    }

    /**
     * Sets the clients: wherever they are.
     *
     * @param reached reaches them, as {@link io.aidc.training.federated.http.FederatedHttpServer} does; not closed by the run
     * @return this
     * @throws IllegalStateException if clients were set before
     */
    public FederatedRun clients(Population reached) {
        noClientsYet();
        population = Objects.requireNonNull(reached, "reached");
        return this;
    }

    /**
     * Sets the number of rounds; {@value #DEFAULT_ROUNDS} if not set.
     *
     * @param count how many, &gt; 0
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun rounds(int count) {
        Checks.once("rounds", rounds);
        rounds = Checks.positive("rounds", count);
        return this;
    }

    /**
     * Asks so many clients in each round, drawn without replacement, or all if there are fewer. If neither this, {@link
     * #fractionPerRound} nor {@link #poissonSampling} is set, all are asked.
     *
     * @param count how many, &gt; 0
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if sampling was set before
     */
    public FederatedRun clientsPerRound(int count) {
        return sampling(new Sampling.Count(Checks.positive("clientsPerRound", count)));
    }

    /**
     * Asks such a share of the available clients in each round, drawn without replacement, at least one.
     *
     * @param share in (0, 1]
     * @return this
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if sampling was set before
     */
    public FederatedRun fractionPerRound(double share) {
        return sampling(new Sampling.Fraction(Checks.share("fractionPerRound", share)));
    }

    /**
     * Asks each client with the same probability, independently. This draw comes from the seed; a private run has its own, see
     * {@link ClientPrivacy#sampling}.
     *
     * @param rate the probability, in (0, 1]
     * @return this
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if sampling was set before
     */
    public FederatedRun poissonSampling(double rate) {
        return sampling(new Sampling.Poisson(Checks.share("poissonSampling", rate)));
    }

    /**
     * Asks more clients than wanted and ends the round with the first that answer; nobody more if not set. Which they are
     * depends on their speed, and so does the result.
     *
     * @param factor how many are asked for each that is wanted, in [1, 10]; 1.3 in the paper
     * @return this
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if it was set before
     * @see <a href="https://arxiv.org/abs/1902.01046">Bonawitz et al. 2019, section 3</a>
     */
    public FederatedRun overSelection(double factor) {
        Checks.once("overSelection", overSelection);
        if (!(factor >= 1 && factor <= MOST_OVER_SELECTION)) {
            throw new IllegalArgumentException(
                    "overSelection must be in [1, %s], got %s".formatted(MOST_OVER_SELECTION, factor));
        }
        overSelection = factor;
        return this;
    }

    /**
     * Sets with how few updates a round still counts; 1 if not set, 0 in a private run without secure aggregation, where a
     * round without any is a noised round all the same. In a private run that a round fails for want of clients shows how
     * many there were, without noise.
     *
     * @param survivors how many, &gt; 0
     * @return this
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun minimumSurvivors(int survivors) {
        Checks.once("minimumSurvivors", minimum);
        minimum = Checks.positive("minimumSurvivors", survivors);
        return this;
    }

    /**
     * Sets how often a round that failed is tried again, with clients that have not failed in it if there are enough; {@value
     * #DEFAULT_RETRIES} if not set. In a private run each attempt is charged.
     *
     * @param count how often, ≥ 0
     * @return this
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun retries(int count) {
        Checks.once("retries", retries);
        if (count < 0) {
            throw new IllegalArgumentException("retries must be >= 0, got " + count);
        }
        retries = count;
        return this;
    }

    /**
     * Sets how long a round waits for its clients, and a secure aggregation for each of its steps; without end if not set.
     *
     * @param time from 1 ms to 7 days
     * @return this
     * @throws IllegalArgumentException if it is outside that range
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun roundTimeout(Duration time) {
        Checks.once("roundTimeout", limit);
        if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(Duration.ofDays(7)) > 0) {
            throw new IllegalArgumentException("roundTimeout must be from PT0.001S to PT168H, got " + time);
        }
        limit = time;
        return this;
    }

    /**
     * Sets how much each update counts; {@link Weighting#EXAMPLES} if not set, {@link Weighting#UNIFORM} in a private run and
     * under secure aggregation, which know no other.
     *
     * @param value by examples or all the same
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun weighting(Weighting value) {
        Checks.once("weighting", weighting);
        weighting = Objects.requireNonNull(value, "weighting");
        return this;
    }

    /**
     * Asks clients to stay near the parameters they began with (FedProx); not if not set.
     *
     * @param mu the weight μ of the term {@code μ/2 · |w − w₀|²} that each client adds to its loss, ≥ 0 and finite
     * @return this
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if it was set before
     * @see <a href="https://arxiv.org/abs/1812.06127">Li et al. 2020, Algorithm 2</a>
     */
    public FederatedRun proximal(double mu) {
        Checks.once("proximal", proximal);
        proximal = Checks.notNegative("proximal", mu);
        return this;
    }

    /**
     * Sets how the combined update moves the parameters; {@link ServerOptimizer#average()} if not set.
     *
     * @param value the optimiser
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun optimizer(ServerOptimizer value) {
        Checks.once("optimizer", optimizer);
        optimizer = Objects.requireNonNull(value, "optimizer");
        return this;
    }

    /**
     * Combines updates in another way than by the mean. Goes with neither {@link #privacy} nor {@link #secureAggregation}.
     *
     * @param value what combines them
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun aggregation(Aggregation value) {
        Checks.once("aggregation", aggregation);
        aggregation = Objects.requireNonNull(value, "aggregation");
        return this;
    }

    /**
     * Adds up updates without seeing any. All clients weigh the same.
     *
     * @param value the server's end of the aggregation
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun secureAggregation(SecureAggregation value) {
        Checks.once("secureAggregation", secure);
        secure = Objects.requireNonNull(value, "secureAggregation");
        return this;
    }

    /**
     * Makes the run private for whole clients. Goes with no other sampling, nor with {@link Weighting#EXAMPLES}, {@link
     * #aggregation} or {@link #overSelection}.
     *
     * @param description clipping, sampling and noise
     * @return this
     * @throws IllegalArgumentException if the description lacks noise or sampling
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun privacy(ClientPrivacy description) {
        Checks.once("privacy", privacy);
        List<String> missing = description.problems();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("privacy lacks " + String.join(", ", missing));
        }
        description.requireEnoughCountNoise();
        privacy = description;
        return this;
    }

    /**
     * Sets how many clients of this JVM train at a time; the number of processors if not set.
     *
     * @param threads how many, in [1, 1024]
     * @return this
     * @throws IllegalArgumentException if it is outside that range
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun parallel(int threads) {
        Checks.once("parallel", this.threads);
        if (Checks.positive("parallel", threads) > MOST_THREADS) {
            throw new IllegalArgumentException("parallel must be <= %d, got %d".formatted(MOST_THREADS, threads));
        }
        this.threads = threads;
        return this;
    }

    /**
     * Sets what clients are drawn by and their seeds made from; if not set, a fresh seed is drawn and stands in the report.
     *
     * @param value any number
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun seed(long value) {
        Checks.once("seed", seed);
        seed = value;
        return this;
    }

    /**
     * Sets who hears of rounds and clients; nobody if not set.
     *
     * @param value the listener
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun listener(RoundListener value) {
        Checks.once("listener", listener);
        listener = Objects.requireNonNull(value, "listener");
        return this;
    }

    /**
     * Sets what judges the shared parameters after each completed round, for instance on data of the server; nothing if not
     * set.
     *
     * @param function figures by name from a copy of the parameters; called on the thread of {@link #run}
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun evaluation(Function<float[], Map<String, Double>> function) {
        Checks.once("evaluation", evaluation);
        evaluation = Objects.requireNonNull(function, "function");
        return this;
    }

    /**
     * Ends the run after a completed round for which a condition holds; not if not set.
     *
     * @param condition called on the thread of {@link #run}
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun stopWhen(Predicate<RoundReport> condition) {
        Checks.once("stopWhen", stop);
        stop = Objects.requireNonNull(condition, "condition");
        return this;
    }

    /**
     * Hands the server's state to a sink after each completed round, from which {@link #resumeFrom} goes on after a crash. It
     * holds the parameters, the optimiser's memory, the round, the seed and the clip norm; no client's data, and of a private
     * run no randomness.
     *
     * @param bytes takes a new array each time, about 4 bytes a parameter, 20 with an adaptive optimiser; called on the thread
     *     of {@link #run}, and an exception ends the run with that exception
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun saveTo(Consumer<byte[]> bytes) {
        Checks.once("saveTo", sink);
        sink = Objects.requireNonNull(bytes, "bytes");
        return this;
    }

    /**
     * Goes on after the round in which a state was saved. The other options must be set as they were; those that the state
     * knows are compared by {@link #run}. A round that was charged but not completed is charged again.
     *
     * @param bytes what {@link #saveTo} gave; from a source whose bytes may be wrong but are not forged
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public FederatedRun resumeFrom(byte[] bytes) {
        Checks.once("resumeFrom", state);
        state = bytes.clone();
        return this;
    }

    FederatedRun time(Clock wall, LongSupplier ticker, Deadlines timer) {
        clock = wall;
        nanoTime = ticker;
        deadlines = timer;
        return this;
    }

    /**
     * Runs the rounds; returns when all are done or something ended them. An interrupt ends the run at once, with the
     * parameters of the last completed round. No thread is left, except that of a client that ignores its interrupt.
     *
     * @return the parameters and how they came about: the report's stop reason tells whether all rounds were completed
     * @throws IllegalStateException if options are missing or do not go together
     * @throws IllegalArgumentException if a saved state is damaged or of another run, or a function of the caller gave
     *     something unusable
     */
    public FederatedResult run() {
        requireTogether();
        Plan plan = plan();
        SavedState from = begin(plan);
        try (DeadlineTimer timer = new DeadlineTimer();
                LocalPopulation own = local == null ? null : new LocalPopulation(local, threadCount())) {
            Population reached = own == null ? Objects.requireNonNull(population) : own;
            return run(plan, new Rounds(plan, from, reached, deadlines == null ? timer : deadlines, nanoTime), from);
        }
    }

    private FederatedResult run(Plan plan, Rounds loop, SavedState from) {
        Instant started = clock.instant();
        long began = nanoTime.getAsLong();
        LOG.info("federated training begins: rounds={} completed={}", plan.rounds(), from.round());
        Rounds.End end = loop.run();
        LOG.info("federated training ended: rounds={} reason={} {}", loop.completed(), end.reason(), end.detail());
        var report = new FederatedReport(
                from.seed(),
                plan.hyperParameters(initial.length),
                started,
                Duration.ofNanos(nanoTime.getAsLong() - began),
                loop.completed(),
                end.reason(),
                end.detail(),
                loop.reports());
        return new FederatedResult(loop.parameters(), report);
    }

    private int threadCount() {
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private SavedState begin(Plan plan) {
        if (state != null) {
            SavedState saved = SavedState.read(state, plan.optimizer(), initial.length);
            if (seed != null && seed != saved.seed()) {
                throw new IllegalArgumentException("the saved state has seed %d, not %d".formatted(saved.seed(), seed));
            }
            if ((privacy == null) != Double.isInfinite(saved.clipNorm())) {
                throw new IllegalArgumentException(
                        privacy == null
                                ? "the saved state is of a private run, this one is not"
                                : "the saved state is of a run that is not private, this one is");
            }
            if (privacy != null && privacy.adaptive() == null && privacy.clipNorm() != saved.clipNorm()) {
                throw new IllegalArgumentException("the saved state is of a run that clips to %s, not to %s"
                        .formatted(saved.clipNorm(), privacy.clipNorm()));
            }
            return saved;
        }
        double clipNorm = privacy == null ? Double.POSITIVE_INFINITY : privacy.clipNorm();
        long first = seed == null ? new SecureRandom().nextLong() : seed;
        return new SavedState(0, first, clipNorm, new Server(plan.optimizer(), initial));
    }

    private Plan plan() {
        boolean uniform = privacy != null || secure != null;
        RoundListener silent = (report, parameters) -> {};
        return new Plan(
                Objects.requireNonNullElse(rounds, DEFAULT_ROUNDS),
                new Plan.Cohort(
                        sampling == null ? new Sampling.Fraction(1) : sampling,
                        Objects.requireNonNullElse(overSelection, 1.0),
                        minimum == null ? (privacy == null || secure != null ? 1 : 0) : minimum,
                        Objects.requireNonNullElse(retries, DEFAULT_RETRIES),
                        limit),
                optimizer == null ? ServerOptimizer.average() : optimizer,
                new Plan.Combination(
                        uniform || weighting == null ? defaultWeighting(uniform) : weighting, aggregation, secure),
                Objects.requireNonNullElse(proximal, 0.0),
                privacy,
                new Plan.Hooks(
                        Objects.requireNonNullElse(listener, silent),
                        evaluation,
                        sink,
                        stop == null ? report -> false : stop));
    }

    private static Weighting defaultWeighting(boolean uniform) {
        return uniform ? Weighting.UNIFORM : Weighting.EXAMPLES;
    }

    private void requireTogether() {
        if (population == null && local == null) {
            throw new IllegalStateException("clients are missing");
        }
        if (local != null && (local.masked() == null) != (secure == null)) {
            throw new IllegalStateException("maskedClients and secureAggregation need one another");
        }
        if (threads != null && local == null) {
            throw new IllegalStateException("parallel=%d is for clients of this JVM".formatted(threads));
        }
        if (secure != null) {
            requireNone("secureAggregation", aggregation, "aggregation");
            requireNone("secureAggregation", overSelection, "overSelection");
            requireUniform("secureAggregation");
        }
        if (privacy != null) {
            requireNone("privacy", aggregation, "aggregation");
            requireNone("privacy", overSelection, "overSelection");
            requireNone("privacy, which has its own", sampling, "sampling of clients");
            requireUniform("privacy");
            if (secure != null && privacy.adaptive() != null) {
                throw new IllegalStateException(
                        "adaptiveClip does not go with secureAggregation, which hides the norms");
            }
        }
    }

    private static void requireNone(String with, @Nullable Object option, String name) {
        if (option != null) {
            throw new IllegalStateException("%s does not go with %s".formatted(name, with));
        }
    }

    private void requireUniform(String with) {
        if (weighting == Weighting.EXAMPLES) {
            throw new IllegalStateException(
                    "weighting by examples does not go with %s: a client's count is not bounded".formatted(with));
        }
    }

    private FederatedRun sampling(Sampling value) {
        Checks.once("sampling of clients", sampling);
        sampling = value;
        return this;
    }

    private FederatedRun local(LocalPopulation.Source source) {
        noClientsYet();
        local = source;
        return this;
    }

    private void noClientsYet() {
        if (population != null || local != null) {
            throw new IllegalStateException("clients are already set");
        }
    }

    private static List<String> distinct(List<String> names) {
        var seen = new HashSet<String>();
        List<String> copy = new ArrayList<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("names of clients must differ, %s is there twice".formatted(name));
            }
            copy.add(name);
        }
        if (copy.isEmpty()) {
            throw new IllegalArgumentException("clients must be at least one, got none");
        }
        return List.copyOf(copy);
    }
}
