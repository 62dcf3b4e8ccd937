package io.aidc.training.evaluation;

import io.aidc.training.Predictor;
import java.util.Arrays;
import java.util.List;

/**
 * Answers rows with the joined answers of several predictors.
 *
 * {@snippet class="io.aidc.training.evaluation.EvaluationSnippetsTest" region="ensemble"}
 *
 * <p>The ensemble owns its members and closes them. After {@link #close} a call throws {@link IllegalStateException}.
 *
 * <p>Thread-safe if the members are.
 */
public final class Ensemble implements Predictor {
    private enum Joining {
        MEAN,
        VOTES
    }

    private final List<Predictor> members;
    private final double[] weights;
    private final Joining joining;
    private volatile boolean closed;

    private Ensemble(List<? extends Predictor> members, double[] weights, Joining joining) {
        this.members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("an ensemble needs at least 1 member, got 0");
        }
        if (weights.length != members.size()) {
            throw new IllegalArgumentException(
                    "weights must be one for each of %d members, got %d".formatted(members.size(), weights.length));
        }
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] >= 0) || Double.isInfinite(weights[i])) {
                throw new IllegalArgumentException(
                        "weight of member %d must be >= 0 and finite, got %s".formatted(i, weights[i]));
            }
            sum += weights[i];
        }
        if (!(sum > 0) || Double.isInfinite(sum)) {
            throw new IllegalArgumentException("weights must sum to a finite number > 0, got " + sum);
        }
        double total = sum;
        this.weights = Arrays.stream(weights).map(weight -> weight / total).toArray();
        this.joining = joining;
    }

    private static double[] equal(int count) {
        double[] weights = new double[count];
        Arrays.fill(weights, 1);
        return weights;
    }

    /**
     * Joins predictors by the mean of their answers, of probabilities or numbers.
     *
     * @param members at least one, all of the same classes or targets; closed with the ensemble
     * @return the ensemble
     * @throws IllegalArgumentException if there is no member
     */
    public static Ensemble mean(List<? extends Predictor> members) {
        return new Ensemble(members, equal(members.size()), Joining.MEAN);
    }

    /**
     * Joins predictors by the weighted mean of their answers.
     *
     * @param members at least one, all of the same classes or targets; closed with the ensemble
     * @param weights one for each member, ≥ 0, of which one is &gt; 0; they need not sum to 1
     * @return the ensemble
     * @throws IllegalArgumentException if there is no member or a weight is out of range
     */
    public static Ensemble weighted(List<? extends Predictor> members, double... weights) {
        return new Ensemble(members, weights, Joining.MEAN);
    }

    /**
     * Joins classifiers by their votes: the probability of a class is the fraction of members that decide for it, each for its class
     * of greatest probability, the first of equals.
     *
     * @param members at least one, all of the same classes; closed with the ensemble
     * @return the ensemble
     * @throws IllegalArgumentException if there is no member
     */
    public static Ensemble voting(List<? extends Predictor> members) {
        return new Ensemble(members, equal(members.size()), Joining.VOTES);
    }

    /**
     * Counts the members.
     *
     * @return how many, ≥ 1
     */
    public int size() {
        return members.size();
    }

    /**
     * Answers rows.
     *
     * @param rows shape {@code [rows, features]}; not changed
     * @return the joined answers, {@code [rows, classes]} or {@code [rows, targets]}
     * @throws IllegalArgumentException if a row has another width than those trained with, or members answer different shapes
     * @throws IllegalStateException after {@link #close}
     */
    @Override
    public float[][] predict(float[][] rows) {
        if (closed) {
            throw new IllegalStateException("the ensemble is closed");
        }
        double[][] sums = new double[rows.length][];
        for (int m = 0; m < members.size(); m++) {
            float[][] answers = members.get(m).predict(rows);
            if (answers.length != rows.length) {
                throw new IllegalArgumentException("member %d must answer each of %d rows, got %d answers"
                        .formatted(m, rows.length, answers.length));
            }
            for (int i = 0; i < rows.length; i++) {
                sums[i] = m == 0 ? new double[answers[i].length] : sums[i];
                add(answers[i], m, sums[i]);
            }
        }
        float[][] joined = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            joined[i] = new float[sums[i].length];
            for (int k = 0; k < sums[i].length; k++) {
                joined[i][k] = (float) sums[i][k];
            }
        }
        return joined;
    }

    private void add(float[] answer, int member, double[] sum) {
        if (answer.length != sum.length) {
            throw new IllegalArgumentException("member %d must answer %d numbers as member 0 does, got %d"
                    .formatted(member, sum.length, answer.length));
        }
        if (joining == Joining.MEAN) {
            for (int k = 0; k < sum.length; k++) {
                sum[k] += weights[member] * answer[k];
            }
            return;
        }
        int vote = 0;
        for (int k = 1; k < answer.length; k++) {
            vote = answer[k] > answer[vote] ? k : vote;
        }
        sum[vote] += weights[member];
    }

    /** Closes the members, all of them even if one fails; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Closing.all(members);
        }
    }
}
