package io.aidc.benchmarks.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A data set of two classes. <em>Immutable.</em>
 *
 * @param vectors of one length
 * @param labels one for each
 */
record LabelledVectors(List<float[]> vectors, List<Boolean> labels) {
    private static final int CLUSTERS = 4;
    private static final int FEATURES = 12;
    private static final int HIDDEN = 5;

    /** With a line of names, and the label in the last column. */
    static LabelledVectors ofCsv(Path file, String positive) throws IOException {
        List<float[]> vectors = new ArrayList<>();
        List<Boolean> labels = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            float[] vector = new float[cells.length - 1];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = Float.parseFloat(cells[i]);
            }
            vectors.add(vector);
            labels.add(cells[cells.length - 1].equals(positive));
        }
        return new LabelledVectors(vectors, labels);
    }

    /** 4,000 of four Gaussian clusters of different widths, whose features depend on one another. */
    static LabelledVectors ofClusters(long seed) {
        Random random = new Random(seed);
        double[][] centres = gaussian(random, CLUSTERS, FEATURES, 2);
        double[][] mix = gaussian(random, FEATURES, HIDDEN, 1);
        List<float[]> vectors = new ArrayList<>();
        List<Boolean> labels = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            int cluster = random.nextInt(CLUSTERS);
            double[] hidden = gaussian(random, 1, HIDDEN, 0.5 + 0.25 * cluster)[0];
            float[] vector = new float[FEATURES];
            for (int j = 0; j < FEATURES; j++) {
                double sum = centres[cluster][j] + 0.3 * random.nextGaussian();
                for (int k = 0; k < HIDDEN; k++) {
                    sum += mix[j][k] * hidden[k];
                }
                vector[j] = (float) sum;
            }
            vectors.add(vector);
            labels.add(cluster % 2 == 0);
        }
        return new LabelledVectors(vectors, labels);
    }

    private static double[][] gaussian(Random random, int rows, int columns, double deviation) {
        double[][] drawn = new double[rows][columns];
        for (double[] row : drawn) {
            for (int i = 0; i < columns; i++) {
                row[i] = deviation * random.nextGaussian();
            }
        }
        return drawn;
    }
}
