package io.aidc.security.guard;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the guard holds about a principal at an instant.
 *
 * <p><em>Immutable.</em>
 *
 * @param principal who
 * @param remaining how much would be admitted at once, &gt;= 0; {@link Long#MAX_VALUE} without a limit
 * @param quarantine how long everything is refused yet; zero if it is not
 * @param count how much was admitted in the current scoring window; 0 without an {@link ExtractionPolicy}
 * @param scores those that there is enough traffic to judge
 */
public record GuardReport(
        String principal, long remaining, Duration quarantine, long count, Map<Alert.Kind, Double> scores) {
    /** Copies the scores. */
    public GuardReport {
        Objects.requireNonNull(principal, "principal");
        Objects.requireNonNull(quarantine, "quarantine");
        EnumMap<Alert.Kind, Double> copy = new EnumMap<>(Alert.Kind.class);
        copy.putAll(scores);
        scores = Collections.unmodifiableMap(copy);
    }
}
