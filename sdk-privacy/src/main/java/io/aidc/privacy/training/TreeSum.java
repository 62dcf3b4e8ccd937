package io.aidc.privacy.training;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.BulkNoise;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Running sums of clipped gradients with noise from a binary tree, for DP-FTRL: privacy without any sampling.
 *
 * {@snippet class="io.aidc.privacy.training.TrainingSnippetsTest" region="tree"}
 *
 * <p>Each step's clipped sum is a leaf; each node gets discrete Gaussian noise of standard deviation z·C (2·z·C for
 * replacing a unit) once, exactly and on a lattice. The sum after any step combines a node a level at most, and each
 * node's estimate is improved from its children, so that its error variance falls from σ² towards σ²/2 higher up.
 * A unit may take part in one step of a tree, which is checked by the index given; it then touches one node on each of
 * ⌈log2(steps + 1)⌉ levels, which is what {@link #event()} says. The caller charges that event first.
 *
 * <p>Which step a unit takes part in must not depend on who else is there. Under {@link Neighbours#REPLACE_ONE}
 * positions in a fixed order will do, for another unit takes the same place. Under {@link Neighbours#ADD_OR_REMOVE}
 * they will not: without one unit all later ones move up, and every step after it changes. There the step has to follow
 * from the unit itself, such as its day or a hash of its name.
 *
 * <p>Memory: about 24 bytes a parameter and level. Owns daemon threads named {@code aidc-privacy-noise} for long
 * gradients. Confined: one thread at a time.
 *
 * @see <a href="https://arxiv.org/abs/2103.00039">Kairouz et al. 2021, Algorithm 1 and Theorem 4.1</a>
 * @see <a
 *     href="https://privacytools.seas.harvard.edu/publications/efficient-use-differentially-private-binary-trees">Honaker
 *     2015</a> for the estimate from below
 */
public final class TreeSum implements AutoCloseable {
    private final Shape shape;
    private final BulkNoise source;
    private final List<@Nullable Node> complete = new ArrayList<>();
    private final BitSet seen = new BitSet();
    private ClippedSum leaf;
    private int taken;
    private boolean closed;

    /**
     * What a tree is for.
     *
     * @param parameters the length of a gradient, &ge; 1
     * @param steps how many running sums there will be, &ge; 1
     * @param clip C, the L2 norm to which gradients are clipped, 1e-60 to 1e60
     * @param noiseMultiplier z, a node's standard deviation over the L2 sensitivity of one level, 1e-3 to 1e9
     * @param neighbours the relation of whoever pays
     */
    public record Shape(int parameters, int steps, double clip, double noiseMultiplier, Neighbours neighbours) {
        /** Checks all numbers. */
        public Shape {
            Checks.atLeastOne(parameters, "parameters");
            Checks.atLeastOne(steps, "steps");
            Checks.inRange(clip, "clip", 1e-60, 1e60);
            Checks.inRange(noiseMultiplier, "noiseMultiplier", 1e-3, 1e9);
            Objects.requireNonNull(neighbours, "neighbours");
        }

        /**
         * Returns how many nodes of the tree one unit can touch.
         *
         * @return ⌈log2(steps + 1)⌉
         */
        public int levels() {
            return Integer.SIZE - Integer.numberOfLeadingZeros(steps);
        }

        /**
         * Describes all running sums of one tree, each unit taking part in one step. A restarted tree is another event.
         *
         * @return a Gaussian of multiplier z/√levels
         */
        public PrivacyEvent event() {
            return new PrivacyEvent.Gaussian(noiseMultiplier / Math.sqrt(levels()) * (1 - 0x1p-51));
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Node(ClippedSum sum, double[] estimate) {}

    private TreeSum(Shape shape, BulkNoise source) {
        this.shape = shape;
        this.source = source;
        leaf = empty();
    }

    /**
     * Starts a tree; charge {@link Shape#event()} first, once for each tree.
     *
     * @param shape what it is for
     * @return an empty tree, to be closed after use
     */
    public static TreeSum open(Shape shape) {
        return open(shape, BulkNoise.open());
    }

    static TreeSum open(Shape shape, BulkNoise source) {
        return new TreeSum(Objects.requireNonNull(shape, "shape"), source);
    }

    /**
     * Returns the cost of this tree.
     *
     * @return {@link Shape#event()}
     */
    public PrivacyEvent event() {
        return shape.event();
    }

    /**
     * Clips one unit's gradient and adds it to the current step. One that is not finite counts as zeros.
     *
     * @param unit a 0-based index that stands for the unit; once a tree
     * @param gradient float32, shape {@code [parameters]}; not modified
     * @throws IllegalArgumentException if the unit is negative or took part before, or the gradient has another length
     * @throws IllegalStateException if all steps are used, or after {@link #close()}
     */
    public void add(int unit, float[] gradient) {
        Objects.requireNonNull(gradient, "gradient");
        checkStepLeft();
        if (unit < 0 || seen.get(unit)) {
            throw new IllegalArgumentException("a unit must be >= 0 and take part once in a tree");
        }
        leaf.add(gradient);
        seen.set(unit);
    }

    /**
     * Ends the step and releases the noised sum of all steps so far.
     *
     * <p>Cost: noise for two nodes on average, {@link Shape#levels()} at most. What is returned is computed from noised
     * nodes alone.
     *
     * @return shape {@code [parameters]}, float64, in the unit of the gradients; not divided by anything
     * @throws IllegalStateException if all steps are used, or after {@link #close()}
     */
    public double[] next() {
        checkStepLeft();
        taken++;
        Node node = new Node(leaf, leaf.noised(source));
        leaf = empty();
        int level = 0;
        for (Node left = take(level); left != null; left = take(level)) {
            level++;
            node = parent(left, node, level);
        }
        complete.set(level, node);
        double[] total = new double[shape.parameters()];
        for (Node part : complete) {
            if (part != null) {
                for (int i = 0; i < total.length; i++) {
                    total[i] += part.estimate()[i];
                }
            }
        }
        return total;
    }

    /** Forgets all sums and ends the threads. Calling it again does nothing. */
    @Override
    public void close() {
        closed = true;
        complete.clear();
        leaf = empty();
        source.close();
    }

    /** Takes out the finished node on a level, if any, making room for that level. */
    private @Nullable Node take(int level) {
        if (level == complete.size()) {
            complete.add(null);
        }
        return complete.set(level, null);
    }

    /** Weighs the node's own noised sum against its children's estimates by their variances. */
    private Node parent(Node left, Node right, int level) {
        left.sum().add(right.sum());
        double[] estimate = left.sum().noised(source);
        double own = 1 / (2 - Math.scalb(1.0, -level));
        for (int i = 0; i < estimate.length; i++) {
            estimate[i] = own * estimate[i] + (1 - own) * (left.estimate()[i] + right.estimate()[i]);
        }
        return new Node(left.sum(), estimate);
    }

    private ClippedSum empty() {
        return new ClippedSum(
                shape.parameters(), shape.clip(), shape.noiseMultiplier(), Checks.changed(shape.neighbours()));
    }

    private void checkStepLeft() {
        if (closed) {
            throw new IllegalStateException("this tree is closed");
        }
        if (taken == shape.steps()) {
            throw new IllegalStateException("all " + shape.steps() + " steps are used");
        }
    }
}
