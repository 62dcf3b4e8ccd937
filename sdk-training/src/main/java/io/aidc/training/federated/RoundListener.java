package io.aidc.training.federated;

import java.util.function.Supplier;

/** Hears of the progress of a federated run. An exception ends the run with that exception. */
@FunctionalInterface
public interface RoundListener {
    /**
     * Takes notice of an attempt of a round, completed or not. Called on the thread of {@link FederatedRun#run}, which waits.
     *
     * @param report how it went
     * @param parameters gives a copy of the shared parameters as they are after it; valid during the call
     */
    void onRound(RoundReport report, Supplier<float[]> parameters);

    /**
     * Takes notice that a client answered or dropped out of the round in progress. Called on the thread that brought the
     * answer, several at a time. Does nothing unless overridden.
     *
     * @param round the round, from 1
     * @param outcome what became of the client
     */
    default void onClient(int round, ClientOutcome outcome) {}
}
