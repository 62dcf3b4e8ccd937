package io.aidc.training.prepare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Says how one column becomes features, with all constants known. */
public sealed interface Encoding {
    /** How many categories a column may have at most. */
    int MAX_CATEGORIES = 10_000;

    /**
     * Gives the column.
     *
     * @return its name
     */
    String column();

    /**
     * Names the features that the column becomes.
     *
     * @return one name for each, at least one
     */
    List<String> featureNames();

    /**
     * Makes a number x into (x − shift) · factor.
     *
     * @param column the name
     * @param shift what is taken away, finite
     * @param factor what the rest is multiplied by, finite
     */
    record Affine(String column, double shift, double factor) implements Encoding {
        /** Checks the constants. */
        public Affine {
            Objects.requireNonNull(column, "column");
            Numbers.finite("shift of '" + column + "'", shift);
            Numbers.finite("factor of '" + column + "'", factor);
        }

        @Override
        public List<String> featureNames() {
            return List.of(column);
        }
    }

    /**
     * Brings a number between bounds and maps these to 0 and 1.
     *
     * @param column the name
     * @param low what becomes 0, finite; lesser numbers become 0 too
     * @param high what becomes 1, finite, &gt; {@code low}; greater numbers become 1 too
     */
    record Between(String column, double low, double high) implements Encoding {
        /** Checks the bounds. */
        public Between {
            Objects.requireNonNull(column, "column");
            Numbers.ordered(low, high);
            if (low == high || Double.isInfinite(high - low)) {
                throw new IllegalArgumentException(
                        "bounds of '%s' must be apart, by a finite width, got %s and %s".formatted(column, low, high));
            }
        }

        @Override
        public List<String> featureNames() {
            return List.of(column);
        }
    }

    /**
     * Makes a text into one feature for each category, 1 for its own and 0 for the others.
     *
     * @param column the name
     * @param categories the texts, from 1 to {@value Encoding#MAX_CATEGORIES}, no two equal
     * @param unknown what becomes of other texts and missing cells
     */
    record OneHot(String column, List<String> categories, Unknown unknown) implements Encoding {
        /** Checks and copies the list. */
        public OneHot {
            Objects.requireNonNull(unknown, "unknown");
            categories = Encoding.requireCategories(column, categories);
        }

        @Override
        public List<String> featureNames() {
            List<String> names = new ArrayList<>();
            categories.forEach(category -> names.add(column + "=" + category));
            if (unknown == Unknown.OTHER) {
                names.add(column + " other");
            }
            return names;
        }
    }

    /**
     * Makes a text into its place in an order.
     *
     * @param column the name
     * @param categories the texts, from 1 to {@value Encoding#MAX_CATEGORIES}, no two equal, the first becoming 0
     */
    record Ordinal(String column, List<String> categories) implements Encoding {
        /** Checks and copies the list. */
        public Ordinal {
            categories = Encoding.requireCategories(column, categories);
        }

        @Override
        public List<String> featureNames() {
            return List.of(column);
        }
    }

    /**
     * Makes a date, such as {@code 2024-02-29} or {@code 2024-02-29T12:30:00}, into numbers.
     *
     * @param column the name
     * @param parts what is read from it, at least one
     */
    record Dates(String column, List<DatePart> parts) implements Encoding {
        /** Copies the list. */
        public Dates {
            Objects.requireNonNull(column, "column");
            parts = List.copyOf(parts);
            if (parts.isEmpty()) {
                throw new IllegalArgumentException("parts of '" + column + "' must be at least 1, got 0");
            }
        }

        @Override
        public List<String> featureNames() {
            return parts.stream().map(part -> column + " " + part.label()).toList();
        }
    }

    /**
     * Makes a truth into 1 or 0. Texts are compared without blanks around them and in lower case.
     *
     * @param column the name
     * @param yes the texts that become 1, at least one
     * @param no the texts that become 0, at least one
     */
    record Flag(String column, List<String> yes, List<String> no) implements Encoding {
        /** Checks and copies the lists. */
        public Flag {
            Objects.requireNonNull(column, "column");
            yes = lower(yes);
            no = lower(no);
            if (yes.isEmpty() || no.isEmpty() || yes.stream().anyMatch(no::contains)) {
                throw new IllegalArgumentException(
                        "'%s' needs texts for yes and others for no, got %s and %s".formatted(column, yes, no));
            }
        }

        @Override
        public List<String> featureNames() {
            return List.of(column);
        }

        private static List<String> lower(List<String> texts) {
            return texts.stream()
                    .map(text -> text.strip().toLowerCase(Locale.ROOT))
                    .toList();
        }
    }

    private static List<String> requireCategories(String column, List<String> categories) {
        Objects.requireNonNull(column, "column");
        List<String> copy = List.copyOf(categories);
        if (copy.isEmpty() || copy.size() > MAX_CATEGORIES) {
            throw new IllegalArgumentException(
                    "categories of '%s' must be from 1 to %d, got %d".formatted(column, MAX_CATEGORIES, copy.size()));
        }
        if (new HashSet<>(copy).size() < copy.size()) {
            throw new IllegalArgumentException("categories of '" + column + "' must differ");
        }
        return copy;
    }
}
