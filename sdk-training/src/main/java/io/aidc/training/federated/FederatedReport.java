package io.aidc.training.federated;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records how a federated run went.
 *
 * <p>With the same seed, clients that compute the same numbers for the same task, and nobody late or surplus, a run gives the
 * same parameters to the last bit, whatever the number of threads; not so a private run, whose sampling and noise should not
 * be repeatable.
 *
 * <p>Immutable.
 *
 * @param seed what clients were drawn by and their seeds were made from
 * @param hyperParameters every option by name, in a fixed order
 * @param started when the run began
 * @param duration how long it took
 * @param rounds how many rounds are completed, those before a resumed state included
 * @param stopReason why the run ended
 * @param stopDetail a sentence on why it ended; empty if it ran to its end
 * @param attempts every attempt of every round, since the run began or was resumed
 */
public record FederatedReport(
        long seed,
        Map<String, String> hyperParameters,
        Instant started,
        Duration duration,
        int rounds,
        StopReason stopReason,
        String stopDetail,
        List<RoundReport> attempts) {
    /** Tells why a run ended. In each case the parameters are those after the last completed round. */
    public enum StopReason {
        /** All rounds were completed. */
        FINISHED,
        /** The caller's condition for stopping held. */
        STOPPED,
        /** The privacy gate did not admit the next round. */
        REFUSED,
        /** A round failed in all its attempts for want of answers. */
        TOO_FEW_CLIENTS,
        /** A round would have made a parameter infinite or NaN. */
        DIVERGED,
        /** The thread that called {@code run} was interrupted; its flag is still set. */
        INTERRUPTED
    }

    /** Copies the collections and keeps their order. */
    public FederatedReport {
        hyperParameters = Collections.unmodifiableMap(new LinkedHashMap<>(hyperParameters));
        attempts = List.copyOf(attempts);
    }
}
