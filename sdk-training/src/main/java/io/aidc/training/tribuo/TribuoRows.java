package io.aidc.training.tribuo;

import io.aidc.training.Dataset;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.Regressor;

/**
 * Makes Tribuo's data sets of rows. Columns, classes and targets are named by their padded indices, whose order is that of the
 * indices; Tribuo sorts names and so gives column j the id j.
 */
final class TribuoRows {
    /** Kept, since the log manager forgets loggers that nobody holds, and their levels. */
    private static final Logger LOG = Logger.getLogger("org.tribuo");

    private static final OffsetDateTime NO_TIME = OffsetDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC);

    static {
        if (LOG.getLevel() == null) {
            LOG.setLevel(Level.WARNING);
        }
    }

    private TribuoRows() {}

    static String name(int index) {
        return String.format(Locale.ROOT, "%09d", index);
    }

    static String[] names(int count) {
        String[] names = new String[count];
        Arrays.setAll(names, TribuoRows::name);
        return names;
    }

    static float[][] features(Dataset data) {
        float[][] rows = new float[data.rows()][];
        Arrays.setAll(rows, data::row);
        return rows;
    }

    /** Makes a data set of the rows with such indices. */
    static <T extends Output<T>> MutableDataset<T> of(
            double[][] rows, String[] names, int[] picked, IntFunction<T> output, OutputFactory<T> factory) {
        var set = new MutableDataset<T>(new SimpleDataSourceProvenance("rows", NO_TIME, factory), factory);
        for (int row : picked) {
            set.add(new ArrayExample<>(output.apply(row), names, rows[row]));
        }
        ImmutableFeatureMap features = set.getFeatureIDMap();
        if (features.size() != names.length) {
            throw new IllegalStateException("Tribuo knows %d of %d features".formatted(features.size(), names.length));
        }
        return set;
    }

    static Label label(Dataset data, int row) {
        return new Label(name(data.label(row)));
    }

    static Regressor regressor(String[] names, double[] values) {
        return new Regressor(names, values);
    }

    static double[][] doubles(float[][] rows) {
        double[][] copy = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            copy[i] = doubles(rows[i]);
        }
        return copy;
    }

    static double[] doubles(float[] row) {
        double[] copy = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            copy[j] = row[j];
        }
        return copy;
    }

    static int[] all(int rows) {
        int[] all = new int[rows];
        Arrays.setAll(all, i -> i);
        return all;
    }
}
