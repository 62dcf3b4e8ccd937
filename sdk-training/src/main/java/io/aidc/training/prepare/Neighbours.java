package io.aidc.training.prepare;

import java.util.Arrays;
import java.util.List;

/** Finds nearest rows by Euclidean distance, looking at all; of rows as near, the earlier. */
final class Neighbours {
    private final List<float[]> rows;
    private final int count;
    /** Filled on first use of a row. */
    private final int[][] nearest;

    Neighbours(List<float[]> rows, int count) {
        this.rows = rows;
        this.count = count;
        this.nearest = new int[rows.size()][0];
    }

    float[] row(int index) {
        return rows.get(index);
    }

    /** The nearest other rows, the nearest first; not copied. */
    int[] of(int index) {
        if (nearest[index].length == 0) {
            nearest[index] = search(index);
        }
        return nearest[index];
    }

    private int[] search(int index) {
        int[] best = new int[count];
        double[] distances = new double[count];
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        for (int i = 0; i < rows.size(); i++) {
            double distance = i == index ? Double.POSITIVE_INFINITY : distance(rows.get(index), rows.get(i));
            if (distance < distances[count - 1]) {
                int at = count - 1;
                while (at > 0 && distances[at - 1] > distance) {
                    distances[at] = distances[at - 1];
                    best[at] = best[at - 1];
                    at--;
                }
                distances[at] = distance;
                best[at] = i;
            }
        }
        return best;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            double difference = (double) a[j] - b[j];
            sum += difference * difference;
        }
        return sum;
    }
}
