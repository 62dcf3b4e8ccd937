package io.aidc.training.engine;

import io.aidc.training.network.Loss;
import io.aidc.training.network.Parameter;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Describes a model that a run can train: its parameters, and how to make the replica each worker computes with.
 *
 * <p>Implementations are immutable and may be used by several runs.
 */
public interface Trainable {
    /**
     * Describes the model in one line for the report.
     *
     * @return what it is made of, its loss included
     */
    String description();

    /**
     * Names the libraries that compute, for the report.
     *
     * @return versions by library
     */
    Map<String, String> versions();

    /**
     * Checks that data fits the model, before any worker starts.
     *
     * @param features the width of a row
     * @param classes the number of classes, 0 for regression
     * @param targets the width of a target, 1 for classes
     * @throws IllegalArgumentException naming what was expected and what the data has
     */
    void requireFit(int features, int classes, int targets);

    /**
     * Lists the trained arrays in the order in which they lie in the flat buffer.
     *
     * @return the parameters
     */
    List<Parameter> parameters();

    /**
     * Lists arrays that are kept beside the parameters and not trained, such as running statistics. They lie behind the
     * parameters in the flat buffer, a replica changes them there as it computes gradients, and the run averages them over
     * its workers.
     *
     * @return names and shapes; none unless overridden
     */
    default List<Parameter> statistics() {
        return List.of();
    }

    /**
     * Gives the width of an answer.
     *
     * @return the number of outputs, &gt; 0
     */
    int outputs();

    /**
     * Tells the loss whose outputs the answers are, which says how they become probabilities: those of a cross-entropy are
     * logits.
     *
     * @param classes how many classes the data has, 0 for regression
     * @return the loss; empty if answers are what they are. A cross-entropy for classes unless overridden
     */
    default Optional<Loss> answersFor(int classes) {
        return classes > 0 ? Optional.of(Loss.CROSS_ENTROPY) : Optional.empty();
    }

    /**
     * Draws the parameters that training starts from; the same seed gives the same numbers on every machine.
     *
     * @param seed selects the draw
     * @return all parameters, then all statistics, flat
     */
    float[] initialParameters(long seed);

    /**
     * Tells whether replicas can clip the gradient of each row.
     *
     * @return whether the model may be trained privately
     */
    boolean clipsRows();

    /**
     * Makes what one worker computes with.
     *
     * @param parameters the flat parameters, statistics behind them, direct, native byte order; read by the replica, changed by the run
     * @param seed selects the replica's own randomness, such as dropout
     * @return a replica; the caller closes it
     */
    Replica replica(FloatBuffer parameters, long seed);
}
