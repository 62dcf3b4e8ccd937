package io.aidc.training.tribuo;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;

/**
 * Learns classes or numbers by gradient boosting: in each round a small regression tree of Tribuo is grown on the negative gradient of
 * the loss, its leaves get the Newton step of their rows, and a fraction of the tree is added to what there is.
 *
 * <p>The loss is the cross-entropy, with one tree a round for two classes and one for each of more, or the squared error, with one
 * tree for each target. With rows drawn for each round ({@link #rowShare}) this is stochastic gradient boosting. Cost: O(rounds ·
 * classes · features · rows · log rows) time.
 *
 * <p>Immutable.
 *
 * @param rounds how many, in [1, 100,000]
 * @param learningRate what a tree is multiplied with before it is added, in (0, 1]
 * @param depth most splits from the root to a leaf, &gt; 0
 * @param minSplitRows fewest rows of a node that is split, &gt; 0
 * @param rowShare share of the rows that a tree is grown on, drawn without repeats, in (0, 1]; at least one row
 * @param leafPenalty what is added to the second derivative in a leaf, so that leaves of few rows say less, ≥ 0 and finite
 * @see <a href="https://doi.org/10.1214/aos/1013203451">Friedman 2001, algorithms 3, 5 and 6</a>
 * @see <a href="https://doi.org/10.1016/S0167-9473(01)00065-2">Friedman 2002, stochastic gradient boosting</a>
 * @see <a href="https://arxiv.org/abs/1603.02754">Chen and Guestrin 2016, equation 5, for the penalty</a>
 */
public record GradientBoosting(
        int rounds, double learningRate, int depth, int minSplitRows, double rowShare, double leafPenalty)
        implements Learner {
    /** Checks the ranges. */
    public GradientBoosting {
        Options.trees("rounds", rounds);
        Options.share("learningRate", learningRate);
        Options.positive("depth", depth);
        Options.positive("minSplitRows", minSplitRows);
        Options.share("rowShare", rowShare);
        Options.notNegative("leafPenalty", leafPenalty);
    }

    static GradientBoosting of(int rounds) {
        return new GradientBoosting(rounds, 0.1, 3, 2, 1, 1);
    }

    /**
     * Sets what a tree is multiplied with; 0.1 if not set.
     *
     * @param value in (0, 1]; smaller needs more rounds and is mostly better
     * @return a copy with it
     * @throws IllegalArgumentException if it is out of range
     */
    public GradientBoosting learningRate(double value) {
        return new GradientBoosting(rounds, value, depth, minSplitRows, rowShare, leafPenalty);
    }

    /**
     * Bounds the depth of trees, and so how many features can act together; 3 if not set.
     *
     * @param splits most splits from the root to a leaf, &gt; 0
     * @return a copy with it
     * @throws IllegalArgumentException if it is not positive
     */
    public GradientBoosting depth(int splits) {
        return new GradientBoosting(rounds, learningRate, splits, minSplitRows, rowShare, leafPenalty);
    }

    /**
     * Sets the fewest rows of a node that is split; 2 if not set.
     *
     * @param rows &gt; 0
     * @return a copy with it
     * @throws IllegalArgumentException if it is not positive
     */
    public GradientBoosting minSplitRows(int rows) {
        return new GradientBoosting(rounds, learningRate, depth, rows, rowShare, leafPenalty);
    }

    /**
     * Sets the share of the rows that each tree is grown on; 1 if not set, which leaves nothing to chance.
     *
     * @param share in (0, 1]
     * @return a copy with it
     * @throws IllegalArgumentException if it is out of range
     */
    public GradientBoosting rowShare(double share) {
        return new GradientBoosting(rounds, learningRate, depth, minSplitRows, share, leafPenalty);
    }

    /**
     * Sets the L2 penalty on what leaves say; 1 if not set.
     *
     * @param value ≥ 0 and finite
     * @return a copy with it
     * @throws IllegalArgumentException if it is out of range
     */
    public GradientBoosting leafPenalty(double value) {
        return new GradientBoosting(rounds, learningRate, depth, minSplitRows, rowShare, value);
    }

    /**
     * Trains.
     *
     * @param data the rows
     * @param seed what the rows of each round are drawn from
     * @return what answers with probabilities, {@code [rows, classes]}, or numbers, {@code [rows, targets]}
     * @throws IllegalStateException if Tribuo is not on the class path; the message names the artifact
     */
    @Override
    public Predictor fit(Dataset data, long seed) {
        return Artifact.REGRESSION_TREE.using("gradientBoosting", () -> new BoostingFit(this, data, seed).fit());
    }
}
