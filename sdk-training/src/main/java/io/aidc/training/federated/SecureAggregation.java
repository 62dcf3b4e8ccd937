package io.aidc.training.federated;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The server's end of an aggregation that adds up masked vectors, so that the run never sees a single update.
 *
 * <p>The run only carries bytes: it asks for the first messages, collects the clients' answers until everybody has answered or
 * the deadline of the step has passed, asks for the next messages, and so on until there is a sum or a failure. Each client
 * answers through a {@link MaskedClient}. A multi-step protocol such as {@code SecureSum} of sdk-privacy fits: its server's
 * {@code receive} and {@code next} are {@link Exchange#receive} and {@link Exchange#next}.
 *
 * <p>What the run learns: the sum, who took part, and nothing of example counts or metrics, which would need a sum of their
 * own; all clients weigh the same. Clipping is the clients' word.
 */
@FunctionalInterface
public interface SecureAggregation {
    /**
     * Begins the aggregation of one attempt of a round. Called on the thread of {@link FederatedRun#run}.
     *
     * @param round the round, from 1; a retry has the same number and needs fresh keys
     * @param clients who was asked, sorted by name
     * @param length how many numbers each vector has
     * @return the exchange of messages
     */
    Exchange begin(int round, List<String> clients, int length);

    /** One exchange of messages. Confined: one thread at a time, though not always the same one. */
    interface Exchange {
        /**
         * Gives the messages of step 0, with which the clients also get their task.
         *
         * @return one message for each client that takes part
         */
        Map<String, byte[]> first();

        /**
         * Takes a client's answer to the step at hand; whether it comes from that client, the transport has checked.
         *
         * @param client who answered
         * @param message what it answered
         * @return what is wrong with the answer, which then does not count; empty if it does
         */
        Optional<String> receive(String client, byte[] message);

        /**
         * Ends the step at hand; who has not answered has left.
         *
         * @return what to send, or the end
         */
        Next next();
    }

    /** What follows a step. */
    sealed interface Next {
        /**
         * Another step.
         *
         * @param messages one for each client that is still asked
         */
        record Send(Map<String, byte[]> messages) implements Next {
            /** Copies the map. */
            public Send {
                messages = Map.copyOf(messages);
            }
        }

        /** The sum. */
        final class Opened implements Next {
            private final double[] sum;
            private final Set<String> survivors;

            /**
             * Ends an exchange with a sum.
             *
             * @param sum over the survivors, {@code [length]}; copied
             * @param survivors whose vectors are in it
             */
            public Opened(double[] sum, Set<String> survivors) {
                this.sum = sum.clone();
                this.survivors = Set.copyOf(survivors);
            }

            double[] sum() {
                return sum;
            }

            Set<String> survivors() {
                return survivors;
            }
        }

        /**
         * The end of an exchange in which nothing was opened; the attempt of the round has failed.
         *
         * @param reason a sentence
         */
        record Failed(String reason) implements Next {}
    }
}
