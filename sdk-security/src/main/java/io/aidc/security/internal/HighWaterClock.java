package io.aidc.security.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A clock that never goes back, so that what expired stays expired when somebody turns the system clock back. Small steps, as
 * time servers make them, pass silently. <em>Thread-safe.</em>
 */
public final class HighWaterClock {
    private static final Duration SILENT = Duration.ofSeconds(1);

    private final Clock clock;
    private final Consumer<Duration> onStepBack;
    private final AtomicReference<Instant> highest;
    private final AtomicReference<Instant> reported = new AtomicReference<>(Instant.MIN);

    /**
     * Starts at an instant that is known to have passed.
     *
     * @param clock tells the time
     * @param reached where to start at the earliest, {@link Instant#MIN} if nothing is known
     * @param onStepBack told once for each time that was reached, by how much the clock is behind it, if more than a second;
     *     on the thread that asked for the time. If it fails it is told again, by whoever asks next
     */
    public HighWaterClock(Clock clock, Instant reached, Consumer<Duration> onStepBack) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.highest = new AtomicReference<>(reached);
        this.onStepBack = Objects.requireNonNull(onStepBack, "onStepBack");
    }

    /**
     * Tells the time.
     *
     * @return not before any instant that was returned earlier
     * @throws RuntimeException what {@code onStepBack} throws
     */
    public Instant now() {
        Instant now = clock.instant();
        Instant before = highest.getAndAccumulate(now, (a, b) -> a.isAfter(b) ? a : b);
        if (!before.isAfter(now)) {
            return now;
        }
        if (before.isAfter(now.plus(SILENT))) {
            report(before, Duration.between(now, before));
        }
        return before;
    }

    /** One thread reports; if it fails, the next that asks for the time does. */
    private void report(Instant step, Duration behind) {
        Instant last = reported.get();
        if (step.equals(last) || !reported.compareAndSet(last, step)) {
            return;
        }
        boolean isReported = false;
        try {
            onStepBack.accept(behind);
            isReported = true;
        } finally {
            if (!isReported) {
                reported.compareAndSet(step, last);
            }
        }
    }
}
