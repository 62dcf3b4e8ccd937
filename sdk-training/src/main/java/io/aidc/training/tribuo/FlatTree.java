package io.aidc.training.tribuo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tribuo.Output;
import org.tribuo.common.tree.LeafNode;
import org.tribuo.common.tree.Node;
import org.tribuo.common.tree.SplitNode;

/** A tree of Tribuo in arrays: node 0 is the root, a node whose feature is −1 a leaf. Leaves are numbered on their own. */
final class FlatTree {
    private final int[] feature;
    private final double[] threshold;
    /** Next node if the feature is at most the threshold; the number of the leaf where there is none. */
    private final int[] left;

    private final int[] right;
    private final double[][] values;

    private FlatTree(int[] feature, double[] threshold, int[] left, int[] right, double[][] values) {
        this.feature = feature;
        this.threshold = threshold;
        this.left = left;
        this.right = right;
        this.values = values;
    }

    /** Takes a tree over; the nodes are visited breadth first, so that a deep tree needs no deep stack. */
    static <T extends Output<T>> FlatTree of(Node<T> root, Function<LeafNode<T>, double[]> values) {
        List<Node<T>> nodes = new ArrayList<>(List.of(root));
        List<double[]> leaves = new ArrayList<>();
        List<int[]> links = new ArrayList<>();
        for (int at = 0; at < nodes.size(); at++) {
            if (nodes.get(at) instanceof SplitNode<T> split) {
                links.add(new int[] {split.getFeatureID(), nodes.size(), nodes.size() + 1});
                nodes.add(split.getLessThanOrEqual());
                nodes.add(split.getGreaterThan());
            } else {
                links.add(new int[] {-1, leaves.size(), -1});
                leaves.add(values.apply((LeafNode<T>) nodes.get(at)));
            }
        }
        double[] thresholds = new double[nodes.size()];
        for (int at = 0; at < thresholds.length; at++) {
            thresholds[at] = nodes.get(at) instanceof SplitNode<T> split ? split.splitValue() : 0;
        }
        return new FlatTree(
                links.stream().mapToInt(link -> link[0]).toArray(),
                thresholds,
                links.stream().mapToInt(link -> link[1]).toArray(),
                links.stream().mapToInt(link -> link[2]).toArray(),
                leaves.toArray(double[][]::new));
    }

    int leaves() {
        return values.length;
    }

    int leaf(float[] row) {
        int node = 0;
        while (feature[node] >= 0) {
            node = row[feature[node]] > threshold[node] ? right[node] : left[node];
        }
        return left[node];
    }

    double[] values(float[] row) {
        return values[leaf(row)];
    }

    /** The same splits with other leaves. */
    FlatTree withValues(double[][] leaves) {
        return new FlatTree(feature, threshold, left, right, leaves);
    }
}
