package io.aidc.training.federated;

import java.util.List;

/**
 * Combines the updates of one round into one.
 *
 * <p>{@link FederatedRun} takes the weighted mean unless another aggregation is set. The others here bear some clients that
 * send arbitrary numbers; all of them need every update of the round at once, which costs clients · parameters floats, and
 * ignore the weights.
 *
 * <p>Implementations do not change what they are given.
 */
@FunctionalInterface
public interface Aggregation {
    /**
     * Combines updates. Called on the thread of {@link FederatedRun#run}.
     *
     * @param updates the change each surviving client asks for, each {@code [parameters]}, finite, in the order of the
     *     clients' names; at least one
     * @param weights how much each counts, ≥ 0, as long as the list
     * @return the change to apply, {@code [parameters]}; a mean, not a sum
     */
    float[] combine(List<float[]> updates, double[] weights);

    /**
     * Makes the median of each coordinate; of an even number the mean of the middle two.
     *
     * <p>Bears any less than half of the clients sending anything.
     *
     * @return the aggregation
     * @see <a href="https://arxiv.org/abs/1803.01498">Yin et al. 2018, Definition 1</a>
     */
    static Aggregation median() {
        return RobustMeans::median;
    }

    /**
     * Makes the mean of each coordinate without its lowest and highest values.
     *
     * @param share which share is left out at each end, in [0, 0.5); ⌊share · clients⌋ values each
     * @return the aggregation
     * @throws IllegalArgumentException if the share is out of range
     * @see <a href="https://arxiv.org/abs/1803.01498">Yin et al. 2018, Definition 2</a>
     */
    static Aggregation trimmedMean(double share) {
        if (!(share >= 0 && share < 0.5)) {
            throw new IllegalArgumentException("share must be in [0, 0.5), got " + share);
        }
        return (updates, weights) -> RobustMeans.trimmedMean(updates, share);
    }

    /**
     * Makes the mean of the updates that lie closest to others, Multi-Krum: for each update the squared distances to its
     * n − f − 2 nearest others are added up, and those with the least sums are averaged. Cost: O(n² · parameters).
     *
     * @param byzantine how many clients f may send anything, ≥ 0; a round needs 2f + 3 updates
     * @param kept how many are averaged, &gt; 0; 1 is Krum. A round with fewer updates than kept + f averages n − f
     * @return the aggregation; it throws {@link IllegalArgumentException} for a round with too few updates
     * @throws IllegalArgumentException if a number is out of range
     * @see <a href="https://arxiv.org/abs/1703.02757">Blanchard et al. 2017, sections 4 and 6</a>
     */
    static Aggregation krum(int byzantine, int kept) {
        if (byzantine < 0) {
            throw new IllegalArgumentException("byzantine must be >= 0, got " + byzantine);
        }
        Checks.positive("kept", kept);
        return (updates, weights) -> RobustMeans.krum(updates, byzantine, kept);
    }
}
