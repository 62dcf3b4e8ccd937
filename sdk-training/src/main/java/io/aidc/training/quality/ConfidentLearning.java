package io.aidc.training.quality;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Estimates how labels were confused and names those that are probably wrong.
 *
 * <p>A row counts for a class if the model finds it there at least as likely as it finds, on average, the rows labelled so.
 * Counts of labels given against classes so found make the confident joint; scaled to the number of rows of each label it
 * estimates the joint distribution of given and true labels, and so how many labels of each kind are wrong. Which ones
 * they are is told by rank.
 *
 * <p>Meaningful only for probabilities that a model gave to rows it was not trained on. A label that is suspected is a
 * question to a person, not an error: rare but right rows look the same.
 *
 * <p>Immutable.
 *
 * @see <a href="https://doi.org/10.1613/jair.1.12125">Northcutt, Jiang and Chuang 2021, sections 3.1 and 3.2</a>
 */
public final class ConfidentLearning {
    private static final double SUM_TOLERANCE = 1e-3;

    private final float[][] probabilities;
    private final int[] labels;
    private final int classes;
    private final double[] thresholds;
    private final long[][] counts;
    private final double[][] joint;

    /** Names the rules that choose suspects, section 3.2 of the paper. */
    public enum Pruning {
        /** Every row counted off the diagonal of the confident joint; may be more or fewer than estimated. */
        CONFIDENT_JOINT,
        /** Of each label, as many rows as are estimated wrong, those with the lowest probability of their label. */
        BY_CLASS,
        /** Of each pair of label and other class, as many rows as are estimated so confused, those of greatest margin. */
        BY_NOISE_RATE,
        /** Rows that both {@link #BY_CLASS} and {@link #BY_NOISE_RATE} choose. */
        BY_BOTH
    }

    /** Names the orders of suspects. */
    public enum Ranking {
        /** Lowest probability of the given label first. */
        SELF_CONFIDENCE,
        /** Lowest probability of the given label less the greatest of another first. */
        NORMALIZED_MARGIN
    }

    private ConfidentLearning(float[][] probabilities, int[] labels) {
        this.probabilities = probabilities;
        this.labels = labels;
        this.classes = probabilities[0].length;
        this.thresholds = meanConfidence(probabilities, labels);
        this.counts = new long[classes][classes];
        for (int i = 0; i < labels.length; i++) {
            int found = found(i);
            if (found >= 0) {
                counts[labels[i]][found]++;
            }
        }
        this.joint = calibrated(counts, labels);
    }

    static ConfidentLearning of(float[][] probabilities, int[] labels) {
        if (probabilities.length == 0 || probabilities.length != labels.length) {
            throw new IllegalArgumentException(
                    "labels must be one for each of at least 1 row of probabilities, got %d and %d"
                            .formatted(labels.length, probabilities.length));
        }
        int classes = probabilities[0].length;
        if (classes < 2) {
            throw new IllegalArgumentException("classes must be at least 2, got " + classes);
        }
        float[][] copy = new float[labels.length][];
        for (int i = 0; i < labels.length; i++) {
            copy[i] = probabilities[i].clone();
            requireDistribution(copy[i], i, classes);
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException("label of row %d must be in [0, %d)".formatted(i, classes));
            }
        }
        return new ConfidentLearning(copy, labels.clone());
    }

    private static void requireDistribution(float[] row, int index, int classes) {
        if (row.length != classes) {
            throw new IllegalArgumentException(
                    "probabilities: row %d has %d classes, but row 0 has %d".formatted(index, row.length, classes));
        }
        double sum = 0;
        for (int j = 0; j < classes; j++) {
            if (!(row[j] >= 0 && row[j] <= 1)) {
                throw new IllegalArgumentException(
                        "probabilities: row %d, class %d must be in [0, 1], got %s".formatted(index, j, row[j]));
            }
            sum += row[j];
        }
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
            throw new IllegalArgumentException(
                    "probabilities: row %d must sum to 1 within %s, got %s".formatted(index, SUM_TOLERANCE, sum));
        }
    }

    /** The thresholds of section 3.1. A class that no row is labelled with gets infinity: nothing is found there. */
    private static double[] meanConfidence(float[][] probabilities, int[] labels) {
        double[] means = new double[probabilities[0].length];
        int[] rows = new int[means.length];
        for (int i = 0; i < labels.length; i++) {
            means[labels[i]] += probabilities[i][labels[i]];
            rows[labels[i]]++;
        }
        for (int j = 0; j < means.length; j++) {
            means[j] = rows[j] == 0 ? Double.POSITIVE_INFINITY : means[j] / rows[j];
        }
        return means;
    }

    /** The class that a row is confidently found in, or -1; ties going to the lower class. */
    private int found(int row) {
        int best = -1;
        for (int j = 0; j < classes; j++) {
            // Rounding in the mean must not shut out a row that equals it.
            boolean confident = probabilities[row][j] >= thresholds[j] - 1e-12;
            if (confident && (best < 0 || probabilities[row][j] > probabilities[row][best])) {
                best = j;
            }
        }
        return best;
    }

    /** The calibrated joint of section 3.1. Labels none of whose rows were found anywhere are taken as right. */
    private static double[][] calibrated(long[][] counts, int[] labels) {
        int classes = counts.length;
        int[] rows = new int[classes];
        for (int label : labels) {
            rows[label]++;
        }
        double[][] shares = new double[classes][classes];
        for (int i = 0; i < classes; i++) {
            long sum = Arrays.stream(counts[i]).sum();
            for (int j = 0; j < classes; j++) {
                double right = i == j ? 1 : 0;
                double part = sum == 0 ? right : (double) counts[i][j] / sum;
                shares[i][j] = part * rows[i] / labels.length;
            }
        }
        return shares;
    }

    /**
     * Gives the probability from which on a row counts for each class.
     *
     * @return a copy, shape {@code [classes]}; infinity for a class that no row is labelled with
     */
    public double[] thresholds() {
        return thresholds.clone();
    }

    /**
     * Gives the confident joint: how many rows of each label were found in each class. Rows found nowhere do not count.
     *
     * @return a copy, shape {@code [given, found]}
     */
    public long[][] confidentJoint() {
        return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    }

    /**
     * Gives the estimated joint distribution of given and true labels. Each row sums to the share of its label.
     *
     * @return a copy, shape {@code [given, true]}, summing to 1
     */
    public double[][] joint() {
        return Arrays.stream(joint).map(double[]::clone).toArray(double[][]::new);
    }

    /**
     * Gives the share of labels that are estimated to be wrong.
     *
     * @return one less the diagonal of the joint, in [0, 1]
     */
    public double noiseRate() {
        double right = 0;
        for (int i = 0; i < classes; i++) {
            right += joint[i][i];
        }
        return Math.min(1, Math.max(0, 1 - right));
    }

    /**
     * Names suspects by noise rate, those with the lowest probability of their label first.
     *
     * @return the suspects, none if no label is estimated wrong
     */
    public List<SuspectedLabel> suspects() {
        return suspects(Pruning.BY_NOISE_RATE, Ranking.SELF_CONFIDENCE);
    }

    /**
     * Names suspects.
     *
     * @param pruning which rows are chosen
     * @param ranking in which order they come; equal ones in the order of rows
     * @return the suspects, none if no label is estimated wrong
     */
    public List<SuspectedLabel> suspects(Pruning pruning, Ranking ranking) {
        BitSet chosen = switch (Objects.requireNonNull(pruning, "pruning")) {
            case CONFIDENT_JOINT -> offDiagonal();
            case BY_CLASS -> byClass();
            case BY_NOISE_RATE -> byNoiseRate();
            case BY_BOTH -> {
                BitSet both = byClass();
                both.and(byNoiseRate());
                yield both;
            }
        };
        Comparator<SuspectedLabel> order = switch (Objects.requireNonNull(ranking, "ranking")) {
            case SELF_CONFIDENCE -> Comparator.comparingDouble(SuspectedLabel::selfConfidence);
            case NORMALIZED_MARGIN -> Comparator.comparingDouble(SuspectedLabel::normalizedMargin);
        };
        return chosen.stream().mapToObj(this::suspect).sorted(order).toList();
    }

    private BitSet offDiagonal() {
        var chosen = new BitSet();
        for (int i = 0; i < labels.length; i++) {
            int found = found(i);
            chosen.set(i, found >= 0 && found != labels[i]);
        }
        return chosen;
    }

    private BitSet byClass() {
        var chosen = new BitSet();
        for (int k = 0; k < classes; k++) {
            int label = k;
            double wrong = 0;
            for (int j = 0; j < classes; j++) {
                wrong += j == k ? 0 : joint[k][j];
            }
            choose(chosen, label, wrong, row -> probabilities[row][label]);
        }
        return chosen;
    }

    private BitSet byNoiseRate() {
        var chosen = new BitSet();
        for (int k = 0; k < classes; k++) {
            for (int j = 0; j < classes; j++) {
                if (j != k) {
                    int label = k;
                    int other = j;
                    choose(chosen, label, joint[k][j], row -> probabilities[row][label] - probabilities[row][other]);
                }
            }
        }
        return chosen;
    }

    /** Takes as many rows of a label as a share of all rows says, the smallest score first. */
    private void choose(BitSet chosen, int label, double share, ToDoubleFunction<Integer> score) {
        IntStream.range(0, labels.length)
                .filter(row -> labels[row] == label)
                .boxed()
                .sorted(Comparator.comparingDouble(score))
                .limit(Math.round(share * labels.length))
                .forEach(chosen::set);
    }

    private SuspectedLabel suspect(int row) {
        float[] given = probabilities[row];
        int best = labels[row] == 0 ? 1 : 0;
        for (int j = 0; j < classes; j++) {
            if (j != labels[row] && given[j] > given[best]) {
                best = j;
            }
        }
        double confidence = given[labels[row]];
        return new SuspectedLabel(row, labels[row], best, confidence, confidence - given[best]);
    }
}
