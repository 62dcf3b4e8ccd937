package io.aidc.training.federated;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reaches the clients that a run may ask, wherever they are; {@link io.aidc.training.federated.http.FederatedHttpServer} is
 * one over HTTP.
 *
 * <p>Thread-safe: all methods may be called at any time.
 */
public interface Population {
    /**
     * Names the clients that can be asked. Called at the beginning of each attempt of a round.
     *
     * @return distinct names, in any order
     */
    List<String> available();

    /**
     * Asks a client to train. Returns at once.
     *
     * @param client one of the names
     * @param task what to train from
     * @return the update to come; cancelled when nobody waits for it any more. Its failure is the client's failure
     */
    CompletableFuture<Update> train(String client, RoundTask task);

    /**
     * Carries one message of a secure aggregation to a client, whose {@link MaskedClient} answers. Returns at once.
     *
     * @param client one of the names
     * @param task what to train from; needs to travel with step 0 only
     * @param step which message of the round, from 0
     * @param message what the server's end of the aggregation says
     * @return the answer to come; cancelled when nobody waits for it any more
     * @throws UnsupportedOperationException if these clients mask nothing
     */
    default CompletableFuture<byte[]> relay(String client, RoundTask task, int step, byte[] message) {
        throw new UnsupportedOperationException("these clients take no part in secure aggregation");
    }

    /**
     * Takes notice that an attempt of a round is over and its clients may forget it. Does nothing unless overridden.
     *
     * @param round the round, from 1
     */
    default void roundOver(int round) {}
}
