package io.aidc.training.federated;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in secure aggregation: trains as another client does and lets the update out only masked.
 *
 * <p>With the first message of a round it trains, and shortens the change to the norm that the task asks for; so a client that
 * is slow or fails drops out before any key is exchanged, which costs the others nothing. Example counts and metrics stay
 * here.
 *
 * <p>Confined: one thread at a time, though not always the same one.
 */
public final class MaskedClient implements AutoCloseable {
    private final FederatedClient client;
    private final Masking masking;
    private Masking.@Nullable Party party;
    private float[] vector = {};
    private int expected;

    private MaskedClient(FederatedClient client, Masking masking) {
        this.client = client;
        this.masking = masking;
    }

    /**
     * Joins a client with its end of the aggregation.
     *
     * @param client what trains
     * @param masking joins each round's aggregation
     * @return the client that answers with masked vectors
     */
    public static MaskedClient of(FederatedClient client, Masking masking) {
        return new MaskedClient(Objects.requireNonNull(client, "client"), Objects.requireNonNull(masking, "masking"));
    }

    /**
     * Answers a step of a round. Step 0 ends whatever round was there before.
     *
     * @param task what to train from; read at step 0 only
     * @param step which message, from 0
     * @param message what the server's end says
     * @return the answer
     * @throws IllegalStateException if this is not the step that comes next; the client then has left the round
     */
    public byte[] answer(RoundTask task, int step, byte[] message) {
        if (step == 0) {
            begin(task, message);
        }
        Masking.Party current = party;
        if (current == null || step != expected) {
            close();
            throw new IllegalStateException("step %d does not come next, this client takes part in %s"
                    .formatted(step, current == null ? "no round" : "a round at step " + expected));
        }
        boolean answered = false;
        try {
            byte[] answer = current.answer(step, message, vector);
            expected = step + 1;
            answered = true;
            return answer;
        } finally {
            if (!answered) {
                close();
            }
        }
    }

    private void begin(RoundTask task, byte[] message) {
        close();
        float[] delta = client.train(task).delta();
        Checks.vector("update", delta, task.length(), Checks.LARGEST);
        vector = Double.isInfinite(task.clipNorm()) ? delta : Clip.to(task.clipNorm(), delta);
        party = masking.join(message);
        expected = 0;
    }

    /** Leaves the round at hand and forgets the update. The client can be asked again. */
    @Override
    public void close() {
        Masking.Party leaving = party;
        party = null;
        vector = new float[0];
        if (leaving != null) {
            leaving.close();
        }
    }
}
