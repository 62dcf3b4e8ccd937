package io.aidc.training.search;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A trial as it goes. Confined to its {@link Study}, under whose lock it is. */
final class Attempt {
    private final int number;
    private int attempts;

    final Map<String, Setting> settings = new LinkedHashMap<>();
    /** What was asked for in an earlier attempt and holds again. */
    final Map<String, Setting> earlier = new HashMap<>();

    final Map<String, Setting> proposed = new HashMap<>();
    final TreeMap<Integer, Double> reports = new TreeMap<>();
    Instant started = Instant.EPOCH;
    Duration duration = Duration.ZERO;
    long startedNanos;
    Outcome.@Nullable Pruned pruned;

    @Nullable
    String notFinite;

    boolean toldToStop;
    boolean interrupted;

    @Nullable
    Thread thread;

    @Nullable
    Outcome outcome;

    private @Nullable Past past;

    Attempt(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Begins, or begins again with what the attempt before asked for. */
    void begin(Instant now) {
        attempts++;
        started = now;
        duration = Duration.ZERO;
        earlier.putAll(settings);
        settings.clear();
        proposed.clear();
        reports.clear();
        pruned = null;
        notFinite = null;
        toldToStop = false;
        interrupted = false;
        outcome = null;
        past = null;
    }

    TrialRecord record(Outcome ended) {
        return new TrialRecord(number, settings, reports, ended, started, duration, attempts);
    }

    /** What others see; kept once the trial is over. */
    Past past(Direction direction) {
        if (past != null) {
            return past;
        }
        Past seen = view(direction);
        if (outcome != null) {
            past = seen;
        }
        return seen;
    }

    private Past view(Direction direction) {
        Map<String, Setting> known = new LinkedHashMap<>(settings);
        if (outcome == null) {
            known = new LinkedHashMap<>(proposed);
            known.putAll(settings);
        }
        TreeMap<Integer, Double> losses = new TreeMap<>();
        reports.forEach((step, value) -> losses.put(step, direction.loss(value)));
        double loss = outcome instanceof Outcome.Completed completed ? direction.loss(completed.value()) : Double.NaN;
        return new Past(number, Collections.unmodifiableMap(known), state(), loss, losses);
    }

    private Past.State state() {
        if (outcome == null) {
            return Past.State.RUNNING;
        } else if (outcome instanceof Outcome.Completed) {
            return Past.State.COMPLETED;
        } else if (outcome instanceof Outcome.Pruned) {
            return Past.State.PRUNED;
        }
        return outcome instanceof Outcome.Failed ? Past.State.FAILED : Past.State.INTERRUPTED;
    }
}
