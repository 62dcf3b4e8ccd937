package io.aidc.training.search;

import java.time.Duration;
import java.time.Instant;

/** What a line of a journal tells. */
sealed interface JournalLine {
    /** The first line. */
    record Header(String direction, String sampler, String pruner, long seed) implements JournalLine {}

    /** A trial begins, perhaps again. */
    record Start(int trial, Instant at) implements JournalLine {}

    /** A parameter was drawn. */
    record Parameter(int trial, String name, Setting setting) implements JournalLine {}

    /** An intermediate value. */
    record Report(int trial, int step, double value) implements JournalLine {}

    /** A trial ended. */
    record End(int trial, Outcome outcome, Duration duration) implements JournalLine {}
}
