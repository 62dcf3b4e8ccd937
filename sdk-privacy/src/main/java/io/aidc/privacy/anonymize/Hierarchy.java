package io.aidc.privacy.anonymize;

import java.io.Reader;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The ways to make a value coarser: level 0 is the value, each next level a wider group, the same number of levels for
 * every value.
 *
 * {@snippet class="io.aidc.privacy.anonymize.AnonymizeSnippetsTest" region="hierarchy"}
 *
 * <p>Levels are nested: two values in one group stay together on all coarser levels; whatever is not is refused when
 * the hierarchy is made. A table's values must all be covered; one that is not is refused when the two meet, by column
 * and row, not by content. Immutable.
 */
public final class Hierarchy {
    /** What stands for any value. */
    static final String ANY = "*";

    /** How values become coarser. */
    @FunctionalInterface
    interface Paths {
        /** The labels from the value itself to the coarsest, or none if the value is not covered. */
        List<String> of(String value);

        /** The order of covered values that are not numbers; those of a group are put side by side whatever it is. */
        default Comparator<String> order() {
            return Comparator.naturalOrder();
        }

        /** The numbers that covered values stand for, if they do. */
        default Optional<ToDoubleFunction<String>> numbers() {
            return Optional.empty();
        }

        /** A label for all values from one to another, or none to use the closest common group. */
        default List<String> range(String low, String high) {
            return List.of();
        }
    }

    private final int height;
    private final Paths paths;

    private Hierarchy(int height, Paths paths) {
        this.height = height;
        this.paths = paths;
    }

    /**
     * Starts a hierarchy written out value by value.
     *
     * @return a builder without values
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a hierarchy: each line holds a value, then its ever wider groups, as {@link Builder#path} takes them.
     *
     * @param reader where the text is (RFC 4180, no header); read to its end and not closed
     * @param separator what stands between fields
     * @return the hierarchy
     * @throws IllegalArgumentException if the text is not of this form, is empty, repeats a value or is not nested
     * @throws java.io.UncheckedIOException if reading fails
     */
    public static Hierarchy readCsv(Reader reader, char separator) {
        Objects.requireNonNull(reader, "reader");
        Builder builder = builder();
        for (Csv.Line line : Csv.read(reader, separator)) {
            try {
                builder.path(line.fields());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + line.number() + ": " + e.getMessage(), e);
            }
        }
        return builder.build();
    }

    /**
     * Makes a hierarchy of intervals: the number, then {@code [low, high)} of each width, then {@code *}.
     *
     * <p>Intervals are counted from {@code low}; the last one of a width ends at {@code high} at the latest. Numbers
     * may have a fraction.
     *
     * @param low the least number covered
     * @param high the end of what is covered, not covered itself
     * @param widths the widths from narrow to wide, each a multiple of the one before, at least one
     * @return a hierarchy of {@code widths.length + 2} levels
     * @throws IllegalArgumentException if {@code high} is not above {@code low}, or a width is not positive or not a
     *     multiple of the one before
     */
    public static Hierarchy intervals(long low, long high, long... widths) {
        return new Hierarchy(widths.length + 1, new Intervals(low, high, widths.clone()));
    }

    /**
     * Makes a hierarchy of dates such as {@code 2026-11-26}: day, month, quarter, year, decade, {@code *}.
     *
     * @return a hierarchy of six levels
     */
    public static Hierarchy dates() {
        return new Hierarchy(5, new Dates());
    }

    /**
     * Makes a hierarchy that hides one more character from the right at each level: {@code 80331}, {@code 8033*}, …,
     * {@code *}.
     *
     * @param characters the length of the longest value, &ge; 1; a shorter one counts as filled up on the right
     * @return a hierarchy of {@code characters + 1} levels
     * @throws IllegalArgumentException if {@code characters} is less than 1
     */
    public static Hierarchy maskTrailing(int characters) {
        return new Hierarchy(checkCharacters(characters), new Masks(characters, Masks.Side.TRAILING));
    }

    /**
     * Makes a hierarchy that hides one more character from the left at each level: {@code 80331}, {@code *0331}, …,
     * {@code *}.
     *
     * @param characters the length of the longest value, &ge; 1; a shorter one counts as filled up on the left
     * @return a hierarchy of {@code characters + 1} levels
     * @throws IllegalArgumentException if {@code characters} is less than 1
     */
    public static Hierarchy maskLeading(int characters) {
        return new Hierarchy(checkCharacters(characters), new Masks(characters, Masks.Side.LEADING));
    }

    /**
     * Makes the hierarchy that shows a value or {@code *}.
     *
     * @return a hierarchy of two levels that covers everything
     */
    public static Hierarchy suppression() {
        return new Hierarchy(1, value -> List.of(value, ANY));
    }

    /**
     * Returns the coarsest level.
     *
     * @return height &ge; 0; levels count from 0 to this
     */
    public int height() {
        return height;
    }

    /**
     * Makes one value coarser.
     *
     * @param value a value that is covered
     * @param level 0 for the value itself, up to {@link #height()}
     * @return its group on that level
     * @throws IllegalArgumentException if there is no such level, or the value is not covered; the message does not
     *     show the value
     */
    public String generalise(String value, int level) {
        Objects.requireNonNull(value, "value");
        if (level < 0 || level > height) {
            throw new IllegalArgumentException("level must be in 0 to %d, got %d".formatted(height, level));
        }
        List<String> path = paths.of(value);
        if (path.isEmpty()) {
            throw new IllegalArgumentException("value is not covered by the hierarchy");
        }
        return path.get(level);
    }

    /** Numbers the levels of a column. */
    Generalisation on(Column column) {
        return Generalisation.of(height, paths, column);
    }

    private static int checkCharacters(int characters) {
        if (characters < 1) {
            throw new IllegalArgumentException("characters must be >= 1, got " + characters);
        }
        return characters;
    }

    /** A hierarchy in the making. Confined: one thread at a time. */
    public static final class Builder {
        private final Map<String, List<String>> paths = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Adds a value and its groups.
         *
         * @param value the value
         * @param groups its groups from narrow to wide, as many for every value; the last one is {@code "*"} if nothing
         *     is to be left to see
         * @return this
         * @throws IllegalArgumentException if the value is there already or has not as many groups as the first one
         */
        public Builder path(String value, String... groups) {
            return path(Stream.concat(Stream.of(value), Arrays.stream(groups)).toList());
        }

        private Builder path(List<String> path) {
            String value = path.get(0);
            int expected = paths.isEmpty()
                    ? path.size()
                    : paths.values().iterator().next().size();
            if (path.size() != expected) {
                throw new IllegalArgumentException("value %s must have %d levels like the first one, got %d"
                        .formatted(value, expected, path.size()));
            }
            if (paths.putIfAbsent(value, path) != null) {
                throw new IllegalArgumentException("value " + value + " is given twice");
            }
            return this;
        }

        /**
         * Makes the hierarchy.
         *
         * @return the hierarchy
         * @throws IllegalArgumentException if there is no value, or two values share a group on one level and not on
         *     the next; the message names a value and the level
         */
        public Hierarchy build() {
            if (paths.isEmpty()) {
                throw new IllegalArgumentException("hierarchy must have at least one value");
            }
            int height = paths.values().iterator().next().size() - 1;
            for (int level = 1; level < height; level++) {
                checkNested(level);
            }
            return new Hierarchy(height, new Written(paths));
        }

        private void checkNested(int level) {
            Map<String, String> wider = new HashMap<>();
            paths.forEach((value, path) -> {
                String group = path.get(level);
                String next = path.get(level + 1);
                String other = wider.putIfAbsent(group, next);
                if (other != null && !other.equals(next)) {
                    throw new IllegalArgumentException("value %s: group %s of level %d is in %s and in %s on level %d"
                            .formatted(value, group, level, other, next, level + 1));
                }
            });
        }
    }
}
