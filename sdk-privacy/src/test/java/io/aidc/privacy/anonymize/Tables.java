package io.aidc.privacy.anonymize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Small coded tables, and requirements and a grouping that are slow and obvious. */
final class Tables {
    private Tables() {}

    /** Every class has k rows. */
    record Size(int k) implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            return classes.size(cls) >= k;
        }

        @Override
        public boolean monotone() {
            return true;
        }
    }

    /** Every class has as many different sensitive values. */
    record Different(List<Integer> sensitive, int least) implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            return Arrays.stream(classes.rows(cls))
                            .map(sensitive::get)
                            .distinct()
                            .count()
                    >= least;
        }

        @Override
        public boolean monotone() {
            return true;
        }
    }

    /** No sensitive value has more than a share of a class: broken by merging with a class that breaks it. */
    record NoneAbove(List<Integer> sensitive, double share) implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            Map<Integer, Integer> counts = new HashMap<>();
            for (int row : classes.rows(cls)) {
                counts.merge(sensitive.get(row), 1, Integer::sum);
            }
            return counts.values().stream().allMatch(count -> count <= share * classes.size(cls));
        }

        @Override
        public boolean monotone() {
            return false;
        }
    }

    /** Every class has k rows, one fewer for each level raised: like a population that grows with the node. */
    record SizeByHeight(int k) implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            throw new IllegalStateException("not asked for at a node");
        }

        @Override
        public boolean monotone() {
            return true;
        }

        @Override
        public Requirement at(int[] node) {
            return new Size(k - Arrays.stream(node).sum());
        }
    }

    /** A column of categories, its leaves in the order of codes within each group. */
    static Dimension categorical(int[] codes, int[][] levels) {
        Comparator<Integer> byTree = Comparator.comparingInt(code -> levels[levels.length - 1][code]);
        for (int level = levels.length - 2; level >= 0; level--) {
            int[] at = levels[level];
            byTree = byTree.thenComparingInt(code -> at[code]);
        }
        List<Integer> leaves =
                IntStream.range(0, levels[0].length).boxed().sorted(byTree).toList();
        return Dimension.categorical(
                codes,
                levels,
                IntStream.range(0, levels[0].length).map(leaves::indexOf).toArray());
    }

    /** Columns of random size, height and hierarchy; every other one numeric. */
    static List<Dimension> random(Random random, int rows, int columns) {
        List<Dimension> dimensions = new ArrayList<>();
        for (int d = 0; d < columns; d++) {
            int[][] levels = levels(random, 1 + random.nextInt(6), random.nextInt(4));
            int size = levels[0].length;
            int[] codes = IntStream.range(0, rows)
                    .map(row -> Math.min(random.nextInt(size), random.nextInt(size)))
                    .toArray();
            dimensions.add(
                    d % 2 == 0
                            ? categorical(codes, levels)
                            : Dimension.numeric(
                                    codes, levels, random.doubles(size, -3, 9).toArray()));
        }
        return dimensions;
    }

    /** A hierarchy by merging codes at random; the top is not always one group. */
    static int[][] levels(Random random, int size, int height) {
        int[][] levels = new int[height + 1][];
        levels[0] = IntStream.range(0, size).toArray();
        int groups = size;
        for (int level = 1; level <= height; level++) {
            int fewer = 1 + random.nextInt(groups);
            int[] into = IntStream.range(0, groups).map(group -> group % fewer).toArray();
            levels[level] =
                    Arrays.stream(levels[level - 1]).map(group -> into[group]).toArray();
            groups = fewer;
        }
        return levels;
    }

    static List<Integer> sensitive(Random random, int rows, int values) {
        return random.ints(rows, 0, values).boxed().toList();
    }

    /** Groups rows by a map of lists. */
    static Classes group(List<Dimension> dimensions, int[] node) {
        Map<List<Integer>, Integer> classes = new HashMap<>();
        int[] classOf = new int[dimensions.get(0).rows()];
        for (int row = 0; row < classOf.length; row++) {
            List<Integer> key = new ArrayList<>();
            for (int d = 0; d < node.length; d++) {
                key.add(dimensions.get(d).generalised(node[d], dimensions.get(d).code(row)));
            }
            classes.putIfAbsent(key, classes.size());
            classOf[row] = classes.get(key);
        }
        return new Classes(classOf, classes.size());
    }

    /** Suppresses the classes that fail. */
    static Classes suppress(Classes classes, List<Requirement> requirements, int[] node) {
        List<Requirement> here =
                requirements.stream().map(requirement -> requirement.at(node)).toList();
        Map<Integer, Integer> kept = new HashMap<>();
        for (int cls = 0; cls < classes.count(); cls++) {
            int asked = cls;
            if (here.stream().allMatch(requirement -> requirement.holds(classes, asked))) {
                kept.put(cls, kept.size());
            }
        }
        int[] classOf = Arrays.stream(classes.classOf())
                .map(cls -> kept.getOrDefault(cls, Classes.SUPPRESSED))
                .toArray();
        return new Classes(classOf, kept.size());
    }

    /** Measures a full-domain release. */
    static double loss(LossMeasure measure, List<Dimension> dimensions, int[] node, Classes classes) {
        return measure.of(dimensions, classes, (d, cls) -> {
            Dimension dimension = dimensions.get(d);
            return dimension.cell(node[d], dimension.generalised(node[d], dimension.code(classes.first(cls))));
        });
    }

    /** All nodes of a lattice, the last column changing fastest. */
    static List<int[]> nodes(List<Dimension> dimensions) {
        List<int[]> nodes = List.of(new int[dimensions.size()]);
        for (int d = 0; d < dimensions.size(); d++) {
            List<int[]> longer = new ArrayList<>();
            for (int[] node : nodes) {
                for (int level = 0; level <= dimensions.get(d).height(); level++) {
                    int[] raised = node.clone();
                    raised[d] = level;
                    longer.add(raised);
                }
            }
            nodes = longer;
        }
        return nodes;
    }
}
