package io.aidc.security.guard;

import java.time.Duration;

/**
 * What became of a request at the guard.
 *
 * <p><em>Immutable.</em>
 */
public sealed interface Admission permits Admission.Admitted, Admission.Refused {
    /** The wait of a request that no waiting helps: 292 years. */
    Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

    /**
     * The request may go on.
     *
     * @param remaining how much more would be admitted at once, &gt;= 0; {@link Long#MAX_VALUE} without a limit
     */
    record Admitted(long remaining) implements Admission {}

    /**
     * The request must not go on. Nothing was charged for it, except for the one that raised an alert.
     *
     * @param reason which limit
     * @param retryAfter after how long the same request would be admitted if no other came before it, &gt; 0;
     *     {@link #NEVER} for {@link Reason#COST}
     */
    record Refused(Reason reason, Duration retryAfter) implements Admission {}

    /** Why a request is refused; where several limits refuse, the one with the longest wait. */
    enum Reason {
        /** Too many in a short time. */
        RATE,
        /** The quota of this window is used. */
        QUOTA,
        /** It costs more than the burst or the quota ever allows; ask for less at a time. */
        COST,
        /** An alert was raised, and the policy refuses whoever raised one. */
        QUARANTINE
    }
}
