package io.aidc.training.search;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches for the parameters with the best value of an objective, which asks for them as it goes.
 *
 * {@snippet class="io.aidc.training.search.SearchSnippetsTest" region="simple"}
 *
 * <p>Trials run on threads of the search, named {@code aidc-training-trial-n}, which are gone when {@link #run}
 * returns, or on a caller's executor. A trial that throws, or whose value is not finite, is recorded as failed and the
 * search goes on.
 *
 * <p>With the same seed and {@link #parallel} 1 the trials are the same, also if the search died and was resumed from
 * its {@link #journal} with {@link #rerunInterrupted}. Parallel trials see each other in an order that differs from run
 * to run.
 *
 * <p>Confined: one thread at a time. Options are set once and checked when set; the search may be run again, which
 * begins anew unless there is a journal.
 */
public final class Search {
    /** Trials unless {@link #trials} is set. */
    public static final int DEFAULT_TRIALS = 100;

    /** How long {@link #run} waits for trials it has interrupted. */
    public static final Duration GRACE = Duration.ofSeconds(10);

    private static final int MOST_TRIALS = 10_000_000;
    private static final int MOST_PARALLEL = 1024;
    private static final Logger LOG = LoggerFactory.getLogger(Search.class);

    private final Direction direction;
    private final Objective objective;
    private final List<Map<String, Object>> first = new ArrayList<>();
    private @Nullable Sampler sampler;
    private @Nullable Pruner pruner;
    private @Nullable Integer trials;
    private @Nullable Integer parallel;
    private @Nullable Executor executor;
    private @Nullable Duration timeout;
    private @Nullable Long seed;
    private @Nullable Path journal;
    private @Nullable JournalSync journalSync;
    private @Nullable Predicate<SearchProgress> stopWhen;
    private @Nullable Consumer<TrialRecord> listener;
    private @Nullable Boolean failFast;
    private @Nullable Boolean rerunInterrupted;
    private Duration grace = GRACE;
    private Clock clock = Clock.systemUTC();
    private LongSupplier nanoTime = System::nanoTime;

    private Search(Direction direction, Objective objective) {
        this.direction = direction;
        this.objective = Objects.requireNonNull(objective, "objective");
    }

    /**
     * Begins the description of a search for the smallest value.
     *
     * @param objective evaluates a trial; called on several threads at once if {@link #parallel} is more than 1
     * @return a search with default options
     */
    public static Search minimise(Objective objective) {
        return new Search(Direction.MINIMISE, objective);
    }

    /**
     * Begins the description of a search for the largest value.
     *
     * @param objective evaluates a trial; called on several threads at once if {@link #parallel} is more than 1
     * @return a search with default options
     */
    public static Search maximise(Objective objective) {
        return new Search(Direction.MAXIMISE, objective);
    }

    /**
     * Sets what chooses parameters; {@link Tpe} with the {@link #seed} if not set.
     *
     * @param value the sampler, which has its own seed
     * @return this
     * @throws IllegalStateException if it or {@link #seed} was set before
     */
    public Search sampler(Sampler value) {
        once("sampler", sampler);
        once("seed", seed);
        sampler = Objects.requireNonNull(value, "sampler");
        return this;
    }

    /**
     * Sets the seed of the default sampler; if neither it nor {@link #sampler} is set, a fresh one is drawn, or that of
     * the journal taken.
     *
     * @param value any number
     * @return this
     * @throws IllegalStateException if it or {@link #sampler} was set before
     */
    public Search seed(long value) {
        once("seed", seed);
        once("sampler", sampler);
        seed = value;
        return this;
    }

    /**
     * Sets what ends hopeless trials early; nothing if not set.
     *
     * @param value the pruner
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public Search pruner(Pruner value) {
        once("pruner", pruner);
        pruner = Objects.requireNonNull(value, "pruner");
        return this;
    }

    /**
     * Sets how many trials there are, with those of the journal, of {@link #tryFirst}, failed and pruned ones;
     * {@value #DEFAULT_TRIALS} if not set, or the whole of a {@link Grid} after those of {@link #tryFirst}. A grid that
     * is smaller ends the search.
     *
     * @param count in [1, 10&nbsp;000&nbsp;000]
     * @return this
     * @throws IllegalArgumentException if it is outside that range
     * @throws IllegalStateException if it was set before
     */
    public Search trials(int count) {
        once("trials", trials);
        trials = within("trials", count, MOST_TRIALS);
        return this;
    }

    /**
     * Sets how many trials run at once; 1 if not set.
     *
     * @param count in [1, 1024]
     * @return this
     * @throws IllegalArgumentException if it is outside that range
     * @throws IllegalStateException if it was set before
     */
    public Search parallel(int count) {
        once("parallel", parallel);
        parallel = within("parallel", count, MOST_PARALLEL);
        return this;
    }

    /**
     * Sets where trials run, each as one task; on threads of the search if not set. It is not shut down, and must run
     * what it takes.
     *
     * @param value the executor
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public Search executor(Executor value) {
        once("executor", executor);
        executor = Objects.requireNonNull(value, "executor");
        return this;
    }

    /**
     * Sets how long this run may take; no limit if not set. When time is up no trial begins, and those that run are
     * told: their {@link Trial#shouldPrune} is true, their thread is interrupted, and they are recorded as
     * {@link Outcome.Interrupted}. One that does not return within {@link #GRACE} is left behind, and what it does
     *     later is lost.
     *
     * @param limit &gt; 0, at most 365 days
     * @return this
     * @throws IllegalArgumentException if it is outside that range
     * @throws IllegalStateException if it was set before
     */
    public Search timeout(Duration limit) {
        once("timeout", timeout);
        if (limit.isNegative() || limit.isZero() || limit.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("timeout must be > 0 and <= 365 days, got " + limit);
        }
        timeout = limit;
        return this;
    }

    /**
     * Sets when to stop early: no trial begins any more, those that run come to their end.
     *
     * @param rule asked after each trial, on a thread of a trial, one call at a time; what it throws ends the search
     *     and is thrown by {@link #run}
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public Search stopWhen(Predicate<SearchProgress> rule) {
        once("stopWhen", stopWhen);
        stopWhen = Objects.requireNonNull(rule, "stopWhen");
        return this;
    }

    /**
     * Sets who hears of each trial that ended; nobody if not set.
     *
     * @param value called on a thread of a trial, one call at a time; what it throws ends the search and is thrown by
     *     {@link #run}
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public Search listener(Consumer<TrialRecord> value) {
        once("listener", listener);
        listener = Objects.requireNonNull(value, "listener");
        return this;
    }

    /**
     * Adds a trial with values that are known to be good, or are to be compared with; before all others, in the order
     * of the calls. A parameter that is not named is drawn.
     *
     * @param parameters a number, a boolean, a text or a constant of an enum by name; not in the domain makes the trial
     *     fail
     * @return this
     * @throws IllegalArgumentException if a value is of another type
     */
    public Search tryFirst(Map<String, ?> parameters) {
        Map<String, Object> copy = new LinkedHashMap<>();
        parameters.forEach((name, value) -> {
            if (!(value instanceof Number
                    || value instanceof Boolean
                    || value instanceof String
                    || value instanceof Enum<?>)) {
                throw new IllegalArgumentException(
                        "'%s' must be a number, boolean, text or enum, got %s".formatted(name, value.getClass()));
            }
            copy.put(Ranges.checkText("name", name), value);
        });
        first.add(copy);
        return this;
    }

    /**
     * Ends the search with a {@link TrialFailedException} when a trial fails; if not set it goes on.
     *
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public Search failFast() {
        once("failFast", failFast);
        failFast = true;
        return this;
    }

    /**
     * Keeps the search in a file, from which it goes on when it is run again after a crash, a timeout or an interrupt:
     * trials that ended are not run again, and {@link #trials} counts them. A trial that was running is
     * {@link Outcome.Interrupted}. What an objective did is in the file before the objective is told of it.
     *
     * <p>Direction, sampler, pruner and the domains of parameters must be those of the file; so must what {@link #tryFirst}
     * gave, which is not checked. Only one search may hold
     * it; a file {@code ….lock} beside it sees to that and stays.
     *
     * @param file made if it does not exist; its directory must
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public Search journal(Path file) {
        return journal(file, JournalSync.EVERY_TRIAL);
    }

    /**
     * Keeps the search in a file as {@link #journal(Path)} does, which uses {@link JournalSync#EVERY_TRIAL}.
     *
     * @param file made if it does not exist; its directory must
     * @param sync when it is forced to the device
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public Search journal(Path file, JournalSync sync) {
        once("journal", journal);
        journal = Objects.requireNonNull(file, "file");
        journalSync = Objects.requireNonNull(sync, "sync");
        return this;
    }

    /**
     * Runs trials that the journal has as interrupted again, with their numbers and parameters; if not set they stay as
     * they are.
     *
     * @return this
     * @throws IllegalStateException if it was set before
     */
    public Search rerunInterrupted() {
        once("rerunInterrupted", rerunInterrupted);
        rerunInterrupted = true;
        return this;
    }

    Search time(Clock wall, LongSupplier ticker, Duration patience) {
        clock = wall;
        nanoTime = ticker;
        grace = patience;
        return this;
    }

    /**
     * Runs the trials; returns when all ended, time is up, or {@link #stopWhen} holds. An interrupt of the calling
     * thread ends it as a timeout does, and the flag is set again.
     *
     * @return all trials, those of the journal too
     * @throws TrialFailedException if a trial failed and {@link #failFast} is set
     * @throws DamagedJournalException if the journal does not hold together
     * @throws JournalMismatchException if the journal is of another search
     * @throws JournalUnavailableException if the journal is held by another search, or cannot be read or written
     * @throws java.util.concurrent.RejectedExecutionException if the executor refuses a trial
     */
    public SearchResult run() {
        Path file = journal;
        JournalSync sync = journalSync;
        if (file == null || sync == null) {
            return run(null);
        }
        Journal opened = Journal.open(file, sync);
        SearchResult result;
        try (opened) {
            result = run(opened);
        }
        return result;
    }

    private SearchResult run(@Nullable Journal opened) {
        JournalLine.Header found = opened == null ? null : opened.header();
        long ownSeed = seed != null ? seed : found != null ? found.seed() : new SecureRandom().nextLong();
        Sampler chosen = sampler != null ? sampler : Tpe.seeded(ownSeed);
        Pruner judge = pruner != null ? pruner : new NoPruner();
        if (opened != null) {
            var header = new JournalLine.Header(direction.name(), chosen.toString(), judge.toString(), ownSeed);
            requireSame(opened.path(), found, header);
            opened.begin(header);
        }
        int limit = limit(chosen);
        var plan = new Study.Plan(direction, chosen, judge, limit, List.copyOf(first), rerunInterrupted != null);
        var study = new Study(plan, opened, clock, nanoTime);
        long began = nanoTime.getAsLong();
        LOG.info("search begins: trials={} sampler={} pruner={}", limit, chosen, judge);
        new TrialThreads(study, objective, threads(study, began), nanoTime).run();
        Throwable failure = study.failure();
        if (failure instanceof RuntimeException exception) {
            throw exception;
        } else if (failure instanceof Error error) {
            throw error;
        }
        var result = new SearchResult(direction, chosen.toString(), judge.toString(), study.ended());
        LOG.info(
                "search ended: trials={} best={}",
                result.trials().size(),
                result.best().map(TrialRecord::outcome));
        return result;
    }

    private int limit(Sampler chosen) {
        if (chosen.limit() == Integer.MAX_VALUE) {
            return Objects.requireNonNullElse(trials, DEFAULT_TRIALS);
        }
        long whole = (long) chosen.limit() + first.size();
        return (int) Math.min(Objects.requireNonNullElse(trials, Integer.MAX_VALUE), whole);
    }

    private TrialThreads.Options threads(Study study, long began) {
        var callbacks = new Object();
        return new TrialThreads.Options(
                Objects.requireNonNullElse(parallel, 1), executor, timeout, grace, failFast != null, trial -> {
                    synchronized (callbacks) {
                        if (listener != null) {
                            listener.accept(trial);
                        }
                        Duration elapsed = Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - began));
                        if (stopWhen != null && stopWhen.test(new SearchProgress(direction, study.ended(), elapsed))) {
                            study.stop();
                        }
                    }
                });
    }

    private static void requireSame(Path path, JournalLine.@Nullable Header found, JournalLine.Header asked) {
        if (found == null) {
            return;
        }
        requireSame(path, "direction", found.direction(), asked.direction());
        requireSame(path, "sampler", found.sampler(), asked.sampler());
        requireSame(path, "pruner", found.pruner(), asked.pruner());
    }

    private static void requireSame(Path path, String what, String found, String asked) {
        if (!found.equals(asked)) {
            throw new JournalMismatchException(path, what, found, asked);
        }
    }

    private static int within(String what, int value, int most) {
        if (Ranges.atLeast(what, 1, value) > most) {
            throw new IllegalArgumentException("%s must be <= %d, got %d".formatted(what, most, value));
        }
        return value;
    }

    private static void once(String option, @Nullable Object before) {
        if (before != null) {
            throw new IllegalStateException("%s is set already, to %s".formatted(option, before));
        }
    }
}
