package io.aidc.training.federated;

/** Decides before each private round whether it may be attempted; the place to charge a budget. */
@FunctionalInterface
public interface RoundGate {
    /**
     * Charges for a round that is about to be attempted. Called on the thread of {@link FederatedRun#run}, before any client
     * is drawn or asked, and again for each retry of the same round: whatever was admitted counts as spent, whether or not
     * the round succeeds. An exception ends the run as {@code false} does, and its message goes into the report.
     *
     * @param round the round, from 1
     * @return whether it may go ahead; {@code false} ends the run
     */
    boolean admit(int round);
}
