package io.aidc.serving;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Describes one input or output of a model as the model file declares it.
 *
 * <p>A declared output shape is a hint: models exist that return another one. Immutable.
 *
 * @param name the name in the graph
 * @param type the element type
 * @param shape the dimensions; {@value #OPEN} where the model leaves the length open; empty for a scalar and for a
 *     model that says nothing about the shape
 * @param dimensionNames one per dimension, such as {@code batch}; empty text where the model gives no name
 */
public record TensorSpec(String name, ElementType type, List<Long> shape, List<String> dimensionNames) {
    /** Stands for a dimension whose length the model leaves open. */
    public static final long OPEN = -1;

    /**
     * Checks and copies the components.
     *
     * @throws IllegalArgumentException if a dimension is below {@value #OPEN}, or names and dimensions differ in number
     */
    public TensorSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        dimensionNames = List.copyOf(dimensionNames);
        if (dimensionNames.size() != shape.size()) {
            throw new IllegalArgumentException("'%s' has %d dimensions but %d dimension names"
                    .formatted(name, shape.size(), dimensionNames.size()));
        }
        for (long dimension : shape) {
            if (dimension < OPEN) {
                throw new IllegalArgumentException(
                        "'%s': each dimension must be >= %d, got %s".formatted(name, OPEN, shape));
            }
        }
    }

    /**
     * Creates a description without dimension names.
     *
     * @param name the name in the graph
     * @param type the element type
     * @param shape the dimensions, {@value #OPEN} where open
     * @return the description
     * @throws IllegalArgumentException if a dimension is below {@value #OPEN}
     */
    public static TensorSpec of(String name, ElementType type, long... shape) {
        List<Long> dimensions = new ArrayList<>(shape.length);
        for (long dimension : shape) {
            dimensions.add(dimension);
        }
        return new TensorSpec(name, type, dimensions, Collections.nCopies(shape.length, ""));
    }

    /**
     * Returns the number of dimensions.
     *
     * @return 0 for a scalar and for an undeclared shape
     */
    public int rank() {
        return shape.size();
    }

    /**
     * Tells whether the first dimension is open, so that it can count the rows of a batch.
     *
     * @return true if there is a first dimension and it is open
     */
    public boolean hasOpenRows() {
        return !shape.isEmpty() && shape.get(0) == OPEN;
    }

    /**
     * Tells whether every dimension after the first has a fixed length.
     *
     * @return true also for rank 0 and 1
     */
    public boolean hasFixedTail() {
        return shape.stream().skip(1).allMatch(dimension -> dimension != OPEN);
    }
}
