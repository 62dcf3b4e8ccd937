package io.aidc.training.search;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The trials of a search: numbers them, draws their parameters, judges their reports and writes all of it to the
 * journal before the objective hears of it.
 *
 * <p>Thread-safe: one lock. Drawing and writing happen under it, so that trials and journal have one order; the
 * objective and callbacks run outside.
 */
final class Study {
    private final Plan plan;
    private final @Nullable Journal journal;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final List<Attempt> attempts = new ArrayList<>();
    private final Deque<Attempt> again = new ArrayDeque<>();
    private final Map<String, Domain> space = new HashMap<>();
    /** Names whose domain was read from the journal and not yet asked for. */
    private final Map<String, Domain> recorded = new HashMap<>();

    private @Nullable Throwable fatal;
    private boolean stopped;
    private boolean interrupted;

    /** What a study is about. */
    record Plan(
            Direction direction,
            Sampler sampler,
            Pruner pruner,
            int trials,
            List<Map<String, Object>> first,
            boolean rerunInterrupted) {}

    Study(Plan plan, @Nullable Journal journal, Clock clock, LongSupplier nanoTime) {
        this.plan = plan;
        this.journal = journal;
        this.clock = clock;
        this.nanoTime = nanoTime;
        if (journal != null) {
            resume(journal);
        }
    }

    private void resume(Journal from) {
        for (Attempt attempt : from.attempts()) {
            attempts.add(attempt);
            attempt.settings.forEach((name, setting) -> recorded.put(name, setting.domain()));
            attempt.earlier.forEach((name, setting) -> recorded.put(name, setting.domain()));
            if (attempt.outcome == null) {
                attempt.outcome = new Outcome.Interrupted();
                from.append(new JournalLine.End(attempt.number(), attempt.outcome, Duration.ZERO));
            }
            if (plan.rerunInterrupted() && attempt.outcome instanceof Outcome.Interrupted) {
                again.add(attempt);
            }
        }
        space.putAll(recorded);
    }

    /** Begins the next trial; null if there is none. */
    synchronized @Nullable Attempt begin() {
        if (stopped || fatal != null) {
            return null;
        }
        Attempt attempt = again.poll();
        if (attempt == null) {
            int number = attempts.size();
            if (number >= plan.trials()) {
                return null;
            }
            attempt = new Attempt(number);
            attempts.add(attempt);
        }
        attempt.begin(clock.instant());
        attempt.startedNanos = nanoTime.getAsLong();
        attempt.thread = Thread.currentThread();
        write(new JournalLine.Start(attempt.number(), attempt.started));
        if (attempt.number() >= plan.first().size()) {
            Attempt begun = attempt;
            plan.sampler().propose(attempt.number(), others(attempt)).forEach((name, value) -> {
                Domain domain = space.get(name);
                if (domain != null) {
                    begun.proposed.put(name, new Setting(domain, value));
                }
            });
        }
        return attempt;
    }

    /** Whether {@link #begin} would begin a trial. */
    synchronized boolean hasNext() {
        return !stopped && fatal == null && (!again.isEmpty() || attempts.size() < plan.trials());
    }

    synchronized double ask(Attempt attempt, String name, Domain domain) {
        requireRunning(attempt);
        Setting known = attempt.settings.get(name);
        if (known != null && known.domain().equals(domain)) {
            return known.number();
        }
        requireSameDomain(name, domain);
        Setting setting = new Setting(domain, draw(attempt, name, domain));
        write(new JournalLine.Parameter(attempt.number(), name, setting));
        space.put(name, domain);
        attempt.settings.put(name, setting);
        return setting.number();
    }

    private void requireSameDomain(String name, Domain domain) {
        Domain before = recorded.get(name);
        if (before != null && !before.equals(domain) && journal != null) {
            var mismatch = new JournalMismatchException(
                    journal.path(), "parameter '" + name + "'", before.toString(), domain.toString());
            fatal = mismatch;
            throw mismatch;
        }
        recorded.remove(name);
        before = space.get(name);
        if (before != null && !before.equals(domain)) {
            throw new IllegalArgumentException(
                    "parameter '%s' must keep its domain %s, got %s".formatted(name, before, domain));
        }
    }

    private double draw(Attempt attempt, String name, Domain domain) {
        Setting known = attempt.earlier.get(name);
        if (known == null) {
            known = attempt.proposed.get(name);
        }
        if (known != null && known.domain().equals(domain)) {
            return known.number();
        }
        if (attempt.number() < plan.first().size()) {
            Object value = plan.first().get(attempt.number()).get(name);
            if (value != null) {
                return Given.number(name, domain, value);
            }
        }
        Axis axis = Axis.of(domain);
        boolean grid = plan.sampler() instanceof Grid;
        if (axis.isSingle() && !grid) {
            return axis.value(axis.lower());
        }
        // What is tried first takes no place on a grid.
        int turn = attempt.number() - (grid ? plan.first().size() : 0);
        return plan.sampler().draw(turn, others(attempt), name, domain);
    }

    synchronized void report(Attempt attempt, int step, double value) {
        requireRunning(attempt);
        int previous = attempt.reports.isEmpty() ? Integer.MIN_VALUE : attempt.reports.lastKey();
        if (step < 0 || step <= previous) {
            throw new IllegalArgumentException("step must be >= 0 and > %s, got %d"
                    .formatted(attempt.reports.isEmpty() ? "-1" : Integer.toString(previous), step));
        }
        if (!Double.isFinite(value)) {
            attempt.notFinite = "value at step " + step + " must be finite, got " + value;
            return;
        }
        write(new JournalLine.Report(attempt.number(), step, value));
        attempt.reports.put(step, value);
        if (attempt.pruned == null && plan.pruner().prunes(attempt.past(plan.direction()), previous, others(attempt))) {
            attempt.pruned = new Outcome.Pruned(step, value);
        }
    }

    synchronized boolean shouldPrune(Attempt attempt) {
        boolean told = attempt.pruned != null || attempt.notFinite != null || attempt.interrupted;
        attempt.toldToStop |= told;
        return told;
    }

    /** Ends a trial by what the objective returned or threw; null if it had been given up. */
    synchronized @Nullable TrialRecord end(Attempt attempt, double value, @Nullable Throwable thrown) {
        attempt.thread = null;
        if (attempt.interrupted) {
            // The interrupt was meant for the objective, not for what the thread does next.
            boolean ignored = Thread.interrupted();
        } else if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (attempt.outcome != null) {
            return null;
        }
        return close(attempt, outcome(attempt, value, thrown));
    }

    private static Outcome outcome(Attempt attempt, double value, @Nullable Throwable thrown) {
        if (attempt.interrupted || thrown instanceof InterruptedException) {
            return new Outcome.Interrupted();
        } else if (attempt.notFinite != null) {
            return new Outcome.Failed(attempt.notFinite);
        } else if (attempt.pruned != null && attempt.toldToStop) {
            return attempt.pruned;
        } else if (thrown != null) {
            return new Outcome.Failed(thrown.toString());
        }
        return Double.isFinite(value)
                ? new Outcome.Completed(value)
                : new Outcome.Failed("value must be finite, got " + value);
    }

    private TrialRecord close(Attempt attempt, Outcome outcome) {
        attempt.outcome = outcome;
        attempt.duration = Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - attempt.startedNanos));
        write(new JournalLine.End(attempt.number(), outcome, attempt.duration));
        return attempt.record(outcome);
    }

    /** Lets no further trial begin. */
    synchronized void stop() {
        stopped = true;
    }

    /** Lets no further trial begin and tells those that run to stop. */
    synchronized void interrupt() {
        stopped = true;
        interrupted = true;
        for (Attempt attempt : attempts) {
            Thread thread = attempt.thread;
            if (attempt.outcome == null && thread != null) {
                attempt.interrupted = true;
                thread.interrupt();
            }
        }
    }

    synchronized boolean isInterrupted() {
        return interrupted;
    }

    /** Closes the trials that did not answer to {@link #interrupt}; tells their numbers. */
    synchronized List<Integer> abandon() {
        List<Integer> numbers = new ArrayList<>();
        for (Attempt attempt : attempts) {
            if (attempt.outcome == null) {
                numbers.add(attempt.number());
                close(attempt, new Outcome.Interrupted());
            }
        }
        return numbers;
    }

    /** Remembers what ends the search; the first one counts. */
    synchronized void fail(Throwable e) {
        if (fatal == null) {
            fatal = e;
        } else if (!fatal.equals(e)) {
            fatal.addSuppressed(e);
        }
        stopped = true;
    }

    synchronized @Nullable Throwable failure() {
        return fatal;
    }

    /** The trials that ended, in the order of their numbers. */
    synchronized List<TrialRecord> ended() {
        List<TrialRecord> records = new ArrayList<>();
        for (Attempt attempt : attempts) {
            Outcome outcome = attempt.outcome;
            if (outcome != null) {
                records.add(attempt.record(outcome));
            }
        }
        return records;
    }

    private List<Past> others(Attempt attempt) {
        List<Past> others = new ArrayList<>();
        for (Attempt other : attempts) {
            if (other != attempt) {
                others.add(other.past(plan.direction()));
            }
        }
        return others;
    }

    private static void requireRunning(Attempt attempt) {
        if (attempt.outcome != null) {
            throw new IllegalStateException("trial %d is over".formatted(attempt.number()));
        }
    }

    private void write(JournalLine line) {
        if (journal == null) {
            return;
        }
        try {
            journal.append(line);
        } catch (JournalUnavailableException e) {
            fatal = Objects.requireNonNullElse(fatal, e);
            throw e;
        }
    }
}
