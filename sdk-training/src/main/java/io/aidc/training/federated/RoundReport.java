package io.aidc.training.federated;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records one attempt of a round.
 *
 * <p>In a private run {@code clients} is for whoever operates the run: nothing protects who was asked and who answered, and
 * {@code metrics} is empty. The norm is that of the noised update.
 *
 * <p>Immutable.
 *
 * @param round the round, from 1
 * @param attempt which attempt of it, from 1
 * @param completed whether the parameters were moved
 * @param reason why not; empty if they were
 * @param clients everyone who was asked, in the order of names, and what became of them
 * @param updateNorm the L2 norm of the combined update, before the server's optimiser; 0 if there was none
 * @param clipNorm what each update was clipped to; infinity unless the run is private
 * @param metrics the clients' own figures, averaged over those that sent them, by examples or uniformly as the updates
 * @param evaluation what the run's own evaluation said of the moved parameters; empty if there was none
 * @param duration from asking to the moved parameters
 */
public record RoundReport(
        int round,
        int attempt,
        boolean completed,
        String reason,
        List<ClientOutcome> clients,
        double updateNorm,
        double clipNorm,
        Map<String, Double> metrics,
        Map<String, Double> evaluation,
        Duration duration) {
    /** Copies the collections. */
    public RoundReport {
        clients = List.copyOf(clients);
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
        evaluation = Collections.unmodifiableMap(new TreeMap<>(evaluation));
    }

    /**
     * Counts the updates that went into the parameters.
     *
     * @return how many clients answered in time
     */
    public int survivors() {
        return (int) clients.stream()
                .filter(client -> client.status() == ClientOutcome.Status.ANSWERED)
                .count();
    }

    /**
     * Lists those whose updates did not count.
     *
     * @return late, failed, malformed and surplus clients, in the order of names
     */
    public List<ClientOutcome> dropped() {
        return clients.stream()
                .filter(client -> client.status() != ClientOutcome.Status.ANSWERED)
                .toList();
    }
}
