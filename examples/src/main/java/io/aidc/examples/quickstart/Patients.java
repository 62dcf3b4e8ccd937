package io.aidc.examples.quickstart;

import io.aidc.training.Dataset;
import io.aidc.training.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The table of the journey, split once and for all into the people who are trained on and the people held aside.
 *
 * @param source where the table came from, to be read by people
 * @param all every row
 * @param train four fifths
 * @param heldAside the other fifth, used to judge the models and for nothing else
 */
record Patients(String source, Dataset all, Dataset train, Dataset heldAside) {
    static final double HELD_ASIDE = 0.2;
    private static final int MIN_ROWS = 100;
    private static final int MAX_CLASSES = 50;
    static final long SPLIT_SEED = 2026;

    /**
     * One person's row as the privacy module sees it.
     *
     * @param features the measurements, in the units of the table
     * @param label the class name
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers on their way, never compared
    record Row(double[] features, String label) {}

    static Patients read(Arguments arguments) throws IOException {
        Table table = arguments.ownTable().isPresent()
                ? Table.read(arguments.ownTable().get())
                : embedded();
        Dataset all = table.classification(arguments.label());
        requireEnough(all, arguments.label());
        Dataset.Split split = all.split(HELD_ASIDE, SPLIT_SEED);
        String source = arguments
                .ownTable()
                .map(path -> path.getFileName().toString())
                .orElse("Breast Cancer Wisconsin (Diagnostic), Wolberg, Street, Mangasarian 1995, CC BY 4.0");
        return new Patients(source, all, split.train(), split.heldAside());
    }

    private static void requireEnough(Dataset all, String label) {
        if (all.classes() > MAX_CLASSES) {
            throw new IllegalArgumentException("column '%s' holds %d different values; a label has at most %d"
                    .formatted(label, all.classes(), MAX_CLASSES));
        }
        if (all.rows() < MIN_ROWS) {
            throw new IllegalArgumentException(
                    "%d rows are too few for a private model; at least %d are needed".formatted(all.rows(), MIN_ROWS));
        }
    }

    private static Table embedded() throws IOException {
        try (InputStream in = Patients.class.getResourceAsStream("wdbc.csv");
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return Table.read(reader);
        }
    }

    /** Rows that occur more than once: a person counted twice would be protected half as well. */
    int duplicates() {
        Set<List<Float>> seen = new LinkedHashSet<>();
        for (int i = 0; i < all.rows(); i++) {
            float[] row = all.row(i);
            seen.add(IntStream.range(0, row.length).mapToObj(j -> row[j]).toList());
        }
        return all.rows() - seen.size();
    }

    /** Columns that hold one value only and can teach nothing. */
    List<String> constantColumns() {
        return IntStream.range(0, all.features())
                .filter(j -> {
                    float[] column = all.column(j);
                    Arrays.sort(column);
                    return column[0] == column[column.length - 1];
                })
                .mapToObj(all.featureNames()::get)
                .toList();
    }

    static List<Row> rows(Dataset data) {
        return IntStream.range(0, data.rows())
                .mapToObj(i -> new Row(doubles(data.row(i)), data.classNames().get(data.label(i))))
                .toList();
    }

    static float[][] features(Dataset data) {
        return IntStream.range(0, data.rows()).mapToObj(data::row).toArray(float[][]::new);
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
}
