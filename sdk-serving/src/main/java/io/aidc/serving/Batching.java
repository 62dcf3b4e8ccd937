package io.aidc.serving;

import java.util.Objects;

/** Says whether a server puts several requests into one run. Immutable. */
public sealed interface Batching permits Batching.UpTo, Batching.Off {

    /**
     * Requests may share a run.
     *
     * @param rows the most rows of one run, &ge; 2
     */
    record UpTo(int rows) implements Batching {}

    /**
     * Each request has its own run.
     *
     * @param reason why: not asked for, or what the probe of the model found
     */
    record Off(String reason) implements Batching {
        /** Checks that there is a reason. */
        public Off {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
