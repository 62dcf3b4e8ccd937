package io.aidc.training.federated;

import java.time.Duration;

/** Runs something when a time is over; tests bring their own. */
@FunctionalInterface
interface Deadlines {
    /** Arranges a call; gives what takes it back. */
    Runnable after(Duration time, Runnable call);
}
