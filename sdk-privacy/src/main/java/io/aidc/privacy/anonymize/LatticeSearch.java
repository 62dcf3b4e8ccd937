package io.aidc.privacy.anonymize;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the full-domain generalisation of least loss: one level per column, and no other choice of levels is better.
 *
 * <p>It branches on one column after the other and bounds from both sides. With the columns not yet decided at their
 * finest level, a branch loses least; if that is more than the best node found, nothing in the branch can be better,
 * for every {@link LossMeasure}. With them at their coarsest level, fewest rows fail the {@linkplain
 * Requirement#monotone() monotone} requirements; if that is more than may be suppressed, nothing in the branch holds.
 * Other requirements, which a merge of classes can break, are tested on every node that is left.
 *
 * <p>Branches are searched in waves of fixed size, and what one wave found bounds the next, so that the result and
 * {@link Optimum#checked()} do not depend on the number of threads. Of nodes with equal loss the one of least height is
 * returned, and of these the first in the order of columns and levels.
 *
 * <p>Requirements are called on several threads at once. Immutable.
 *
 * @see <a href="https://doi.org/10.1145/1066157.1066164">LeFevre, DeWitt, Ramakrishnan 2005</a> for full-domain
 *     recoding, its monotonicity, and deriving a node from a finer one
 */
final class LatticeSearch {
    static final int MAX_NODES = 1_000_000;
    private static final int MIN_BRANCHES = 128;
    private static final int WAVE = 32;

    private final List<Dimension> dimensions;
    private final List<Requirement> monotone;
    private final List<Requirement> others;
    private final NodeLoss losses;
    private final int limit;
    /** Columns in the order of branching: most values first, because their levels differ most. */
    private final int[] order;

    /** The best node; its class of each row, −1 if suppressed; and how many nodes were grouped and tested. */
    record Optimum(List<Integer> node, Classes classes, double loss, long checked) {}

    private record Candidate(double loss, List<Integer> node) {
        private static final Comparator<Candidate> BEST_FIRST = Comparator.comparingDouble(Candidate::loss)
                .thenComparingInt(candidate ->
                        candidate.node.stream().mapToInt(level -> level).sum())
                .thenComparing(candidate -> candidate.node, LatticeSearch::compareLevels);
    }

    /**
     * @throws IllegalArgumentException if the lattice has more than {@value #MAX_NODES} nodes, or the share to suppress is
     *     outside [0, 1]
     */
    LatticeSearch(
            List<Dimension> dimensions, List<Requirement> requirements, double suppressAtMost, LossMeasure measure) {
        this.dimensions = Dimension.all(dimensions);
        if (nodes(dimensions) > MAX_NODES) {
            throw new IllegalArgumentException(
                    "an optimal search takes lattices of up to %d nodes, got %.0f; use fewer levels, or mondrian()"
                            .formatted(MAX_NODES, nodes(dimensions)));
        }
        losses = new NodeLoss(measure, dimensions);
        limit = limit(suppressAtMost, dimensions.get(0).rows());
        // where nothing may be suppressed, only unions of classes that hold are asked about
        Map<Boolean, List<Requirement>> split = requirements.stream()
                .collect(Collectors.partitioningBy(requirement -> limit == 0 || requirement.monotone()));
        monotone = List.copyOf(split.getOrDefault(true, List.of()));
        others = List.copyOf(split.getOrDefault(false, List.of()));
        order = IntStream.range(0, dimensions.size())
                .boxed()
                .sorted(Comparator.comparingInt(d -> -dimensions.get(d).size(0)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** Searches on all processors; empty if even the coarsest node fails. */
    Optional<Optimum> run(SearchProgress progress) {
        return run(Runtime.getRuntime().availableProcessors(), MIN_BRANCHES, progress);
    }

    /** Searches at least so many branches one by one, if the lattice has them. */
    Optional<Optimum> run(int threads, int minBranches, SearchProgress progress) {
        ForkJoinPool pool = new ForkJoinPool(threads, LatticeSearch::worker, null, false);
        try {
            return run(pool, branchingDepth(minBranches), progress);
        } finally {
            pool.shutdownNow();
        }
    }

    private Optional<Optimum> run(ForkJoinPool pool, int depth, SearchProgress progress) {
        Grouping base = Grouping.ofRows(dimensions);
        List<int[]> prefixes = prefixes(depth);
        long total = (long) nodes(dimensions);
        long checked = 0;
        long done = 0;
        Candidate best = null;
        for (int from = 0; from < prefixes.size(); from += WAVE) {
            int to = Math.min(from + WAVE, prefixes.size());
            Candidate known = best;
            List<ForkJoinTask<Branch>> wave = prefixes.subList(from, to).stream()
                    .map(prefix -> pool.submit(() -> new Branch(known).search(base, prefix, depth)))
                    .toList();
            for (ForkJoinTask<Branch> task : wave) {
                Branch branch = task.join();
                checked += branch.checked;
                best = better(best, branch.best);
                done += total / prefixes.size();
                progress.done(done, total);
            }
        }
        return best == null ? Optional.empty() : Optional.of(optimum(base, best, checked));
    }

    private Optimum optimum(Grouping base, Candidate best, long checked) {
        Grouping grouping =
                base.raisedTo(best.node.stream().mapToInt(Integer::intValue).toArray());
        Failures failures = new Failures(grouping);
        failures.add(monotone);
        failures.add(others);
        return new Optimum(best.node, failures.kept(), best.loss, checked);
    }

    /** Returns the number of leading columns, in the order of branching, whose levels make enough branches. */
    private int branchingDepth(int minBranches) {
        int depth = 0;
        for (long branches = 1; depth < order.length && branches < minBranches; depth++) {
            branches *= dimensions.get(order[depth]).height() + 1;
        }
        return depth;
    }

    /** Returns all levels of the leading columns, the others at 0; those that lose least come first. */
    private List<int[]> prefixes(int depth) {
        List<int[]> prefixes = new ArrayList<>(List.of(new int[order.length]));
        for (int d : Arrays.copyOf(order, depth)) {
            List<int[]> longer = new ArrayList<>();
            for (int[] prefix : prefixes) {
                for (int level = 0; level <= dimensions.get(d).height(); level++) {
                    int[] raised = prefix.clone();
                    raised[d] = level;
                    longer.add(raised);
                }
            }
            prefixes = longer;
        }
        prefixes.sort(Comparator.comparingDouble(losses::atLeast));
        return prefixes;
    }

    /** Returns a node with the columns from a depth on at their coarsest level. */
    private int[] coarsest(Grouping node, int depth) {
        int[] coarsest = node.node();
        for (int d : Arrays.copyOfRange(order, depth, order.length)) {
            coarsest[d] = dimensions.get(d).height();
        }
        return coarsest;
    }

    /** One branch of the search and what it found. */
    private final class Branch {
        private @Nullable Candidate best;
        private long checked;

        private Branch(@Nullable Candidate known) {
            best = known;
        }

        private Branch search(Grouping base, int[] prefix, int depth) {
            if (losses.atLeast(prefix) <= bound()) {
                Grouping fine = base.raisedTo(prefix);
                if (depth == order.length || test(fine.raisedTo(coarsest(fine, depth)))) {
                    descend(fine, depth);
                }
            }
            return this;
        }

        /** Searches from a node on, whose columns from a depth on are at level 0. */
        private void descend(Grouping node, int depth) {
            if (depth == order.length) {
                test(node);
                return;
            }
            int d = order[depth];
            Grouping fine = node;
            Grouping coarse = null;
            boolean possible = depth + 1 == order.length;
            for (int level = 0; level <= dimensions.get(d).height(); level++) {
                fine = fine.raised(d, level);
                if (losses.atLeast(fine) > bound()) {
                    return;
                }
                if (!possible) {
                    coarse = coarse == null ? fine.raisedTo(coarsest(fine, depth + 1)) : coarse.raised(d, level);
                    possible = test(coarse);
                }
                if (possible) {
                    descend(fine, depth + 1);
                }
            }
        }

        /** Keeps a node if it is the best; false if finer nodes cannot hold either. */
        private boolean test(Grouping node) {
            checked++;
            Failures failures = new Failures(node);
            failures.add(monotone);
            if (failures.rows() > limit) {
                return false;
            }
            failures.add(others);
            if (failures.rows() <= limit) {
                double loss = losses.of(node, failures::contains);
                List<Integer> levels = Arrays.stream(node.node()).boxed().toList();
                best = better(best, new Candidate(loss, levels));
            }
            return true;
        }

        private double bound() {
            return best == null ? Double.POSITIVE_INFINITY : best.loss;
        }
    }

    /** Returns how many rows may be suppressed: the share exactly as it is written, rounded down. */
    private static int limit(double share, int rows) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share of rows to suppress must be in [0, 1], got " + share);
        }
        return BigDecimal.valueOf(share).multiply(BigDecimal.valueOf(rows)).intValue();
    }

    private static double nodes(List<Dimension> dimensions) {
        double nodes = 1;
        for (Dimension dimension : dimensions) {
            nodes *= dimension.height() + 1;
        }
        return nodes;
    }

    private static @Nullable Candidate better(@Nullable Candidate one, @Nullable Candidate other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return Candidate.BEST_FIRST.compare(one, other) <= 0 ? one : other;
    }

    private static int compareLevels(List<Integer> one, List<Integer> other) {
        for (int d = 0; d < one.size(); d++) {
            int order = Integer.compare(one.get(d), other.get(d));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static ForkJoinWorkerThread worker(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("aidc-privacy-search-" + thread.getPoolIndex());
        return thread;
    }
}
