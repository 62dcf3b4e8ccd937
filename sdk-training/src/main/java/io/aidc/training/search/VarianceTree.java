package io.aidc.training.search;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A regression tree of which only the leaves are kept, each a box with a value. Intervals are cut where the squared
 * error falls most; options are cut into two sets by the order of their means, which holds the best cut (Fisher 1958).
 */
final class VarianceTree {
    private final int[] options;
    private final List<Leaf> leaves = new ArrayList<>();

    /** A box: an interval for each dimension, or a set of options, and the mean of the points inside. */
    private static final class Leaf {
        private final Node box;
        private final double value;

        Leaf(Node box, double value) {
            this.box = box;
            this.value = value;
        }
    }

    /** A box with points that may be cut. */
    private static final class Node {
        private final double[] low;
        private final double[] high;
        private final BitSet[] sets;
        private final int[] sample;

        Node(double[] low, double[] high, BitSet[] sets, int[] sample) {
            this.low = low;
            this.high = high;
            this.sets = sets;
            this.sample = sample;
        }
    }

    /** The best cut of a node: at a place, or by a set of options that goes left. */
    private record Cut(int dimension, double at, BitSet left, double gain) {}

    private VarianceTree(int[] options) {
        this.options = options;
    }

    static VarianceTree grow(double[][] points, double[] values, int[] options, int[] sample, int fewest) {
        var tree = new VarianceTree(options);
        int dimensions = options.length;
        double[] low = new double[dimensions];
        double[] high = new double[dimensions];
        Arrays.fill(high, 1);
        BitSet[] sets = new BitSet[dimensions];
        for (int d = 0; d < dimensions; d++) {
            sets[d] = new BitSet();
            sets[d].set(0, options[d]);
        }
        Deque<Node> open = new ArrayDeque<>();
        open.push(new Node(low, high, sets, sample));
        while (!open.isEmpty()) {
            Node node = open.pop();
            Cut cut = tree.best(node, points, values, fewest);
            if (cut == null) {
                double mean = Arrays.stream(node.sample)
                        .mapToDouble(i -> values[i])
                        .average()
                        .orElse(0);
                tree.leaves.add(new Leaf(node, mean));
            } else {
                open.push(tree.side(node, cut, points, true));
                open.push(tree.side(node, cut, points, false));
            }
        }
        return tree;
    }

    private Node side(Node node, Cut cut, double[][] points, boolean left) {
        int d = cut.dimension();
        double[] low = node.low.clone();
        double[] high = node.high.clone();
        BitSet[] sets = node.sets.clone();
        if (options[d] > 0) {
            sets[d] = (BitSet) sets[d].clone();
            if (left) {
                sets[d].and(cut.left());
            } else {
                sets[d].andNot(cut.left());
            }
        } else if (left) {
            high[d] = cut.at();
        } else {
            low[d] = cut.at();
        }
        int[] sample = Arrays.stream(node.sample)
                .filter(i -> left == (options[d] > 0 ? cut.left().get((int) points[i][d]) : points[i][d] <= cut.at()))
                .toArray();
        return new Node(low, high, sets, sample);
    }

    private @Nullable Cut best(Node node, double[][] points, double[] values, int fewest) {
        Cut best = null;
        for (int d = 0; d < options.length; d++) {
            Cut cut = options[d] > 0
                    ? byOptions(node, d, points, values, fewest)
                    : byPlace(node, d, points, values, fewest);
            if (cut != null && (best == null || cut.gain() > best.gain())) {
                best = cut;
            }
        }
        return best;
    }

    private static @Nullable Cut byPlace(Node node, int d, double[][] points, double[] values, int fewest) {
        Integer[] order = Arrays.stream(node.sample).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> points[i][d]));
        double total = Arrays.stream(node.sample).mapToDouble(i -> values[i]).sum();
        Cut best = null;
        double sum = 0;
        for (int k = 1; k < order.length; k++) {
            sum += values[order[k - 1]];
            double before = points[order[k - 1]][d];
            double after = points[order[k]][d];
            double gain = gain(sum, k, total, order.length);
            if (before < after
                    && k >= fewest
                    && order.length - k >= fewest
                    && gain > 1e-12
                    && (best == null || gain > best.gain())) {
                best = new Cut(d, before + (after - before) / 2, new BitSet(), gain);
            }
        }
        return best;
    }

    private @Nullable Cut byOptions(Node node, int d, double[][] points, double[] values, int fewest) {
        double[] sums = new double[options[d]];
        int[] counts = new int[options[d]];
        double total = 0;
        for (int i : node.sample) {
            sums[(int) points[i][d]] += values[i];
            counts[(int) points[i][d]]++;
            total += values[i];
        }
        List<Integer> order = new ArrayList<>();
        for (int option = 0; option < counts.length; option++) {
            if (counts[option] > 0) {
                order.add(option);
            }
        }
        order.sort(Comparator.comparingDouble(option -> sums[option] / counts[option]));
        BitSet left = new BitSet();
        Cut best = null;
        double sum = 0;
        int count = 0;
        for (int k = 0; k < order.size() - 1; k++) {
            int option = order.get(k);
            left.set(option);
            sum += sums[option];
            count += counts[option];
            double gain = gain(sum, count, total, node.sample.length);
            if (count >= fewest
                    && node.sample.length - count >= fewest
                    && gain > 1e-12
                    && (best == null || gain > best.gain())) {
                best = new Cut(d, 0, (BitSet) left.clone(), gain);
            }
        }
        return best;
    }

    /** By how much the sum of squared errors falls. */
    private static double gain(double leftSum, int left, double total, int all) {
        double rightSum = total - leftSum;
        return leftSum * leftSum / left + rightSum * rightSum / (all - left) - total * total / all;
    }

    /** The part of a dimension that a leaf covers. */
    private double part(Leaf leaf, int d) {
        return options[d] > 0
                ? (double) leaf.box.sets[d].cardinality() / options[d]
                : leaf.box.high[d] - leaf.box.low[d];
    }

    private double volume(Leaf leaf, int except) {
        double volume = 1;
        for (int d = 0; d < options.length; d++) {
            volume *= d == except ? 1 : part(leaf, d);
        }
        return volume;
    }

    private double mean() {
        double mean = 0;
        for (Leaf leaf : leaves) {
            mean += volume(leaf, -1) * leaf.value;
        }
        return mean;
    }

    /** The variance over the whole box, each place counting the same. */
    double variance() {
        double mean = mean();
        double variance = 0;
        for (Leaf leaf : leaves) {
            variance += volume(leaf, -1) * (leaf.value - mean) * (leaf.value - mean);
        }
        return variance;
    }

    /** The variance of the mean over all other dimensions, as this one moves. */
    double marginalVariance(int d) {
        double mean = mean();
        double variance = 0;
        if (options[d] > 0) {
            double[] means = new double[options[d]];
            for (Leaf leaf : leaves) {
                double weighted = volume(leaf, d) * leaf.value;
                leaf.box.sets[d].stream().forEach(option -> means[option] += weighted);
            }
            for (double marginal : means) {
                variance += (marginal - mean) * (marginal - mean) / options[d];
            }
            return variance;
        }
        var edges = new TreeSet<Double>();
        for (Leaf leaf : leaves) {
            edges.add(leaf.box.low[d]);
            edges.add(leaf.box.high[d]);
        }
        double[] places = edges.stream().mapToDouble(Double::doubleValue).toArray();
        double[] means = new double[places.length - 1];
        for (Leaf leaf : leaves) {
            double weighted = volume(leaf, d) * leaf.value;
            int from = Arrays.binarySearch(places, leaf.box.low[d]);
            int to = Arrays.binarySearch(places, leaf.box.high[d]);
            for (int i = from; i < to; i++) {
                means[i] += weighted;
            }
        }
        for (int i = 0; i < means.length; i++) {
            variance += (places[i + 1] - places[i]) * (means[i] - mean) * (means[i] - mean);
        }
        return variance;
    }
}
