package io.aidc.training.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Shows what a score finds and what it mistakes as the threshold falls; rows of equal score pass it together.
 *
 * <p>Immutable.
 *
 * @param points in order of falling threshold
 * @param area what lies under the curve, in [0, 1]; NaN where it is not defined
 */
public record RankingCurve(List<Point> points, double area) {
    /**
     * Holds one threshold.
     *
     * @param threshold rows with at least this score are taken for positive; infinite for the start, where none is
     * @param x false-positive rate of a ROC curve, recall of a precision-recall curve
     * @param y true-positive rate of a ROC curve, precision of a precision-recall curve
     */
    public record Point(double threshold, double x, double y) {}

    /** Copies the points. */
    public RankingCurve {
        points = List.copyOf(points);
    }

    /**
     * Draws the receiver operating characteristic. Its area is the chance that a positive row has a greater score than a
     * negative one, equal ones counting half. O(n log n) for n rows.
     *
     * @param scores greater for what is rather positive, {@code [rows]}, not NaN
     * @param positive the truth, {@code [rows]}
     * @return the curve from (0, 0) to (1, 1); without points and with area NaN if the rows are all positive or all negative
     * @throws IllegalArgumentException if a score is NaN or the lengths differ
     * @see <a href="https://doi.org/10.1016/j.patrec.2005.10.010">Fawcett 2006</a>
     */
    public static RankingCurve roc(float[] scores, boolean[] positive) {
        Ranking ranking = Ranking.of(scores, positive);
        if (ranking.positives == 0 || ranking.negatives == 0) {
            return new RankingCurve(List.of(), Double.NaN);
        }
        List<Point> points = new ArrayList<>();
        points.add(new Point(Double.POSITIVE_INFINITY, 0, 0));
        ranking.forEachThreshold((threshold, found, mistaken) -> points.add(
                new Point(threshold, (double) mistaken / ranking.negatives, (double) found / ranking.positives)));
        return new RankingCurve(points, ranking.rocAuc());
    }

    /**
     * Draws precision over recall. Its area is the average precision: the sum over thresholds of the gain in recall times the
     * precision there, without interpolation, which would flatter. O(n log n) for n rows.
     *
     * @param scores greater for what is rather positive, {@code [rows]}, not NaN
     * @param positive the truth, {@code [rows]}
     * @return the curve from the greatest score on; without points and with area NaN if no row is positive
     * @throws IllegalArgumentException if a score is NaN or the lengths differ
     * @see <a href="https://doi.org/10.1145/1143844.1143874">Davis and Goadrich 2006</a>
     */
    public static RankingCurve precisionRecall(float[] scores, boolean[] positive) {
        Ranking ranking = Ranking.of(scores, positive);
        if (ranking.positives == 0) {
            return new RankingCurve(Collections.emptyList(), Double.NaN);
        }
        List<Point> points = new ArrayList<>();
        ranking.forEachThreshold((threshold, found, mistaken) -> points.add(
                new Point(threshold, (double) found / ranking.positives, (double) found / (found + mistaken))));
        return new RankingCurve(points, ranking.averagePrecision());
    }

    /** Rows in order of falling score. */
    static final class Ranking {
        private final float[] scores;
        private final boolean[] positive;
        private final long positives;
        private final long negatives;

        private Ranking(float[] scores, boolean[] positive, long positives) {
            this.scores = scores;
            this.positive = positive;
            this.positives = positives;
            this.negatives = scores.length - positives;
        }

        interface Visitor {
            /** Told once for each distinct score how many positive and negative rows have at least it. */
            void visit(double threshold, long found, long mistaken);
        }

        static Ranking of(float[] scores, boolean[] positive) {
            if (scores.length != positive.length) {
                throw new IllegalArgumentException(
                        "positive must be one for each of %d scores, got %d".formatted(scores.length, positive.length));
            }
            // One long a row, so that the primitive sort does it: the score's order above, the truth in the lowest bit.
            long[] keys = new long[scores.length];
            for (int i = 0; i < keys.length; i++) {
                if (Float.isNaN(scores[i])) {
                    throw new IllegalArgumentException("score of row %d must be a number, got NaN".formatted(i));
                }
                int bits = Float.floatToIntBits(scores[i] + 0f); // -0 becomes 0, its equal
                int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
                keys[i] = ((long) rising << 1) | (positive[i] ? 1 : 0);
            }
            Arrays.sort(keys);
            float[] falling = new float[keys.length];
            boolean[] truth = new boolean[keys.length];
            long positives = 0;
            for (int i = 0; i < keys.length; i++) {
                long key = keys[keys.length - 1 - i];
                int rising = (int) (key >> 1);
                falling[i] = Float.intBitsToFloat(rising ^ ((rising >> 31) & Integer.MAX_VALUE));
                truth[i] = (key & 1) == 1;
                positives += key & 1;
            }
            return new Ranking(falling, truth, positives);
        }

        void forEachThreshold(Visitor visitor) {
            long found = 0;
            long mistaken = 0;
            for (int i = 0; i < scores.length; i++) {
                if (positive[i]) {
                    found++;
                } else {
                    mistaken++;
                }
                if (i + 1 == scores.length || scores[i + 1] != scores[i]) {
                    visitor.visit(scores[i], found, mistaken);
                }
            }
        }

        double rocAuc() {
            if (positives == 0 || negatives == 0) {
                return Double.NaN;
            }
            double[] state = new double[3]; // twice the area, then the point before
            forEachThreshold((threshold, found, mistaken) -> {
                state[0] += (mistaken - state[2]) * (found + state[1]);
                state[1] = found;
                state[2] = mistaken;
            });
            return state[0] / 2 / positives / negatives;
        }

        double averagePrecision() {
            if (positives == 0) {
                return Double.NaN;
            }
            double[] state = new double[2]; // the sum, then the positives found before
            forEachThreshold((threshold, found, mistaken) -> {
                state[0] += (found - state[1]) * found / (found + mistaken);
                state[1] = found;
            });
            return state[0] / positives;
        }
    }
}
