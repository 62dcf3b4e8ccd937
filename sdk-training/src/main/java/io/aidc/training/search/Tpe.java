package io.aidc.training.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The tree-structured Parzen estimator: draws where good trials are dense and bad ones are not.
 *
 * <p>The trials that ended are cut into the best tenth (at most 25) and the rest; each part gets a
 * density, a sum of kernels with a flat prior. Of 24 candidates drawn from the density <i>l</i> of the
 * good ones, that with the greatest <i>l</i>/<i>g</i> is taken, <i>g</i> being the density of the bad ones; this grows
 * with the expected improvement (Bergstra et al. 2011, equation 5). Pruned trials rank after completed ones, those
 * pruned late first.
 *
 * <p>What differs from the paper:
 *
 * <ul>
 *   <li>Parameters that always occur together are drawn together, from kernels in all their dimensions, so that a ridge
 *       is followed (Falkner et al. 2018); {@link #independent} draws one by one, as the paper does. A parameter of one
 *       branch of the objective only is drawn from the trials that took the branch.
 *   <li>Running trials count among the bad ones, so that parallel trials do not all go to the same place; likewise
 *       failed ones, since the learning rate that diverged once will again.
 *   <li>Bandwidths are the distance to the farther neighbour, held between a hundredth of the range, or more if trials
 *       are few, and the range; trials older than the last 25 weigh less, the first one least. Both are what Hyperopt
 *       and Optuna do.
 * </ul>
 *
 * <p>The cost of a trial is O(trials · parameters · candidates). Immutable: each option gives another sampler.
 *
 * @see <a href="https://papers.nips.cc/paper/4443-algorithms-for-hyper-parameter-optimization">Bergstra et al. 2011</a>
 * @see <a href="https://arxiv.org/abs/2304.11127">Watanabe 2023, on the parts of TPE and their defaults</a>
 */
public final class Tpe extends Sampler {
    /** Random trials before the first informed one, unless {@link #startupTrials} is set. */
    public static final int DEFAULT_STARTUP_TRIALS = 10;

    /** Candidates that are compared, unless {@link #candidates} is set. */
    public static final int DEFAULT_CANDIDATES = 24;

    private static final double GOOD_PART = 0.1;
    private static final int MOST_GOOD = 25;

    private final long seed;
    private final int startupTrials;
    private final int candidates;
    private final boolean joint;

    private Tpe(long seed, int startupTrials, int candidates, boolean joint) {
        this.seed = seed;
        this.startupTrials = startupTrials;
        this.candidates = candidates;
        this.joint = joint;
    }

    /**
     * Makes a sampler with default options.
     *
     * @param seed any number; the same gives the same trials
     * @return the sampler
     */
    public static Tpe seeded(long seed) {
        return new Tpe(seed, DEFAULT_STARTUP_TRIALS, DEFAULT_CANDIDATES, true);
    }

    /**
     * Sets how many trials must have ended, completed or pruned, before their values are used; those before are random.
     *
     * @param count ≥ 1, {@value #DEFAULT_STARTUP_TRIALS} if not set
     * @return another sampler
     * @throws IllegalArgumentException if it is less
     */
    public Tpe startupTrials(int count) {
        return new Tpe(seed, Ranges.atLeast("startupTrials", 1, count), candidates, joint);
    }

    /**
     * Sets how many candidates are compared; more of them stay nearer to what is known to be good.
     *
     * @param count ≥ 1, {@value #DEFAULT_CANDIDATES} if not set
     * @return another sampler
     * @throws IllegalArgumentException if it is less
     */
    public Tpe candidates(int count) {
        return new Tpe(seed, startupTrials, Ranges.atLeast("candidates", 1, count), joint);
    }

    /**
     * Draws each parameter by itself, as if what is good of one did not depend on the others.
     *
     * @return another sampler
     */
    public Tpe independent() {
        return new Tpe(seed, startupTrials, candidates, false);
    }

    @Override
    Map<String, Double> propose(int trial, List<Past> others) {
        Map<String, Double> proposal = new HashMap<>();
        if (joint && ended(others) >= startupTrials) {
            for (SortedSet<String> group : Together.groups(others)) {
                SortedMap<String, Domain> domains = new TreeMap<>();
                for (Past past : others) {
                    past.settings().forEach((name, setting) -> {
                        if (group.contains(name)) {
                            domains.put(name, setting.domain());
                        }
                    });
                }
                proposal.putAll(informed(trial, others, domains));
            }
        }
        return proposal;
    }

    @Override
    double draw(int trial, List<Past> others, String name, Domain domain) {
        if (ended(others) < startupTrials) {
            return Axis.of(domain).draw(Draws.of(seed, trial, name));
        }
        Double drawn =
                informed(trial, others, new TreeMap<>(Map.of(name, domain))).get(name);
        if (drawn == null) {
            throw new AssertionError(name);
        }
        return drawn;
    }

    private static long ended(List<Past> others) {
        return others.stream().filter(Past::isEnded).count();
    }

    private Map<String, Double> informed(int trial, List<Past> others, SortedMap<String, Domain> domains) {
        List<String> names = List.copyOf(domains.keySet());
        List<Axis> axes = domains.values().stream().map(Axis::of).toList();
        List<Past> good = good(others);
        List<Past> bad = new ArrayList<>(others);
        bad.removeAll(good);
        bad.removeIf(past -> past.state() == Past.State.INTERRUPTED);
        ParzenMixture likely = ParzenMixture.of(axes, values(good, names));
        ParzenMixture unlikely = ParzenMixture.of(axes, values(bad, names));
        SplittableRandom random = Draws.of(seed, trial, String.join("\n", names));
        double[] best = {};
        double bestRatio = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < candidates; i++) {
            double[] candidate = likely.draw(random);
            double ratio = likely.logDensity(candidate) - unlikely.logDensity(candidate);
            if (i == 0 || ratio > bestRatio) {
                best = candidate;
                bestRatio = ratio;
            }
        }
        Map<String, Double> drawn = new HashMap<>();
        for (int i = 0; i < best.length; i++) {
            drawn.put(names.get(i), best[i]);
        }
        return drawn;
    }

    /** The best of those that ended, in the order of their numbers. */
    private static List<Past> good(List<Past> others) {
        List<Past> ended = others.stream().filter(Past::isEnded).toList();
        int count = Math.min((int) Math.ceil(GOOD_PART * ended.size()), MOST_GOOD);
        return ended.stream()
                .sorted(BEST_FIRST)
                .limit(count)
                .sorted(Comparator.comparingInt(Past::number))
                .toList();
    }

    private static final Comparator<Past> BEST_FIRST = Comparator.comparing(Past::state)
            .thenComparingInt(past -> past.state() == Past.State.PRUNED ? -lastStep(past) : 0)
            .thenComparingDouble(Tpe::lossOf)
            .thenComparingInt(Past::number);

    private static int lastStep(Past past) {
        return past.reports().isEmpty() ? Integer.MIN_VALUE + 1 : past.reports().lastKey();
    }

    private static double lossOf(Past past) {
        if (past.state() == Past.State.COMPLETED) {
            return past.loss();
        }
        Double last = past.reports().isEmpty()
                ? null
                : past.reports().get(past.reports().lastKey());
        return last == null ? Double.POSITIVE_INFINITY : last;
    }

    /** The values of the trials that have all of the parameters. */
    private static double[][] values(List<Past> trials, List<String> names) {
        List<double[]> rows = new ArrayList<>();
        for (Past past : trials) {
            double[] row = new double[names.size()];
            int found = 0;
            for (String name : names) {
                Setting setting = past.settings().get(name);
                if (setting != null) {
                    row[found++] = setting.number();
                }
            }
            if (found == row.length) {
                rows.add(row);
            }
        }
        return rows.toArray(double[][]::new);
    }

    @Override
    public String toString() {
        return "tpe(seed=%d, startupTrials=%d, candidates=%d, %s)"
                .formatted(seed, startupTrials, candidates, joint ? "joint" : "independent");
    }
}
