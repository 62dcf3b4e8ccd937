package io.aidc.storage.faults;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What the latest rounds published stays and must stay readable; what older ones published is deleted, for the collectors. */
final class OldRounds {
    private static final int KEPT = 4;
    private static final int ATTEMPTS = 5;

    private final Cluster cluster;
    private final Deque<Round> rounds = new ArrayDeque<>();

    OldRounds(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Adds a round that is over, while no fault is active. */
    void add(Round round) throws IOException {
        rounds.add(round);
        while (rounds.size() > KEPT && cluster.hasMajority()) {
            delete(rounds.remove());
        }
    }

    private void delete(Round round) throws IOException {
        NodeLink node = cluster.link(cluster.alive().get(0));
        for (String name : round.names()) {
            Answer answer = Answer.GONE;
            for (int attempt = 0; attempt < ATTEMPTS && !answer.is(Answer.Kind.VALUE); attempt++) {
                answer = node.ask("drop " + name);
            }
            if (!answer.is(Answer.Kind.VALUE)) {
                throw new IOException("no fault is active and %s cannot be deleted: %s".formatted(name, answer));
            }
        }
    }

    /** Returns {@code name@label} of all acknowledged versions that were not deleted. */
    List<String> references() {
        List<String> references = new ArrayList<>();
        rounds.forEach(round -> references.addAll(round.references()));
        return references;
    }

    /** Forgets all: what was stored is gone. */
    void clear() {
        rounds.clear();
    }
}
