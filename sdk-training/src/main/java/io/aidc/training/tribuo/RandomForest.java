package io.aidc.training.tribuo;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;

/**
 * Learns classes or numbers by a random forest: trees on bootstrap samples of the rows, each split choosing among some features drawn
 * by chance; the answer is the mean of theirs, of the class shares in their leaves or of the target means.
 *
 * <p>Splits minimise the Gini impurity or the squared error. A tree for several targets is grown for all of them together. Cost: the
 * trees are grown one after the other on the calling thread; {@link io.aidc.training.evaluation.CrossValidation#parallel} uses more.
 *
 * <p>Immutable.
 *
 * @param trees how many, in [1, 100,000]
 * @param depth most splits from the root to a leaf, &gt; 0
 * @param minSplitRows fewest rows of a node that is split, a row drawn twice counting twice, &gt; 0
 * @param featureShare share of the features that a split chooses among, in (0, 1], or 0 for the square root of their number with
 *     classes and a third of it with numbers; at least one feature
 * @see <a href="https://doi.org/10.1023/A:1010933404324">Breiman 2001</a>
 */
public record RandomForest(int trees, int depth, int minSplitRows, double featureShare) implements Learner {
    /** Checks the ranges. */
    public RandomForest {
        Options.trees("trees", trees);
        Options.positive("depth", depth);
        Options.positive("minSplitRows", minSplitRows);
        if (!(featureShare >= 0 && featureShare <= 1)) {
            throw new IllegalArgumentException(
                    "featureShare must be in (0, 1], or 0 to let the data say, got " + featureShare);
        }
    }

    static RandomForest of(int trees) {
        return new RandomForest(trees, Integer.MAX_VALUE, 2, 0);
    }

    /**
     * Bounds the depth of trees; without bound if not set.
     *
     * @param splits most splits from the root to a leaf, &gt; 0
     * @return a copy with it
     * @throws IllegalArgumentException if it is not positive
     */
    public RandomForest depth(int splits) {
        return new RandomForest(trees, splits, minSplitRows, featureShare);
    }

    /**
     * Sets the fewest rows of a node that is split; 2 if not set.
     *
     * @param rows &gt; 0
     * @return a copy with it
     * @throws IllegalArgumentException if it is not positive
     */
    public RandomForest minSplitRows(int rows) {
        return new RandomForest(trees, depth, rows, featureShare);
    }

    /**
     * Sets what share of the features a split chooses among; by the data if not set.
     *
     * @param share in (0, 1], or 0 for the square root of the number of features with classes and a third of it with numbers
     * @return a copy with it
     * @throws IllegalArgumentException if it is out of range
     */
    public RandomForest featureShare(double share) {
        return new RandomForest(trees, depth, minSplitRows, share);
    }

    /**
     * Trains.
     *
     * @param data the rows
     * @param seed what the bootstrap samples and the features of splits are drawn from
     * @return what answers with probabilities, {@code [rows, classes]}, or numbers, {@code [rows, targets]}
     * @throws IllegalStateException if Tribuo is not on the class path; the message names the artifact
     */
    @Override
    public Predictor fit(Dataset data, long seed) {
        return data.classes() > 0
                ? Artifact.CLASSIFICATION_TREE.using("randomForest", () -> ForestFit.classes(this, data, seed))
                : Artifact.REGRESSION_TREE.using("randomForest", () -> ForestFit.numbers(this, data, seed));
    }
}
