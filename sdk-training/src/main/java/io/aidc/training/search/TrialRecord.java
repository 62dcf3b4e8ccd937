package io.aidc.training.search;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of a trial.
 *
 * @param number from 0, in the order in which trials began
 * @param parameters by name, in the order in which the objective asked for them
 * @param reports the intermediate values by step
 * @param outcome how it ended
 * @param started when its last attempt began
 * @param duration how long its last attempt took, ≥ 0; zero if the process died under it
 * @param attempts how often it was begun, &gt; 0
 */
public record TrialRecord(
        int number,
        Map<String, Setting> parameters,
        SortedMap<Integer, Double> reports,
        Outcome outcome,
        Instant started,
        Duration duration,
        int attempts) {
    /** Copies the maps. */
    public TrialRecord {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        reports = Collections.unmodifiableSortedMap(new TreeMap<>(reports));
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(started, "started");
        Objects.requireNonNull(duration, "duration");
    }

    /**
     * Gives a parameter.
     *
     * @param name what the objective asked for
     * @return the value
     * @throws IllegalArgumentException if the trial has no such parameter
     */
    public Setting parameter(String name) {
        Setting setting = parameters.get(Objects.requireNonNull(name, "name"));
        if (setting == null) {
            throw new IllegalArgumentException(
                    "trial %d has no parameter '%s'; it has %s".formatted(number, name, parameters.keySet()));
        }
        return setting;
    }

    /**
     * Tells the value the objective gave.
     *
     * @return the value, empty unless the trial completed
     */
    public OptionalDouble value() {
        return outcome instanceof Outcome.Completed completed
                ? OptionalDouble.of(completed.value())
                : OptionalDouble.empty();
    }
}
