package io.aidc.training.tribuo;

import io.aidc.training.Dataset;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** What boosting makes small: a function of a row's scores, one for each tree of a round. */
sealed interface BoostingLoss {
    /** The scores before the first round, the same for each row. */
    double[] start();

    /** Writes the negative first and the second derivatives by a row's scores. */
    void derivatives(int row, double[] scores, double[] slopes, double[] curvatures);

    /** What a Newton step is multiplied with. */
    double step();

    /** Tells what scores mean; keeps nothing of the rows. */
    UnaryOperator<double[]> answers();

    static BoostingLoss of(Dataset data) {
        if (data.classes() == 0) {
            double[][] targets = new double[data.rows()][];
            Arrays.setAll(targets, row -> TribuoRows.doubles(data.target(row)));
            return new SquaredError(targets);
        }
        int[] labels = new int[data.rows()];
        Arrays.setAll(labels, data::label);
        int[] present = Arrays.stream(labels).distinct().sorted().toArray();
        return present.length == 2
                ? new Logistic(labels, present, data.classes())
                : new Multinomial(labels, present, data.classes());
    }

    /** Half the squared error of each target. */
    final class SquaredError implements BoostingLoss {
        private final double[][] targets;

        SquaredError(double[][] targets) {
            this.targets = targets;
        }

        @Override
        public double[] start() {
            double[] means = new double[targets[0].length];
            for (double[] target : targets) {
                for (int t = 0; t < means.length; t++) {
                    means[t] += target[t] / targets.length;
                }
            }
            return means;
        }

        @Override
        public void derivatives(int row, double[] scores, double[] slopes, double[] curvatures) {
            for (int t = 0; t < scores.length; t++) {
                slopes[t] = targets[row][t] - scores[t];
                curvatures[t] = 1;
            }
        }

        @Override
        public double step() {
            return 1;
        }

        @Override
        public UnaryOperator<double[]> answers() {
            return UnaryOperator.identity();
        }
    }

    /** The cross-entropy of two classes, by one score: the log odds of the second. */
    final class Logistic implements BoostingLoss {
        private final int[] labels;
        private final int[] present;
        private final int classes;

        Logistic(int[] labels, int[] present, int classes) {
            this.labels = labels;
            this.present = present;
            this.classes = classes;
        }

        @Override
        public double[] start() {
            double second =
                    Arrays.stream(labels).filter(label -> label == present[1]).count();
            return new double[] {Math.log(second / (labels.length - second))};
        }

        @Override
        public void derivatives(int row, double[] scores, double[] slopes, double[] curvatures) {
            double chance = chance(scores[0]);
            slopes[0] = (labels[row] == present[1] ? 1 : 0) - chance;
            curvatures[0] = chance * (1 - chance);
        }

        @Override
        public double step() {
            return 1;
        }

        @Override
        public UnaryOperator<double[]> answers() {
            int[] known = present;
            int width = classes;
            return scores -> {
                double[] chances = new double[width];
                chances[known[1]] = chance(scores[0]);
                chances[known[0]] = 1 - chances[known[1]];
                return chances;
            };
        }

        private static double chance(double score) {
            return 1 / (1 + Math.exp(-score));
        }
    }

    /** The cross-entropy of several classes, by one score for each that has rows. */
    final class Multinomial implements BoostingLoss {
        private final int[] labels;
        private final int[] present;
        private final int classes;

        Multinomial(int[] labels, int[] present, int classes) {
            this.labels = labels;
            this.present = present;
            this.classes = classes;
        }

        @Override
        public double[] start() {
            double[] logs = new double[present.length];
            Arrays.setAll(
                    logs,
                    k -> Math.log((double) Arrays.stream(labels)
                                    .filter(label -> label == present[k])
                                    .count()
                            / labels.length));
            return logs;
        }

        @Override
        public void derivatives(int row, double[] scores, double[] slopes, double[] curvatures) {
            double[] chances = Softmax.of(scores);
            for (int k = 0; k < chances.length; k++) {
                slopes[k] = (labels[row] == present[k] ? 1 : 0) - chances[k];
                curvatures[k] = chances[k] * (1 - chances[k]);
            }
        }

        /** Of Friedman's algorithm 6: the scores are one too many. */
        @Override
        public double step() {
            return (double) (present.length - 1) / present.length;
        }

        @Override
        public UnaryOperator<double[]> answers() {
            int[] known = present;
            int width = classes;
            return scores -> {
                double[] shares = Softmax.of(scores);
                double[] chances = new double[width];
                for (int k = 0; k < shares.length; k++) {
                    chances[known[k]] = shares[k];
                }
                return chances;
            };
        }
    }
}
