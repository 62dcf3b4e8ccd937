package io.aidc.training.federated;

import java.util.Objects;

/**
 * Trains a whole model of which only the body is shared: the head stays with the client.
 *
 * {@snippet class="io.aidc.training.federated.FederatedSnippetsTest" region="personal"}
 *
 * <p>The run's parameters are those of the body, {@link ParameterSplit#bodyOf}. The head is saved when training ends, whether
 * or not the round then counts the update.
 *
 * <p>Confined: one thread at a time, though not always the same one.
 */
public final class PersonalClient implements FederatedClient {
    private final String name;
    private final FederatedClient whole;
    private final ParameterSplit split;
    private final float[] firstHead;
    private final HeadStore heads;

    private PersonalClient(
            String name, FederatedClient whole, ParameterSplit split, float[] firstHead, HeadStore heads) {
        this.name = name;
        this.whole = whole;
        this.split = split;
        this.firstHead = firstHead;
        this.heads = heads;
    }

    /**
     * Makes a client that keeps its head.
     *
     * @param name the client's name, under which its head is kept
     * @param whole trains the whole model
     * @param split which parameters are shared
     * @param initial the whole model's first parameters, of which the head is taken while none is saved
     * @param heads keeps the head
     * @return the client
     * @throws IllegalArgumentException if the parameters do not fit the split
     */
    public static PersonalClient of(
            String name, FederatedClient whole, ParameterSplit split, float[] initial, HeadStore heads) {
        return new PersonalClient(
                Objects.requireNonNull(name, "name"),
                Objects.requireNonNull(whole, "whole"),
                split,
                split.headOf(initial),
                Objects.requireNonNull(heads, "heads"));
    }

    /**
     * Trains body and head, saves the head, and gives the change of the body alone.
     *
     * @param task the parameters of the body
     * @return how the body moved
     */
    @Override
    public Update train(RoundTask task) {
        float[] all = whole(task.parameters());
        Update update = whole.train(task.withParameters(all));
        float[] delta = update.delta();
        float[] moved = moved(all, delta);
        heads.save(name, split.headOf(moved));
        Update shared = Update.of(split.bodyOf(delta), update.examples());
        for (var figure : update.metrics().entrySet()) {
            shared = shared.metric(figure.getKey(), figure.getValue());
        }
        return shared;
    }

    /**
     * Puts the shared body and this client's head together.
     *
     * @param body the shared parameters, such as those of a finished run
     * @return the whole model's parameters
     * @throws IllegalArgumentException if their number is wrong
     */
    public float[] whole(float[] body) {
        return split.join(body, heads.load(name).orElse(firstHead));
    }

    /**
     * Trains the whole model once more on this client's data alone, starting from the shared body and its own head. Nothing is
     * shared or saved.
     *
     * @param body the shared parameters, such as those of a finished run
     * @param seed what the training's randomness is drawn from
     * @return the client's own model, whole
     * @throws IllegalArgumentException if the number of parameters is wrong
     */
    public float[] fineTune(float[] body, long seed) {
        float[] all = whole(body);
        return moved(all, whole.train(RoundTask.of(1, seed, 0, all)).delta());
    }

    private static float[] moved(float[] parameters, float[] delta) {
        Checks.vector("update", delta, parameters.length, Checks.LARGEST);
        float[] moved = new float[parameters.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = parameters[i] + delta[i];
        }
        return moved;
    }
}
