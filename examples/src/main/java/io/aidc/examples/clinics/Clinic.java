package io.aidc.examples.clinics;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.federated.FederatedClient;
import io.aidc.training.federated.LocalTraining;
import io.aidc.training.federated.MaskedClient;
import io.aidc.training.federated.Masking;
import io.aidc.training.federated.RoundTask;
import io.aidc.training.federated.Update;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** One party: its pictures, and its end of each sum. Thread-safe. */
final class Clinic {
    /**
     * A line that breaks once.
     *
     * @param round in which round
     * @param step before which answer: 2 is the masked update, 3 what removes the masks of others
     */
    record Outage(int round, int step) {}

    private final String name;
    private final Dataset pictures;
    private final Supplier<TrainingRun> runs;
    private final Agreement agreement;
    private final Set<Outage> outages = ConcurrentHashMap.newKeySet();
    private final Map<Integer, float[]> updates = new ConcurrentHashMap<>();

    Clinic(String name, Dataset pictures, Supplier<TrainingRun> runs, Agreement agreement) {
        this.name = name;
        this.pictures = pictures;
        this.runs = runs;
        this.agreement = agreement;
    }

    String name() {
        return name;
    }

    void loses(Outage outage) {
        outages.add(outage);
    }

    /** What the clinic changed in a round, for the comparison with a plain average; in real use nobody else may ask for it. */
    float[] update(int round) {
        return updates.getOrDefault(round, new float[0]).clone();
    }

    /** Takes part in one attempt of a round. */
    MaskedClient join() {
        var turn = new Turn();
        return MaskedClient.of(turn, turn);
    }

    /** How good the clinic's model would be without the others. */
    double alone(long seed, Dataset heldAside) {
        try (TrainingResult result = runs.get().seed(seed).fit(pictures)) {
            return result.model().accuracy(heldAside);
        }
    }

    /** One attempt of one round: trains, then masks. */
    private final class Turn implements FederatedClient, Masking {
        private final FederatedClient training = LocalTraining.of(runs, pictures);
        private int round;

        @Override
        public Update train(RoundTask task) {
            round = task.round();
            Update update = training.train(task);
            updates.put(round, update.delta());
            return update;
        }

        @Override
        public Party join(byte[] message) {
            MaskedUpdate party = MaskedUpdate.join(agreement, name, message);
            return new Party() {
                @Override
                public byte[] answer(int step, byte[] request, float[] vector) {
                    if (outages.remove(new Outage(round, step))) {
                        throw new IllegalStateException("the line broke before answer " + step);
                    }
                    return party.answer(step, request, vector);
                }

                @Override
                public void close() {
                    party.close();
                }
            };
        }
    }
}
