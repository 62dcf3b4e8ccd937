package io.aidc.training;

import java.util.Optional;
import java.util.stream.IntStream;

/** Says which rows each step computes on. */
sealed interface Batches permits EpochBatches, PrivateBatches {
    /** One step's rows. */
    final class Draw {
        private final int[] share;
        private final int total;

        private Draw(int[] share, int total) {
            this.share = share;
            this.total = total;
        }

        static Draw of(int[] joined, int rank, int size) {
            int[] share = IntStream.range(0, joined.length)
                    .filter(i -> i % size == rank)
                    .map(i -> joined[i])
                    .toArray();
            return new Draw(share, joined.length);
        }

        /** Those of this worker; not copied. */
        int[] share() {
            return share;
        }

        /** How many all workers have together. */
        int total() {
            return total;
        }
    }

    /**
     * Draws the rows of a step; called once for each step, in order, by every worker.
     *
     * @throws RefusedException if the step may not be taken
     */
    Draw draw(int step) throws RefusedException;

    /** What {@link #draw} will give for the step after the one drawn last, where that can be told before it is taken. */
    Optional<Draw> foreseen(int step);

    /** Says that the privacy gate refused a step. */
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String reason) {
            super(reason);
        }
    }
}
