package io.aidc.training.tribuo;

/** Brings columns to mean 0 and deviation 1, those that do not vary to 0. */
final class Scaling {
    private final double[] mean;
    private final double[] deviation;

    private Scaling(double[] mean, double[] deviation) {
        this.mean = mean;
        this.deviation = deviation;
    }

    static Scaling of(double[][] rows) {
        int width = rows[0].length;
        double[] mean = new double[width];
        double[] deviation = new double[width];
        for (double[] row : rows) {
            for (int j = 0; j < width; j++) {
                mean[j] += row[j] / rows.length;
            }
        }
        for (double[] row : rows) {
            for (int j = 0; j < width; j++) {
                deviation[j] += (row[j] - mean[j]) * (row[j] - mean[j]) / rows.length;
            }
        }
        for (int j = 0; j < width; j++) {
            deviation[j] = Math.sqrt(deviation[j]);
        }
        return new Scaling(mean, deviation);
    }

    double[] scaled(double[] row) {
        double[] scaled = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            scaled[j] = deviation[j] > 1e-9 * Math.abs(mean[j]) ? (row[j] - mean[j]) / deviation[j] : 0;
        }
        return scaled;
    }

    double[][] scaled(double[][] rows) {
        double[][] scaled = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            scaled[i] = scaled(rows[i]);
        }
        return scaled;
    }

    double back(int column, double value) {
        return mean[column] + value * deviation[column];
    }
}
