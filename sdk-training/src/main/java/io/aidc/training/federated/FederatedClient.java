package io.aidc.training.federated;

/**
 * Trains the shared model on data that stays where it is.
 *
 * <p>Whatever an implementation throws is reported under the client's name, and the round goes on without it. One in this
 * JVM that is no longer waited for is interrupted; one over HTTP trains to its end and is told that it was too late.
 */
@FunctionalInterface
public interface FederatedClient {
    /**
     * Trains from the parameters of the task and says how they moved. Called on a thread of the run or of the HTTP client,
     * for one round at a time; the next round may come on another thread.
     *
     * @param task the parameters, the seed and the proximal weight μ: if it is &gt; 0, the client adds {@code μ/2 · |w − w₀|²}
     *     to its loss, w₀ being the parameters of the task
     * @return the change and on how many examples it rests
     * @see <a href="https://arxiv.org/abs/1812.06127">Li et al. 2020, FedProx</a> for μ
     */
    Update train(RoundTask task);
}
