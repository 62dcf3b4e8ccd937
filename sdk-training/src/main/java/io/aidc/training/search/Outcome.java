package io.aidc.training.search;

/** How a trial ended. */
public sealed interface Outcome {
    /**
     * The objective gave a value.
     *
     * @param value finite
     */
    record Completed(double value) implements Outcome {
        /** Checks the value. */
        public Completed {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("value must be finite, got " + value);
            }
        }
    }

    /**
     * The trial was told that it is not worth going on.
     *
     * @param step the step at which it was told
     * @param value what it reported there
     */
    record Pruned(int step, double value) implements Outcome {}

    /**
     * The objective threw, or gave a value that is not finite.
     *
     * @param error what went wrong, at most 1000 characters
     */
    record Failed(String error) implements Outcome {
        private static final int LONGEST = 1000;

        /** Shortens the text. */
        public Failed {
            error = error.length() > LONGEST ? error.substring(0, LONGEST) : error;
        }
    }

    /**
     * The trial did not come to an end: the process died, time was up, or the search was interrupted.
     *
     * @see Search#rerunInterrupted
     */
    record Interrupted() implements Outcome {}
}
