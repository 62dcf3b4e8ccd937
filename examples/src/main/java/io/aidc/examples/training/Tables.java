package io.aidc.examples.training;

import io.aidc.training.Dataset;
import io.aidc.training.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The embedded tables, and rows of data sets. */
final class Tables {
    private Tables() {}

    static Dataset classification(String resource, String label) throws IOException {
        try (InputStream in = Tables.class.getResourceAsStream(resource);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return Table.read(reader).classification(label);
        }
    }

    static float[][] rows(Dataset data) {
        float[][] rows = new float[data.rows()][];
        Arrays.setAll(rows, data::row);
        return rows;
    }

    static int[] labels(Dataset data) {
        int[] labels = new int[data.rows()];
        Arrays.setAll(labels, data::label);
        return labels;
    }
}
