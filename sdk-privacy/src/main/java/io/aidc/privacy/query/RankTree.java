package io.aidc.privacy.query;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.noise.RandomBits;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Counts over equal parts of an interval, and over those parts sixteen by sixteen, with one noise a node.
 *
 * <p>Rows are added, then noise once; only then are ranks looked up. Confined: one thread at a time until the noise is
 * added, immutable from then on.
 */
final class RankTree {
    static final int HEIGHT = 4;
    static final int BRANCHING = 16;
    private static final double LEAST_RANK = 0.005;
    private static final double LEAST_SHARE = 0.0075;

    private final Clamp clamp;
    final Noise noise;
    /** Noised from {@link #addNoise} on; the children of node i are at 16·i to 16·i + 15 of the next level. */
    final long[][] levels = new long[HEIGHT][];

    RankTree(Clamp clamp, Noise noise) {
        this.clamp = clamp;
        this.noise = noise;
        for (int level = 0; level < HEIGHT; level++) {
            levels[level] = new long[parts(level)];
        }
    }

    /** A row is in one node of each level, a replacing one in another. */
    static Sensitivity sensitivity(Neighbours neighbours, int rows) {
        return new Sensitivity(rows, rows).over((double) HEIGHT * Difference.units(neighbours));
    }

    void add(double value) {
        double position = (clamp.scaled(value) + 1) / 2;
        for (int level = 0; level < HEIGHT; level++) {
            levels[level][Math.min((int) (position * parts(level)), parts(level) - 1)]++;
        }
    }

    void addNoise(RandomBits bits) {
        for (long[] level : levels) {
            for (int i = 0; i < level.length; i++) {
                level[i] += noise.sample(bits);
            }
        }
    }

    /** One estimate a rank, in the order of the ranks, such that a larger rank has no smaller value. */
    List<Estimate> estimates(double[] ranks) {
        double[] sortedRanks = ranks.clone();
        Arrays.sort(sortedRanks);
        double[] values = Arrays.stream(sortedRanks).map(this::value).sorted().toArray();
        return Arrays.stream(ranks)
                .<Estimate>mapToObj(
                        rank -> new RankEstimate(values[Arrays.binarySearch(sortedRanks, rank)], rank, this))
                .toList();
    }

    /**
     * Where the quantile of the rows can be.
     *
     * <p>The quantile's part of the bounds is one whose left end has at most rank·total rows before it, and whose right
     * end at least as many. Each of the two differences is a weighted sum of nodes, which noise moves the wrong way by
     * more than its reach with half of the tail; parts beyond that are ruled out.
     */
    Interval interval(double rank, double tail) {
        double[] reach = IntStream.rangeClosed(0, HEIGHT * BRANCHING)
                .mapToDouble(weight -> noise.reachOfSum(weight, tail / 2))
                .toArray();
        int leaves = parts(HEIGHT - 1);
        int first = leaves;
        int last = -1;
        for (int leaf = 0; leaf < leaves; leaf++) {
            if (excess(leaf, 0, rank, reach) <= 0 && excess(leaf, 1, rank, reach) >= 0) {
                first = Math.min(first, leaf);
                last = leaf;
            }
        }
        return last < 0
                ? new Interval(clamp.lower(), clamp.upper())
                : new Interval(edge(first, leaves), edge(last + 1, leaves));
    }

    /** Rows before an end of a leaf less rank·total: as few as can be at the left end, as many as can be at the right. */
    private double excess(int leaf, int end, double rank, double[] reach) {
        double sum = 0;
        double squares = 0;
        for (int level = 0; level < HEIGHT; level++) {
            int node = leaf / (parts(HEIGHT - 1) / parts(level));
            int parent = node - node % BRANCHING;
            int before = level == HEIGHT - 1 ? node + end : node;
            for (int child = parent; child < parent + BRANCHING; child++) {
                double weight = (child < before ? 1 : 0) - (level == 0 ? rank : 0);
                sum += weight * levels[level][child];
                squares += weight * weight;
            }
        }
        double error = reach[(int) Math.ceil(squares)];
        return end == 0 ? sum - error : sum + error;
    }

    private double value(double rank) {
        double rest = Math.max(LEAST_RANK, Math.min(1 - LEAST_RANK, rank));
        int node = 0;
        for (int level = 0; level < HEIGHT; level++) {
            int parent = node * BRANCHING;
            double[] kept = keptChildren(level, parent);
            double total = Arrays.stream(kept).sum();
            if (total == 0) {
                return between(node, level - 1, rest);
            }
            int child = 0;
            double before = 0;
            while (child < BRANCHING - 1 && (kept[child] == 0 || before + kept[child] < rest * total)) {
                before += kept[child];
                child++;
            }
            rest = kept[child] == 0 ? 1 : Math.max(0, Math.min(1, (rest * total - before) / kept[child]));
            node = parent + child;
        }
        return between(node, HEIGHT - 1, rest);
    }

    /** Counts of children, without those that look empty. */
    private double[] keptChildren(int level, int parent) {
        double[] counts = IntStream.range(parent, parent + BRANCHING)
                .mapToDouble(child -> Math.max(0, levels[level][child]))
                .toArray();
        double least = LEAST_SHARE * Arrays.stream(counts).sum();
        return Arrays.stream(counts).map(count -> count < least ? 0 : count).toArray();
    }

    private double between(int node, int level, double share) {
        int parts = level < 0 ? 1 : parts(level);
        return edge(node, parts) * (1 - share) + edge(node + 1, parts) * share;
    }

    private double edge(int part, int parts) {
        double share = (double) part / parts;
        return clamp.lower() * (1 - share) + clamp.upper() * share;
    }

    private static int parts(int level) {
        return 1 << (4 * (level + 1));
    }
}
