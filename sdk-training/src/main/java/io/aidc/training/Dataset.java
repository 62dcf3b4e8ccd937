package io.aidc.training;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Holds rows of float32 features with what is to be learned from them: a class or numbers.
 *
 * <p>Everything is checked and copied when the data set is made: rows of one length, finite numbers, labels in range.
 *
 * <p>Immutable.
 */
public final class Dataset {
    private final int rows;
    private final int width;
    private final int targetWidth;
    private final float[] features;
    private final float[] targets;
    private final List<String> featureNames;
    private final List<String> classNames;

    private Dataset(float[] features, float[] targets, int rows, List<String> featureNames, List<String> classNames) {
        this.rows = rows;
        this.width = features.length / rows;
        this.targetWidth = targets.length / rows;
        this.features = features;
        this.targets = targets;
        this.featureNames = List.copyOf(featureNames);
        this.classNames = List.copyOf(classNames);
    }

    /**
     * Makes a data set that tells classes apart, with numbered names.
     *
     * @param features shape {@code [rows, features]}, finite; copied
     * @param labels class of each row, in {@code [0, classes)}; copied
     * @param classes how many classes there are, ≥ 2
     * @return the data
     * @throws IllegalArgumentException naming the row and column that is not as it must be
     */
    public static Dataset classification(float[][] features, int[] labels, int classes) {
        return classification(features, labels, numbered("x", width(features)), numbered("", classes));
    }

    /**
     * Makes a data set that tells classes apart.
     *
     * @param features shape {@code [rows, features]}, finite; copied
     * @param labels index of each row's class in {@code classNames}; copied
     * @param featureNames one name for each feature
     * @param classNames the classes, at least two
     * @return the data
     * @throws IllegalArgumentException naming the row and column that is not as it must be
     */
    public static Dataset classification(
            float[][] features, int[] labels, List<String> featureNames, List<String> classNames) {
        float[] flat = flatten("features", features);
        requireNames(featureNames, width(features));
        requireRows("labels", labels.length, features.length);
        if (classNames.size() < 2) {
            throw new IllegalArgumentException("classes must be at least 2, got " + classNames.size());
        }
        float[] targets = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classNames.size()) {
                throw new IllegalArgumentException(
                        "label of row %d must be in [0, %d)".formatted(i, classNames.size()));
            }
            targets[i] = labels[i];
        }
        return new Dataset(flat, targets, features.length, featureNames, classNames);
    }

    /**
     * Makes a data set that predicts numbers, with numbered feature names.
     *
     * @param features shape {@code [rows, features]}, finite; copied
     * @param targets shape {@code [rows, outputs]}, finite; copied
     * @return the data
     * @throws IllegalArgumentException naming the row and column that is not as it must be
     */
    public static Dataset regression(float[][] features, float[][] targets) {
        return regression(features, targets, numbered("x", width(features)));
    }

    static Dataset regression(float[][] features, float[][] targets, List<String> featureNames) {
        float[] flat = flatten("features", features);
        requireNames(featureNames, width(features));
        requireRows("targets", targets.length, features.length);
        return new Dataset(flat, flatten("targets", targets), features.length, featureNames, List.of());
    }

    /**
     * Counts the rows.
     *
     * @return the number of rows, &gt; 0
     */
    public int rows() {
        return rows;
    }

    /**
     * Gives the width of a row.
     *
     * @return the number of features, &gt; 0
     */
    public int features() {
        return width;
    }

    /**
     * Counts the classes.
     *
     * @return the number of classes, 0 for regression
     */
    public int classes() {
        return classNames.size();
    }

    /**
     * Gives the width of a target.
     *
     * @return the number of numbers to predict for each row, 1 for classes
     */
    public int targets() {
        return targetWidth;
    }

    /**
     * Lists the features.
     *
     * @return one name for each
     */
    public List<String> featureNames() {
        return featureNames;
    }

    /**
     * Lists the classes.
     *
     * @return their names by index; empty for regression
     */
    public List<String> classNames() {
        return classNames;
    }

    /**
     * Gives the features of one row.
     *
     * @param row the row, from 0
     * @return a copy
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public float[] row(int row) {
        Objects.checkIndex(row, rows);
        return Arrays.copyOfRange(features, row * width, (row + 1) * width);
    }

    /**
     * Gives one feature of all rows.
     *
     * @param feature the feature, from 0
     * @return a copy
     * @throws IndexOutOfBoundsException if there is no such feature
     */
    public float[] column(int feature) {
        Objects.checkIndex(feature, width);
        float[] column = new float[rows];
        for (int i = 0; i < rows; i++) {
            column[i] = features[i * width + feature];
        }
        return column;
    }

    /**
     * Gives the class of one row.
     *
     * @param row the row, from 0
     * @return the index of its class
     * @throws IndexOutOfBoundsException if there is no such row
     * @throws IllegalStateException if the data set has no classes
     */
    public int label(int row) {
        Objects.checkIndex(row, rows);
        if (classNames.isEmpty()) {
            throw new IllegalStateException("a regression data set has targets, not labels");
        }
        return (int) targets[row];
    }

    /**
     * Gives what is to be predicted for one row.
     *
     * @param row the row, from 0
     * @return a copy; the class index as a single number where the data set has classes
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public float[] target(int row) {
        Objects.checkIndex(row, rows);
        return Arrays.copyOfRange(targets, row * targetWidth, (row + 1) * targetWidth);
    }

    /**
     * Picks rows.
     *
     * @param indices which rows, from 0, in the order wanted; at least one, repeats are allowed
     * @return a data set of them
     * @throws IllegalArgumentException if no row is picked
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public Dataset subset(int... indices) {
        if (indices.length == 0) {
            throw new IllegalArgumentException("a data set needs at least 1 row, got 0");
        }
        float[] x = new float[Math.multiplyExact(indices.length, width)];
        float[] y = new float[Math.multiplyExact(indices.length, targetWidth)];
        copy(indices, FloatBuffer.wrap(x), FloatBuffer.wrap(y));
        return new Dataset(x, y, indices.length, featureNames, classNames);
    }

    /**
     * Divides the rows by chance into those to train with and those to judge by.
     *
     * @param heldAside the fraction of rows to hold aside, in (0, 1); at least one row goes to each side
     * @param seed selects the division; the same seed and number of rows give the same one on every machine
     * @return both parts
     * @throws IllegalArgumentException if the fraction is outside (0, 1) or there is only one row
     */
    public Split split(double heldAside, long seed) {
        if (!(heldAside > 0 && heldAside < 1)) {
            throw new IllegalArgumentException("heldAside must be in (0, 1), got " + heldAside);
        }
        if (rows < 2) {
            throw new IllegalArgumentException("a data set of " + rows + " row cannot be split, it needs at least 2");
        }
        int[] order = Shuffle.of(rows, seed);
        int aside = (int) Math.min(Math.max(Math.round(rows * heldAside), 1), rows - 1L);
        return new Split(subset(Arrays.copyOfRange(order, aside, rows)), subset(Arrays.copyOfRange(order, 0, aside)));
    }

    /**
     * Holds the two parts of a data set.
     *
     * @param train the rows to train with
     * @param heldAside the rows to judge by
     */
    public record Split(Dataset train, Dataset heldAside) {}

    /**
     * Identifies the data: names, shapes, every number and the order of rows. It is no secret and no summary: whoever
     * guesses the data can confirm the guess.
     *
     * @return SHA-256 in hexadecimal, 64 digits
     */
    public String fingerprint() {
        return new Fingerprint()
                .names(featureNames)
                .names(classNames)
                .numbers(rows, features)
                .numbers(rows, targets)
                .hex();
    }

    /** Appends rows and their targets to the buffers. */
    void copy(int[] indices, FloatBuffer x, FloatBuffer y) {
        for (int row : indices) {
            Objects.checkIndex(row, rows);
            x.put(features, row * width, width);
            y.put(targets, row * targetWidth, targetWidth);
        }
    }

    /** Checks that targets are what a loss can read. The message does not tell the value, which may be a person's. */
    void requireTargetsWithin(float low, float high) {
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] < low || targets[i] > high) {
                throw new IllegalArgumentException("target %d of row %d must be in [%s, %s]"
                        .formatted(i % targetWidth, i / targetWidth, low, high));
            }
        }
    }

    /** Checks that features are ids that an embedding knows. The message does not tell the value. */
    void requireIds(int vocabulary) {
        for (int i = 0; i < features.length; i++) {
            float id = features[i];
            if (!(id >= 0 && id < vocabulary) || id != (int) id) {
                throw new IllegalArgumentException("feature %d of row %d must be a whole number in [0, %d)"
                        .formatted(i % width, i / width, vocabulary));
            }
        }
    }

    private static int width(float[][] features) {
        if (features.length == 0) {
            throw new IllegalArgumentException("a data set needs at least 1 row, got 0");
        }
        return features[0].length;
    }

    private static float[] flatten(String name, float[][] rows) {
        int width = width(rows);
        if (width == 0) {
            throw new IllegalArgumentException(name + " need at least 1 column, got 0");
        }
        float[] flat = new float[Math.multiplyExact(rows.length, width)];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != width) {
                throw new IllegalArgumentException(
                        "%s: row %d has %d columns, but row 0 has %d".formatted(name, i, rows[i].length, width));
            }
            for (int j = 0; j < width; j++) {
                if (!Float.isFinite(rows[i][j])) {
                    throw new IllegalArgumentException(
                            "%s: row %d, column %d must be finite, got %s".formatted(name, i, j, rows[i][j]));
                }
                flat[i * width + j] = rows[i][j];
            }
        }
        return flat;
    }

    private static void requireRows(String name, int got, int rows) {
        if (got != rows) {
            throw new IllegalArgumentException("%s must be one for each of %d rows, got %d".formatted(name, rows, got));
        }
    }

    private static void requireNames(List<String> names, int width) {
        if (names.size() != width) {
            throw new IllegalArgumentException(
                    "featureNames must be one for each of %d features, got %d".formatted(width, names.size()));
        }
    }

    private static List<String> numbered(String prefix, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(prefix + i);
        }
        return names;
    }
}
