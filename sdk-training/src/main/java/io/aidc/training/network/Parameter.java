package io.aidc.training.network;

import java.util.Objects;

/**
 * Names one array of a model and its shape.
 *
 * <p>Immutable.
 *
 * @param name where the array is, as in PyTorch's Sequential: {@code 0.weight}, {@code 3.1.bias}
 * @param shape the extents, outermost first
 */
public record Parameter(String name, Shape shape) {
    /** Checks that nothing is missing. */
    public Parameter {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(shape, "shape");
    }

    /**
     * Counts the numbers in the array.
     *
     * @return the product of the extents
     */
    public int size() {
        return shape.size();
    }
}
