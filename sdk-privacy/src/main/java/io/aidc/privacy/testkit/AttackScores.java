package io.aidc.privacy.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The attack's score of every row against every model, larger meaning "was in", and what can be read off it.
 *
 * <p>A row's scores against different models depend on one another, those of different rows hardly. Intervals are
 * therefore those of an average over rows.
 */
final class AttackScores {
    private static final int OWN_VARIANCE_FROM = 64;
    private static final double LEAST_VARIANCE = 1e-6;
    private static final double[] LOW_RATES = {0.001, 0.01, 0.1};
    private static final double SIGNIFICANCE = 0.05;
    private static final int DRAWN_POINTS = 400;

    private final boolean[][] member;
    private final double[][] score;

    /** Sums over the models that had a row, or over those that had not. */
    private static final class Fit {
        private final double centre;
        private int count;
        private double sum;
        private double squares;

        Fit(double centre) {
            this.centre = centre;
        }

        void add(double value, int times) {
            double distance = value - centre;
            count += times;
            sum += times * distance;
            squares += times * distance * distance;
        }

        double mean() {
            return centre + sum / count;
        }

        /** The sum of squared distances from the mean. */
        double spread() {
            return Math.max(0, squares - sum * sum / count);
        }
    }

    private AttackScores(boolean[][] member, double[][] score) {
        this.member = member;
        this.score = score;
    }

    static AttackScores of(boolean[][] member, double[][] evidence) {
        int models = member.length;
        int rows = member[0].length;
        Fit[] in = new Fit[rows];
        Fit[] out = new Fit[rows];
        double spreadIn = 0;
        double spreadOut = 0;
        for (int row = 0; row < rows; row++) {
            in[row] = new Fit(evidence[0][row]);
            out[row] = new Fit(evidence[0][row]);
            for (int j = 0; j < models; j++) {
                (member[j][row] ? in[row] : out[row]).add(evidence[j][row], 1);
            }
            spreadIn += in[row].spread();
            spreadOut += out[row].spread();
        }
        double freedom = (double) rows * (models / 2 - 1);
        double[][] score = new double[models][rows];
        for (int j = 0; j < models; j++) {
            for (int row = 0; row < rows; row++) {
                double seen = evidence[j][row];
                Fit own = member[j][row] ? in[row] : out[row];
                Fit other = member[j][row] ? out[row] : in[row];
                // the attacked model must not tell about itself, nor the number of models left which side it is on
                double partner = evidence[nextOnOtherSide(member, j, row)][row];
                own.add(seen, -1);
                other.add(partner, -1);
                score[j][row] = logDensity(seen, in[row], models, spreadIn / freedom)
                        - logDensity(seen, out[row], models, spreadOut / freedom);
                own.add(seen, 1);
                other.add(partner, 1);
            }
        }
        return new AttackScores(member, score);
    }

    private static int nextOnOtherSide(boolean[][] member, int model, int row) {
        int next = model;
        do {
            next = (next + 1) % member.length;
        } while (member[next][row] == member[model][row]);
        return next;
    }

    private static double logDensity(double value, Fit fit, int models, double commonVariance) {
        double variance =
                Math.max(LEAST_VARIANCE, models < OWN_VARIANCE_FROM ? commonVariance : fit.spread() / (fit.count - 1));
        double distance = value - fit.mean();
        return -distance * distance / (2 * variance) - 0.5 * Math.log(variance);
    }

    MembershipReport report() {
        double[] in = pooled(true);
        double[] out = pooled(false);
        List<MembershipReport.Caught> caught = new ArrayList<>();
        for (double rate : LOW_RATES) {
            caught.add(caught(out, rate));
        }
        return new MembershipReport(member[0].length, member.length, auc(in, out), caught, curve(in, out));
    }

    private double[] pooled(boolean wanted) {
        double[] all = new double[member.length * member[0].length / 2];
        int size = 0;
        for (int j = 0; j < member.length; j++) {
            for (int row = 0; row < member[j].length; row++) {
                if (member[j][row] == wanted) {
                    all[size++] = score[j][row];
                }
            }
        }
        Arrays.sort(all);
        return all;
    }

    /** The chance that a member scores above a non-member, a tie counting half. */
    static double auc(double[] sortedIn, double[] sortedOut) {
        double wins = 0;
        int below = 0;
        int notAbove = 0;
        for (double value : sortedIn) {
            while (below < sortedOut.length && sortedOut[below] < value) {
                below++;
            }
            while (notAbove < sortedOut.length && sortedOut[notAbove] <= value) {
                notAbove++;
            }
            wins += (below + notAbove) / 2.0;
        }
        return wins / sortedIn.length / sortedOut.length;
    }

    /** Says "in" above the threshold that lets through as many non-members as the rate allows. */
    private MembershipReport.Caught caught(double[] sortedOut, double rate) {
        int wrong = (int) Math.floor(rate * sortedOut.length);
        double threshold = sortedOut[sortedOut.length - 1 - wrong];
        double hits = 0;
        for (int row = 0; row < member[0].length; row++) {
            for (int j = 0; j < member.length; j++) {
                hits += member[j][row] && score[j][row] > threshold ? 1 : 0;
            }
        }
        double share = hits / sortedOut.length;
        return new MembershipReport.Caught(
                rate,
                share,
                MeanInterval.lower(share, member[0].length, SIGNIFICANCE / 2),
                MeanInterval.upper(share, member[0].length, SIGNIFICANCE / 2));
    }

    private static List<MembershipReport.RocPoint> curve(double[] in, double[] out) {
        List<MembershipReport.RocPoint> points = new ArrayList<>();
        points.add(new MembershipReport.RocPoint(0, 0));
        double ratio = Math.pow(out.length, 1.0 / DRAWN_POINTS);
        int last = -1;
        for (double wanted = 1; last < out.length - 1; wanted *= ratio) {
            int wrong = Math.min(out.length - 1, (int) wanted - 1);
            if (wrong > last) {
                double threshold = out[out.length - 1 - wrong];
                points.add(new MembershipReport.RocPoint(
                        (double) above(out, threshold) / out.length, (double) above(in, threshold) / in.length));
                last = wrong;
            }
        }
        points.add(new MembershipReport.RocPoint(1, 1));
        return points.stream().distinct().toList();
    }

    private static int above(double[] sorted, double threshold) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] > threshold) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return sorted.length - low;
    }
}
