package io.aidc.training.network;

import java.util.List;
import java.util.Objects;

/**
 * Names one trained array of a model and its shape.
 *
 * <p>Immutable.
 *
 * @param name the layer's index in the network, a dot, and {@code weight} or {@code bias}, as in PyTorch's Sequential
 * @param shape the extents, outermost first, each &gt; 0
 */
public record Parameter(String name, List<Integer> shape) {
    /** Checks and copies the shape. */
    public Parameter {
        Objects.requireNonNull(name, "name");
        shape = List.copyOf(shape);
        long size = 1;
        for (int extent : shape) {
            Widths.positive("extent of " + name, extent);
            size = Math.multiplyExact(size, extent);
        }
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "%s must have at most %d numbers, got shape %s".formatted(name, Integer.MAX_VALUE, shape));
        }
    }

    /**
     * Counts the numbers in the array.
     *
     * @return the product of the extents
     */
    public int size() {
        int size = 1;
        for (int extent : shape) {
            size *= extent;
        }
        return size;
    }
}
