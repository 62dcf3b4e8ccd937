package io.aidc.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Holds features that lie row behind row in one array, on their way to a {@link Dataset}. Every number is checked, but
 * nothing is copied: the data set takes the arrays over, and the caller must not change them afterwards.
 *
 * <p>Immutable, as long as the caller keeps to that.
 */
public final class FlatRows {
    private final float[] features;
    private final int width;
    private final List<String> names;

    private FlatRows(float[] features, int width, List<String> names) {
        this.features = features;
        this.width = width;
        this.names = names;
    }

    static FlatRows of(float[] features, int width) {
        requireFinite("features", features, width);
        return new FlatRows(features, width, numbered("x", width));
    }

    /**
     * Names the features.
     *
     * @param featureNames one name for each feature; {@code x0, x1, …} if this is not called
     * @return the rows with these names
     * @throws IllegalArgumentException if there are more or fewer names than features
     */
    public FlatRows named(List<String> featureNames) {
        requireNames(featureNames, width);
        return new FlatRows(features, width, List.copyOf(featureNames));
    }

    /**
     * Makes a data set that tells classes apart.
     *
     * @param labels index of each row's class in {@code classNames}
     * @param classNames the classes, at least two
     * @return the data
     * @throws IllegalArgumentException if there is not one label for each row, or naming the row whose label is out of
     *     range
     */
    public Dataset classification(int[] labels, List<String> classNames) {
        requireRows("labels", labels.length, rows());
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
        return new Dataset(features, targets, rows(), names, classNames);
    }

    /**
     * Makes a data set that tells numbered classes apart.
     *
     * @param labels class of each row, in {@code [0, classes)}
     * @param classes how many classes there are, ≥ 2
     * @return the data
     * @throws IllegalArgumentException if there is not one label for each row, or naming the row whose label is out of
     *     range
     */
    public Dataset classification(int[] labels, int classes) {
        return classification(labels, numbered("", classes));
    }

    /**
     * Makes a data set that predicts numbers.
     *
     * @param targets the numbers, row behind row, finite; taken over
     * @param outputs how many there are for each row, &gt; 0
     * @return the data
     * @throws IllegalArgumentException if there are not {@code outputs} for each row, or naming the row and column
     *     that is not finite
     */
    public Dataset regression(float[] targets, int outputs) {
        requireFinite("targets", targets, outputs);
        requireRows("targets", targets.length / outputs, rows());
        return new Dataset(features, targets, rows(), names, List.of());
    }

    private int rows() {
        return features.length / width;
    }

    private static void requireFinite(String name, float[] flat, int width) {
        Objects.requireNonNull(flat, name);
        if (width < 1) {
            throw new IllegalArgumentException(name + " need at least 1 column, got " + width);
        }
        if (flat.length == 0) {
            throw new IllegalArgumentException("a data set needs at least 1 row, got 0");
        }
        if (flat.length % width != 0) {
            throw new IllegalArgumentException(
                    "%s: %d numbers are no whole number of rows of %d".formatted(name, flat.length, width));
        }
        for (int i = 0; i < flat.length; i++) {
            if (!Float.isFinite(flat[i])) {
                throw new IllegalArgumentException(
                        "%s: row %d, column %d must be finite, got %s".formatted(name, i / width, i % width, flat[i]));
            }
        }
    }

    private static void requireRows(String name, int got, int rows) {
        if (got != rows) {
            throw new IllegalArgumentException("%s must be one for each of %d rows, got %d".formatted(name, rows, got));
        }
    }

    static void requireNames(List<String> names, int width) {
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
