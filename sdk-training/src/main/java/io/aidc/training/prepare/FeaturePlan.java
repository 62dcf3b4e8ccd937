package io.aidc.training.prepare;

import io.aidc.training.Table;
import io.aidc.training.internal.SortedNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lists how the columns of a table become the features of a data set. Columns that are not named are left out.
 *
 * {@snippet class="io.aidc.training.prepare.PrepareSnippetsTest" region="encoding"}
 *
 * <p>Constants are learnt from the rows to train with, or are given. Learnt ones are facts about these rows and travel with
 * the encoder: for private training, give public ones ({@link #between}, {@link #scaled}, {@link #oneHot(String, List,
 * Unknown)}), or ones that were computed with noise, and end with {@link #build()}, which sees no data.
 *
 * <p>Confined: one thread at a time. What it makes is not changed by later options.
 */
public final class FeaturePlan {
    private static final List<String> YES = List.of("true", "yes", "1");
    private static final List<String> NO = List.of("false", "no", "0");

    private final List<Entry> entries = new ArrayList<>();

    private @Nullable String label;
    private @Nullable List<String> classes;
    private @Nullable List<String> targets;

    private FeaturePlan() {}

    /** How a column is encoded, if that is known, and else how it is learnt. */
    private record Entry(String column, @Nullable Encoding known, Function<List<String>, Encoding> learn) {}

    /**
     * Begins a plan.
     *
     * @return a plan for no column
     */
    public static FeaturePlan of() {
        return new FeaturePlan();
    }

    /**
     * Takes numbers as they are.
     *
     * @param columns the names
     * @return this
     */
    public FeaturePlan unscaled(String... columns) {
        for (String column : columns) {
            known(new Encoding.Affine(column, 0, 1));
        }
        return this;
    }

    /**
     * Scales numbers to mean 0 and standard deviation 1, both learnt. A column that does not vary becomes 0.
     *
     * @param columns the names
     * @return this
     */
    public FeaturePlan standardize(String... columns) {
        return learnt(columns, (column, numbers) -> affine(column, numbers.mean(), numbers.populationDeviation()));
    }

    /**
     * Scales numbers so that the smallest becomes 0 and the greatest 1, both learnt. Other rows may lie outside.
     *
     * @param columns the names
     * @return this
     */
    public FeaturePlan minMax(String... columns) {
        return learnt(columns, (column, numbers) -> affine(column, numbers.min(), numbers.max() - numbers.min()));
    }

    /**
     * Scales numbers so that the median becomes 0 and the quartiles lie 1 apart, all learnt; outliers do not move these.
     *
     * @param columns the names
     * @return this
     */
    public FeaturePlan robust(String... columns) {
        return learnt(
                columns,
                (column, numbers) ->
                        affine(column, numbers.quantile(0.5), numbers.quantile(0.75) - numbers.quantile(0.25)));
    }

    /**
     * Scales numbers by bounds that are given, for instance because they are public, and brings numbers outside to them.
     *
     * @param column the name
     * @param low what becomes 0, finite
     * @param high what becomes 1, finite, &gt; {@code low}
     * @return this
     * @throws IllegalArgumentException if the bounds are not so
     */
    public FeaturePlan between(String column, double low, double high) {
        return known(new Encoding.Between(column, low, high));
    }

    /**
     * Scales numbers by a centre and a width that are given, for instance because they were computed with noise.
     *
     * @param column the name
     * @param centre what becomes 0, finite
     * @param width what becomes 1 above it, &gt; 0 and finite
     * @return this
     * @throws IllegalArgumentException if the numbers are not so
     */
    public FeaturePlan scaled(String column, double centre, double width) {
        Numbers.positive("width of '" + column + "'", width);
        return known(new Encoding.Affine(column, centre, 1 / width));
    }

    /**
     * Makes texts into one feature for each category, the categories learnt and sorted.
     *
     * @param column the name
     * @param unknown what becomes of texts that were not there to learn, and of missing cells
     * @return this
     */
    public FeaturePlan oneHot(String column, Unknown unknown) {
        Objects.requireNonNull(unknown, "unknown");
        entries.add(new Entry(column, null, cells -> new Encoding.OneHot(column, distinct(cells), unknown)));
        return this;
    }

    /**
     * Makes texts into one feature for each category that is given.
     *
     * @param column the name
     * @param categories the texts, from 1 to {@value Encoding#MAX_CATEGORIES}, no two equal
     * @param unknown what becomes of other texts and of missing cells
     * @return this
     * @throws IllegalArgumentException if the categories are not so
     */
    public FeaturePlan oneHot(String column, List<String> categories, Unknown unknown) {
        return known(new Encoding.OneHot(column, categories, unknown));
    }

    /**
     * Makes texts into their place in an order, from 0. Other texts are refused.
     *
     * @param column the name
     * @param order the texts, the least first, from 1 to {@value Encoding#MAX_CATEGORIES}, no two equal
     * @return this
     * @throws IllegalArgumentException if the texts are not so
     */
    public FeaturePlan ordinal(String column, List<String> order) {
        return known(new Encoding.Ordinal(column, order));
    }

    /**
     * Makes dates into numbers. A cell is a date or a date and time of ISO 8601, without zone.
     *
     * @param column the name
     * @param parts what is read from a date, at least one
     * @return this
     * @throws IllegalArgumentException if no part is named
     */
    public FeaturePlan dates(String column, DatePart... parts) {
        return known(new Encoding.Dates(column, List.of(parts)));
    }

    /**
     * Makes {@code true}, {@code yes} and {@code 1} into 1, {@code false}, {@code no} and {@code 0} into 0, whatever the
     * case of letters. Other texts are refused.
     *
     * @param columns the names
     * @return this
     */
    public FeaturePlan flag(String... columns) {
        for (String column : columns) {
            known(new Encoding.Flag(column, YES, NO));
        }
        return this;
    }

    /**
     * Makes texts of the caller's into 1 and 0. Other texts are refused.
     *
     * @param column the name
     * @param yes the text that becomes 1, in any case of letters
     * @param no the text that becomes 0, in any case of letters
     * @return this
     * @throws IllegalArgumentException if both are one text
     */
    public FeaturePlan flag(String column, String yes, String no) {
        return known(new Encoding.Flag(column, List.of(yes), List.of(no)));
    }

    /**
     * Names the column of classes, which are learnt and sorted. It goes with no targets.
     *
     * @param column the name
     * @return this
     * @throws IllegalStateException if a label or targets are set
     */
    public FeaturePlan label(String column) {
        requireNoGoal();
        label = Objects.requireNonNull(column, "column");
        return this;
    }

    /**
     * Names the column of classes, and these in their order. It goes with no targets.
     *
     * @param column the name
     * @param names the classes, at least two, no two equal
     * @return this
     * @throws IllegalArgumentException if the classes are not so
     * @throws IllegalStateException if a label or targets are set
     */
    public FeaturePlan label(String column, List<String> names) {
        label(column);
        classes = TableEncoder.requireClasses(column, names);
        return this;
    }

    /**
     * Names the columns of numbers to predict, which are not scaled. They go with no label.
     *
     * @param columns the names, at least one
     * @return this
     * @throws IllegalArgumentException if no column is named
     * @throws IllegalStateException if a label or targets are set
     */
    public FeaturePlan targets(String... columns) {
        requireNoGoal();
        if (columns.length == 0) {
            throw new IllegalArgumentException("targets must name at least 1 column, got 0");
        }
        targets = List.of(columns);
        return this;
    }

    /**
     * Learns what is not given.
     *
     * @param train the rows to learn from
     * @return an encoder for tables with the same columns
     * @throws IllegalArgumentException if a column is lacking, has nothing to learn from or too many categories, or two
     *     features have one name
     * @throws UnreadableCellException if a cell is neither missing nor a number where numbers are learnt from
     * @throws IllegalStateException if no feature is named
     */
    public TableEncoder fit(Table train) {
        List<Encoding> encodings = new ArrayList<>();
        for (Entry entry : entries) {
            List<String> cells = train.texts(entry.column());
            encodings.add(entry.known() == null ? entry.learn().apply(cells) : entry.known());
        }
        List<String> names = classes;
        if (label != null && names == null) {
            names = TableEncoder.requireClasses(label, distinct(train.texts(label)));
        }
        return encoder(encodings, names);
    }

    /**
     * Makes the encoder without looking at any data.
     *
     * @return an encoder
     * @throws IllegalStateException if no feature is named, or something must be learnt, naming the columns
     * @throws IllegalArgumentException if two features have one name
     */
    public TableEncoder build() {
        List<Encoding> encodings = new ArrayList<>();
        List<String> open = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.known() == null) {
                open.add(entry.column());
            } else {
                encodings.add(entry.known());
            }
        }
        if (label != null && classes == null) {
            open.add(label);
        }
        if (!open.isEmpty()) {
            throw new IllegalStateException("constants of %s must be learnt by fit, or be given".formatted(open));
        }
        return encoder(encodings, classes);
    }

    private TableEncoder encoder(List<Encoding> encodings, @Nullable List<String> names) {
        if (encodings.isEmpty()) {
            throw new IllegalStateException("a plan needs at least 1 feature, got 0");
        }
        if (label != null) {
            return TableEncoder.forClasses(encodings, label, Objects.requireNonNull(names));
        }
        return TableEncoder.forTargets(encodings, targets == null ? List.of() : targets);
    }

    private FeaturePlan known(Encoding encoding) {
        entries.add(new Entry(encoding.column(), encoding, cells -> encoding));
        return this;
    }

    private FeaturePlan learnt(String[] columns, BiFunction<String, SortedNumbers, Encoding> rule) {
        for (String column : columns) {
            Objects.requireNonNull(column, "column");
            entries.add(new Entry(column, null, cells -> {
                SortedNumbers numbers = NumberColumn.of(column, cells).present();
                return rule.apply(column, numbers);
            }));
        }
        return this;
    }

    private static Encoding affine(String column, double shift, double width) {
        return new Encoding.Affine(column, shift, width > 0 && Double.isFinite(1 / width) ? 1 / width : 1);
    }

    private static List<String> distinct(List<String> cells) {
        var texts = new TreeSet<String>();
        cells.stream().filter(cell -> !cell.isBlank()).forEach(texts::add);
        return List.copyOf(texts);
    }

    private void requireNoGoal() {
        if (label != null) {
            throw new IllegalStateException("label is already set to '" + label + "'");
        }
        if (targets != null) {
            throw new IllegalStateException("targets are already set to " + targets);
        }
    }
}
