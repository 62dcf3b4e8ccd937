package io.aidc.training.checkpoint;

import java.util.Map;
import java.util.Objects;

/**
 * Holds what an optimiser remembers between steps.
 *
 * <p>Immutable, except where its arrays are views.
 *
 * @param description the rule and its constants in one line, to be compared when the state is used
 * @param counters its numbers, such as the steps taken
 * @param arrays its arrays by name, flat or shaped as the parameters, such as the moments of Adam
 */
public record OptimizerState(String description, NamedValues counters, Map<String, Tensor> arrays) {
    /** Checks the names and copies the map, keeping its order. */
    public OptimizerState {
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(counters, "counters");
        arrays = CheckpointState.arrays(arrays);
    }

    /**
     * Gives the state of an optimiser that remembers nothing.
     *
     * @return an empty state
     */
    public static OptimizerState none() {
        return new OptimizerState("", NamedValues.none(), Map.of());
    }
}
