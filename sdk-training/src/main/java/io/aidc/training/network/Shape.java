package io.aidc.training.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Gives the extents of an array, outermost first, as in {@code [1, 28, 28]}. The shapes of rows leave the batch axis out.
 *
 * <p>Immutable.
 *
 * @param extents each &gt; 0; at most 2³¹ - 1 numbers in all
 */
public record Shape(List<Integer> extents) {
    /** Checks and copies the extents. */
    public Shape {
        extents = List.copyOf(extents);
        long size = 1;
        for (int extent : extents) {
            Checks.positive("extent of " + extents, extent);
            size = Math.multiplyExact(size, extent);
        }
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "a shape must hold at most %d numbers, got %s".formatted(Integer.MAX_VALUE, extents));
        }
    }

    /**
     * Makes a shape.
     *
     * @param extents outermost first, each &gt; 0; none for a single number
     * @return the shape
     * @throws IllegalArgumentException if an extent is not positive or the shape is too large
     */
    public static Shape of(int... extents) {
        List<Integer> list = new ArrayList<>();
        for (int extent : extents) {
            list.add(extent);
        }
        return new Shape(list);
    }

    /**
     * Counts the axes.
     *
     * @return how many, ≥ 0
     */
    public int rank() {
        return extents.size();
    }

    /**
     * Counts the numbers.
     *
     * @return the product of the extents, &gt; 0
     */
    public int size() {
        int size = 1;
        for (int extent : extents) {
            size *= extent;
        }
        return size;
    }

    /**
     * Gives one extent.
     *
     * @param axis from 0, or from the end as -1, -2, …
     * @return the extent, &gt; 0
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public int extent(int axis) {
        return extents.get(axis < 0 ? rank() + axis : axis);
    }

    Shape with(int axis, int extent) {
        List<Integer> changed = new ArrayList<>(extents);
        changed.set(axis < 0 ? rank() + axis : axis, extent);
        return new Shape(changed);
    }

    @Override
    public String toString() {
        return extents.toString();
    }
}
