package io.aidc.training.tribuo;

/**
 * Makes learners for tables that Tribuo trains: what a network has to be better than.
 *
 * {@snippet class="io.aidc.training.tribuo.TribuoSnippetsTest" region="learners"}
 *
 * <p>All are deterministic: the same data, options and seed give the same answers on every machine with the same Java version.
 * Predictors answer in the order of the data set's classes, with 0 for a class that no row to train with has; they hold no native
 * memory, keep nothing of the rows, and may be used by several threads. Tribuo's own log messages below warnings are switched off
 * unless a level is set for the logger {@code org.tribuo}.
 *
 * <p>Immutable.
 */
public final class TribuoLearners {
    private TribuoLearners() {}

    /**
     * Makes a learner of classes by a linear model with softmax.
     *
     * @return a learner with default options
     */
    public static LogisticRegression logisticRegression() {
        return LogisticRegression.DEFAULT;
    }

    /**
     * Makes a learner of numbers by a linear model.
     *
     * @return a learner with default options
     */
    public static LinearRegression linearRegression() {
        return LinearRegression.DEFAULT;
    }

    /**
     * Makes a learner of classes or numbers by trees that are grown independently on resampled rows and averaged.
     *
     * @param trees how many, in [1, 100,000]; more are never worse but slower, 100 to 500 are usual
     * @return a learner with default options
     * @throws IllegalArgumentException if the number is out of range
     */
    public static RandomForest randomForest(int trees) {
        return RandomForest.of(trees);
    }

    /**
     * Makes a learner of classes or numbers by small trees, each of which mends what those before it got wrong.
     *
     * @param rounds how many trees, for each class or target where there are more than two, in [1, 100,000]; too many learn the
     *     noise
     * @return a learner with default options
     * @throws IllegalArgumentException if the number is out of range
     */
    public static GradientBoosting gradientBoosting(int rounds) {
        return GradientBoosting.of(rounds);
    }
}
