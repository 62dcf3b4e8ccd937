package io.aidc.training;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records what is needed to run a training again, and how it went.
 *
 * <p>The same seed, data, options and library versions on the same hardware give the same parameters, except in a private
 * run, whose sampling and noise are the caller's and should not be repeatable. The fingerprint identifies the rows exactly:
 * keep it with the data, not with a model that is given away.
 *
 * <p>Immutable.
 *
 * @param seed what the first parameters, the order of rows and dropout were drawn from
 * @param dataFingerprint {@link Dataset#fingerprint()} of the data
 * @param hyperParameters every option by name, in a fixed order
 * @param versions libraries, Java and platform
 * @param started when the run began
 * @param duration how long it took
 * @param steps how many steps were completed
 * @param stopReason why the run ended
 * @param stopDetail a sentence on why it ended; empty if it ran to its end
 * @param losses mean loss of each completed step, before the step; empty for a private run, since its losses are computed
 *     on private rows and nothing was paid for them
 * @param epochs how each pass over the data went
 */
public record TrainingReport(
        long seed,
        String dataFingerprint,
        Map<String, String> hyperParameters,
        Map<String, String> versions,
        Instant started,
        Duration duration,
        int steps,
        StopReason stopReason,
        String stopDetail,
        List<Double> losses,
        List<EpochScores> epochs) {
    /** Tells why a run ended. */
    public enum StopReason {
        /** All planned steps were completed. */
        FINISHED,
        /** The loss stopped getting smaller. */
        PLATEAU,
        /** The privacy gate did not admit the next step. */
        REFUSED,
        /** The thread that called {@code fit} was interrupted; its flag is still set. */
        INTERRUPTED
    }

    /** Copies the collections and keeps their order. */
    public TrainingReport {
        hyperParameters = Collections.unmodifiableMap(new LinkedHashMap<>(hyperParameters));
        versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
        losses = List.copyOf(losses);
        epochs = List.copyOf(epochs);
    }
}
