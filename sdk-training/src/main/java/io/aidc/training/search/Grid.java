package io.aidc.training.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tries every combination of given values once; the last parameter named changes fastest. The search ends when the grid
 * is used up, if not before; {@link Search#tryFirst} comes before the grid and takes nothing from it. A parameter the
 * objective asks for must be on the grid, and its values inside the domain; else the trial fails with an
 * {@link IllegalArgumentException}.
 *
 * {@snippet class="io.aidc.training.search.SearchSnippetsTest" region="grid"}
 *
 * <p>Immutable: each option gives another grid.
 */
public final class Grid extends Sampler {
    private final Map<String, List<Object>> axes;

    private Grid(Map<String, List<Object>> axes) {
        this.axes = axes;
    }

    /**
     * Begins a grid with numbers.
     *
     * @param parameter the name the objective asks for
     * @param values at least one, distinct
     * @return the grid
     * @throws IllegalArgumentException if there is no value, one twice, or one that is not finite
     */
    public static Grid over(String parameter, double... values) {
        return new Grid(Map.of()).and(parameter, values);
    }

    /**
     * Begins a grid with options; of a flag these are {@code "false"} and {@code "true"}.
     *
     * @param parameter the name the objective asks for
     * @param options at least one, distinct
     * @return the grid
     * @throws IllegalArgumentException if there is no option, or one twice
     */
    public static Grid over(String parameter, String... options) {
        return new Grid(Map.of()).and(parameter, options);
    }

    /**
     * Adds a parameter with numbers.
     *
     * @param parameter the name the objective asks for
     * @param values at least one, distinct
     * @return the larger grid
     * @throws IllegalArgumentException if the parameter is there, there is no value, one twice, or one that is not
     *     finite, or if there are more than 2<sup>31</sup> − 1 combinations
     */
    public Grid and(String parameter, double... values) {
        List<Object> list = new ArrayList<>();
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("values of '%s' must be finite, got %s".formatted(parameter, value));
            }
            list.add(value);
        }
        return with(parameter, list);
    }

    /**
     * Adds a parameter with options; of a flag these are {@code "false"} and {@code "true"}.
     *
     * @param parameter the name the objective asks for
     * @param options at least one, distinct
     * @return the larger grid
     * @throws IllegalArgumentException if the parameter is there, there is no option, or one twice, or if there are
     *     more than 2<sup>31</sup> − 1 combinations
     */
    public Grid and(String parameter, String... options) {
        return with(parameter, List.of((Object[]) options));
    }

    private Grid with(String parameter, List<Object> values) {
        Ranges.checkText("parameter", parameter);
        if (axes.containsKey(parameter)) {
            throw new IllegalArgumentException(
                    "grid has '%s' already, with %s".formatted(parameter, axes.get(parameter)));
        }
        if (values.isEmpty() || values.stream().distinct().count() < values.size()) {
            throw new IllegalArgumentException(
                    "values of '%s' must be at least one and distinct, got %s".formatted(parameter, values));
        }
        Map<String, List<Object>> more = new LinkedHashMap<>(axes);
        more.put(parameter, List.copyOf(values));
        var grid = new Grid(more);
        long size = (long) (axes.isEmpty() ? 1 : limit()) * values.size();
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("grid must have fewer than 2^31 combinations, got " + size);
        }
        return grid;
    }

    /**
     * Counts the combinations.
     *
     * @return how many trials use the grid up
     */
    public int size() {
        return limit();
    }

    @Override
    int limit() {
        int size = 1;
        for (List<Object> values : axes.values()) {
            size *= values.size();
        }
        return size;
    }

    @Override
    double draw(int trial, List<Past> others, String name, Domain domain) {
        if (!axes.containsKey(name)) {
            throw new IllegalArgumentException(
                    "parameter '%s' is not on the grid; it has %s".formatted(name, axes.keySet()));
        }
        int rest = Math.floorMod(trial, limit());
        int size = limit();
        for (Map.Entry<String, List<Object>> axis : axes.entrySet()) {
            size /= axis.getValue().size();
            int index = rest / size;
            rest %= size;
            if (axis.getKey().equals(name)) {
                return Given.number(name, domain, axis.getValue().get(index));
            }
        }
        throw new AssertionError(name);
    }

    @Override
    public String toString() {
        return "grid(" + axes + ")";
    }
}
