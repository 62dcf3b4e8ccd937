package io.aidc.training.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Tells how well probabilities of classes fit the classes that rows have.
 *
 * {@snippet class="io.aidc.training.metrics.MetricsSnippetsTest" region="scores"}
 *
 * <p>A row is decided for the class of greatest probability, the first of equals. Averages over classes are over those that
 * have rows, or whose score is defined; what cannot be told is NaN: scores of a class without rows, ranking and correlation
 * where all rows have one class. The figures are those of scikit-learn asked for the classes that have rows, except that it puts
 * 0 where there is NaN here.
 *
 * <p>Immutable.
 *
 * @param confusion rows by class and decision
 * @param perClass each class against the others, by index
 * @param macro averages that count each class alike
 * @param weighted averages that count each class by its rows
 * @param micro precision, recall and F1 of all decisions pooled, which with one class a row all equal the accuracy
 * @param accuracy fraction of rows decided right, in [0, 1]
 * @param balancedAccuracy mean recall of the classes, in [0, 1]
 * @param matthews see {@link ConfusionMatrix#matthews}, in [-1, 1]
 * @param rocAuc area under the ROC curve, in [0, 1]: of class 1 if there are two classes, else the mean over classes of each
 *     against the rest
 * @param rocAucWeighted as {@code rocAuc}, the mean counting each class by its rows
 * @param averagePrecision area under the precision-recall curve, in [0, 1]: of class 1 if there are two classes, else the
 *     mean over classes
 * @param averagePrecisionWeighted as {@code averagePrecision}, the mean counting each class by its rows
 * @param logLoss mean negative natural logarithm of the probability of the true class, which is clipped to
 *     [2<sup>-23</sup>, 1 - 2<sup>-23</sup>], the float32 epsilon, as scikit-learn clips float32
 * @param brier mean squared distance of the probabilities from the truth: of class 1 if there are two classes, in [0, 1];
 *     else summed over classes, in [0, 2]
 * @param reliability how confidence and accuracy agree
 * @param topAccuracy fraction of rows whose class is among the k of greatest probability, at index k - 1; of equals the
 *     lower index comes first
 * @see <a href="https://doi.org/10.1016/j.ipm.2009.03.002">Sokolova and Lapalme 2009</a>
 */
public record ClassificationScores(
        ConfusionMatrix confusion,
        List<ClassScores> perClass,
        Averages macro,
        Averages weighted,
        Averages micro,
        double accuracy,
        double balancedAccuracy,
        double matthews,
        double rocAuc,
        double rocAucWeighted,
        double averagePrecision,
        double averagePrecisionWeighted,
        double logLoss,
        double brier,
        Reliability reliability,
        List<Double> topAccuracy) {
    /** Nearest to 0 and to 1 that the logarithm sees. */
    static final double CLIP = Math.ulp(1f);

    /** Copies the lists. */
    public ClassificationScores {
        perClass = List.copyOf(perClass);
        topAccuracy = List.copyOf(topAccuracy);
    }

    /** Ranking scores by class. */
    static final class Rankings {
        private final double[] rocAuc;
        private final double[] averagePrecision;

        Rankings(double[] rocAuc, double[] averagePrecision) {
            this.rocAuc = rocAuc;
            this.averagePrecision = averagePrecision;
        }

        static Rankings of(float[][] probabilities, int[] labels, int classes) {
            Rankings rankings = new Rankings(new double[classes], new double[classes]);
            float[] scores = new float[labels.length];
            boolean[] positive = new boolean[labels.length];
            for (int k = 0; k < classes; k++) {
                for (int i = 0; i < labels.length; i++) {
                    scores[i] = probabilities[i][k];
                    positive[i] = labels[i] == k;
                }
                RankingCurve.Ranking ranking = RankingCurve.Ranking.of(scores, positive);
                rankings.rocAuc[k] = ranking.rocAuc();
                rankings.averagePrecision[k] = ranking.averagePrecision();
            }
            return rankings;
        }
    }

    /**
     * Scores answers. O(classes · rows · log rows), for the ranking scores.
     *
     * @param probabilities of each class, {@code [rows, classes]}, at least one row and two classes; each row sums to 1 within
     *     0.001
     * @param labels the class of each row, from 0
     * @return the scores
     * @throws IllegalArgumentException naming the row whose answers are no probabilities, logits for example, or whose label
     *     is out of range
     */
    public static ClassificationScores of(float[][] probabilities, int[] labels) {
        int classes = Probabilities.requireShape(probabilities, labels);
        ClassificationSums sums = ClassificationSums.of(classes);
        sums.add(probabilities, labels);
        Rankings rankings = Rankings.of(probabilities, labels, classes);
        return sums.scores(rankings.rocAuc, rankings.averagePrecision);
    }

    static ClassificationScores of(
            ConfusionMatrix confusion,
            Rankings rankings,
            Reliability reliability,
            double logLoss,
            double brier,
            double[] topAccuracy) {
        int classes = confusion.classes();
        List<ClassScores> perClass = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            perClass.add(new ClassScores(
                    confusion.actual(k),
                    confusion.precision(k),
                    confusion.recall(k),
                    confusion.f1(k),
                    rankings.rocAuc[k],
                    rankings.averagePrecision[k]));
        }
        double[] rows = perClass.stream().mapToDouble(ClassScores::rows).toArray();
        double[] present =
                perClass.stream().mapToDouble(s -> s.rows() > 0 ? 1 : 0).toArray();
        double accuracy = confusion.accuracy();
        return new ClassificationScores(
                confusion,
                perClass,
                averages(perClass, present),
                averages(perClass, rows),
                new Averages(accuracy, accuracy, accuracy),
                accuracy,
                confusion.balancedAccuracy(),
                confusion.matthews(),
                classes == 2 ? rankings.rocAuc[1] : Means.defined(rankings.rocAuc, present),
                classes == 2 ? rankings.rocAuc[1] : Means.defined(rankings.rocAuc, rows),
                classes == 2 ? rankings.averagePrecision[1] : Means.defined(rankings.averagePrecision, present),
                classes == 2 ? rankings.averagePrecision[1] : Means.defined(rankings.averagePrecision, rows),
                logLoss,
                brier,
                reliability,
                Arrays.stream(topAccuracy).boxed().toList());
    }

    private static Averages averages(List<ClassScores> perClass, double[] weights) {
        return new Averages(
                Means.defined(
                        perClass.stream().mapToDouble(ClassScores::precision).toArray(), weights),
                Means.defined(perClass.stream().mapToDouble(ClassScores::recall).toArray(), weights),
                Means.defined(perClass.stream().mapToDouble(ClassScores::f1).toArray(), weights));
    }

    /**
     * Gives the fraction of rows whose class is among those of greatest probability.
     *
     * @param k how many classes are looked at, in [1, classes]
     * @return in [0, 1]
     * @throws IndexOutOfBoundsException if k is out of range
     */
    public double topAccuracy(int k) {
        return topAccuracy.get(Objects.checkIndex(k - 1, topAccuracy.size()));
    }

    /**
     * Names the single figures, for listeners, search and tables: {@code accuracy}, {@code balancedAccuracy},
     * {@code precision}, {@code recall} and {@code f1} (macro), the same with {@code Weighted}, {@code matthews},
     * {@code rocAuc}, {@code rocAucWeighted}, {@code averagePrecision}, {@code averagePrecisionWeighted}, {@code logLoss},
     * {@code brier}, {@code calibrationError}, and with more than five classes {@code top5Accuracy}.
     *
     * @return scores by name in a fixed order; an undefined one is NaN
     */
    public Map<String, Double> byName() {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("accuracy", accuracy);
        scores.put("balancedAccuracy", balancedAccuracy);
        scores.put("precision", macro.precision());
        scores.put("recall", macro.recall());
        scores.put("f1", macro.f1());
        scores.put("precisionWeighted", weighted.precision());
        scores.put("recallWeighted", weighted.recall());
        scores.put("f1Weighted", weighted.f1());
        scores.put("matthews", matthews);
        scores.put("rocAuc", rocAuc);
        scores.put("rocAucWeighted", rocAucWeighted);
        scores.put("averagePrecision", averagePrecision);
        scores.put("averagePrecisionWeighted", averagePrecisionWeighted);
        scores.put("logLoss", logLoss);
        scores.put("brier", brier);
        scores.put("calibrationError", reliability.expectedError());
        if (topAccuracy.size() > 5) {
            scores.put("top5Accuracy", topAccuracy(5));
        }
        return Collections.unmodifiableMap(scores);
    }
}
