package io.aidc.training.federated;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Combines updates so that a few arbitrary ones do little harm. */
final class RobustMeans {
    private RobustMeans() {}

    static float[] median(List<float[]> updates, double[] weights) {
        int count = updates.size();
        int drop = (count - 1) / 2;
        return middle(updates, drop);
    }

    static float[] trimmedMean(List<float[]> updates, double share) {
        return middle(updates, (int) (share * updates.size()));
    }

    /** The mean of each coordinate without so many of its lowest and highest values. */
    private static float[] middle(List<float[]> updates, int drop) {
        int count = updates.size();
        float[] column = new float[count];
        float[] result = new float[updates.get(0).length];
        for (int i = 0; i < result.length; i++) {
            for (int j = 0; j < count; j++) {
                column[j] = updates.get(j)[i];
            }
            Arrays.sort(column);
            double sum = 0;
            for (int j = drop; j < count - drop; j++) {
                sum += column[j];
            }
            result[i] = (float) (sum / (count - 2 * drop));
        }
        return result;
    }

    static float[] krum(List<float[]> updates, int byzantine, int kept) {
        int count = updates.size();
        if (count < 2 * byzantine + 3) {
            throw new IllegalArgumentException("Krum with %d byzantine clients needs %d updates, got %d"
                    .formatted(byzantine, 2 * byzantine + 3, count));
        }
        double[] scores = scores(updates, count - byzantine - 2);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        order.sort(Comparator.<Integer>comparingDouble(i -> scores[i]).thenComparing(Comparator.naturalOrder()));
        List<float[]> chosen = order.subList(0, Math.min(kept, count - byzantine)).stream()
                .map(updates::get)
                .toList();
        return middle(chosen, 0);
    }

    private static double[] scores(List<float[]> updates, int nearest) {
        int count = updates.size();
        double[][] distances = new double[count][count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                distances[i][j] = squaredDistance(updates.get(i), updates.get(j));
                distances[j][i] = distances[i][j];
            }
        }
        double[] scores = new double[count];
        for (int i = 0; i < count; i++) {
            double[] row = distances[i].clone();
            row[i] = -1; // sorts before all others and is left out
            Arrays.sort(row);
            for (int j = 1; j <= nearest; j++) {
                scores[i] += row[j];
            }
        }
        return scores;
    }

    private static double squaredDistance(float[] first, float[] second) {
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            double difference = (double) first[i] - second[i];
            sum += difference * difference;
        }
        return sum;
    }
}
