package io.aidc.training.metrics;

/** Checks answers of a classifier. Messages hold no answer of a row, since a row may be about a person. */
final class Probabilities {
    /** How far a row's sum may be from 1: float32 rounding of some thousand classes stays well below it. */
    static final double TOLERANCE = 1e-3;

    private Probabilities() {}

    static int requireShape(float[][] probabilities, int[] labels) {
        if (probabilities.length == 0) {
            throw new IllegalArgumentException("scores need at least 1 row, got 0");
        }
        int classes = probabilities[0].length;
        if (classes < 2) {
            throw new IllegalArgumentException("probabilities must have at least 2 columns, got " + classes);
        }
        requireRows(probabilities, labels, classes);
        return classes;
    }

    static void requireRows(float[][] probabilities, int[] labels, int classes) {
        if (labels.length != probabilities.length) {
            throw new IllegalArgumentException(
                    "labels must be one for each of %d rows, got %d".formatted(probabilities.length, labels.length));
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException("label of row %d must be in [0, %d)".formatted(i, classes));
            }
            requireRow(probabilities[i], i, classes);
        }
    }

    private static void requireRow(float[] row, int index, int classes) {
        if (row.length != classes) {
            throw new IllegalArgumentException("probabilities: row %d has %d columns, but there are %d classes"
                    .formatted(index, row.length, classes));
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            if (!(row[k] >= 0 && row[k] <= 1 + TOLERANCE)) {
                throw new IllegalArgumentException(
                        "probabilities: row %d, column %d must be in [0, 1]; are these logits?".formatted(index, k));
            }
            sum += row[k];
        }
        if (Math.abs(sum - 1) > TOLERANCE) {
            throw new IllegalArgumentException(
                    "probabilities: row %d must sum to 1; are these logits?".formatted(index));
        }
    }

    /** The class with the greatest probability, the first of equals. */
    static int decision(float[] row) {
        int best = 0;
        for (int k = 1; k < row.length; k++) {
            if (row[k] > row[best]) {
                best = k;
            }
        }
        return best;
    }
}
