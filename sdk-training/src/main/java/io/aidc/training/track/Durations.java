package io.aidc.training.track;

import java.time.Duration;
import java.util.Locale;

/** Writes durations for people. */
final class Durations {
    private Durations() {}

    /** Minutes and seconds, with hours if there are any: 0:07, 12:00, 30:05:59. */
    static String shown(Duration duration) {
        long hours = duration.toHours();
        return hours > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", hours, duration.toMinutesPart(), duration.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }
}
