package io.aidc.privacy.aggregation;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the server does next. */
public sealed interface Step {
    /**
     * More messages to send, one for each client that is still in.
     *
     * @param messages each to be sent to the client that it names
     */
    record Send(List<SecureSumMessage> messages) implements Step {
        /** Copies the list. */
        public Send {
            messages = List.copyOf(messages);
        }
    }

    /** The end of a round that succeeded. */
    final class Opened implements Step {
        private final long[] steps;
        private final double scale;
        private final Set<Integer> survivors;

        Opened(long[] steps, double scale, Set<Integer> survivors) {
            this.steps = steps;
            this.scale = scale;
            this.survivors = Set.copyOf(survivors);
        }

        /**
         * Returns the sum of the survivors' integers, or of the steps of their real numbers.
         *
         * @return a new array, one sum per coordinate
         */
        public long[] integers() {
            return steps.clone();
        }

        /**
         * Returns the sum in the unit of the clients' values.
         *
         * @return a new array, one sum per coordinate; exact below 2^53 steps if the scale is a power of two
         */
        public double[] reals() {
            double[] sums = new double[steps.length];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = steps[i] / scale;
            }
            return sums;
        }

        /**
         * Returns whose vectors are in the sum.
         *
         * @return client numbers, in no order
         */
        public Set<Integer> survivors() {
            return survivors;
        }

        /**
         * Names the survivors.
         *
         * @return text without the sum
         */
        @Override
        public String toString() {
            return "Opened[survivors=%s]".formatted(new TreeSet<>(survivors));
        }
    }

    /**
     * The end of a round that failed; nothing was opened. Start another with a new server and new clients.
     *
     * @param reason why
     * @param clients how many had reached the step that failed
     */
    record Aborted(Reason reason, int clients) implements Step {}

    /** Why a round failed. */
    enum Reason {
        /** Fewer clients answered than may be left. */
        TOO_FEW_CLIENTS,
        /** Too few neighbours answered to rebuild the masks of some client. */
        TOO_FEW_SHARES,
        /** Answers contradict the commitment or the key of a client: somebody lies. */
        WRONG_SHARES
    }
}
