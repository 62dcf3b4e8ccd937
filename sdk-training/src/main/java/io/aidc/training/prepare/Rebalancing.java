package io.aidc.training.prepare;

import io.aidc.training.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Evens out classes of unequal size: by weights, by repeating or dropping rows, or by rows made up between neighbours.
 *
 * {@snippet class="io.aidc.training.prepare.PrepareSnippetsTest" region="rebalancing"}
 *
 * <p>Only rows to train with may be rebalanced; a model is judged by classes as they come. Rebalancing shifts the predicted
 * probabilities, which then need calibration. The same seed gives the same rows on every machine.
 *
 * <p>Not for private training: a repeated row counts twice, and a made-up one depends on many.
 *
 * <p>Thread-safe: holds no state.
 */
public final class Rebalancing {
    private Rebalancing() {}

    /**
     * Gives the weight of each class by which all classes weigh the same: rows / (classes · rows of the class).
     *
     * @param data a data set of classes
     * @return shape {@code [classes]}, &gt; 0, 1 on average over rows
     * @throws IllegalArgumentException if the data set has no classes, or a class has no rows
     * @see <a href="https://doi.org/10.1093/oxfordjournals.pan.a004868">King and Zeng 2001</a>
     */
    public static double[] classWeights(Dataset data) {
        List<List<Integer>> rows = rowsOfClasses(data);
        double[] weights = new double[rows.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = data.rows() / ((double) weights.length * rows.get(i).size());
        }
        return weights;
    }

    /**
     * Repeats rows, drawn with replacement, until every class has as many as the greatest. All rows stay, in their order,
     * and the repeats follow.
     *
     * @param data a data set of classes
     * @param seed selects the rows
     * @return a data set of equal classes
     * @throws IllegalArgumentException if the data set has no classes, or a class has no rows
     */
    public static Dataset oversample(Dataset data, long seed) {
        var random = new SplittableRandom(seed);
        List<List<Integer>> rows = rowsOfClasses(data);
        int most = rows.stream().mapToInt(List::size).max().orElseThrow();
        List<Integer> picked = new ArrayList<>();
        for (int i = 0; i < data.rows(); i++) {
            picked.add(i);
        }
        for (List<Integer> own : rows) {
            for (int i = own.size(); i < most; i++) {
                picked.add(own.get(random.nextInt(own.size())));
            }
        }
        return data.subset(indices(picked));
    }

    /**
     * Drops rows, drawn without replacement, until every class has as few as the smallest. Rows keep their order.
     *
     * @param data a data set of classes
     * @param seed selects the rows
     * @return a data set of equal classes
     * @throws IllegalArgumentException if the data set has no classes, or a class has no rows
     */
    public static Dataset undersample(Dataset data, long seed) {
        var random = new SplittableRandom(seed);
        List<List<Integer>> rows = rowsOfClasses(data);
        int fewest = rows.stream().mapToInt(List::size).min().orElseThrow();
        List<Integer> picked = new ArrayList<>();
        for (List<Integer> own : rows) {
            for (int i = 0; i < fewest; i++) {
                int j = i + random.nextInt(own.size() - i);
                int swapped = own.get(i);
                own.set(i, own.get(j));
                own.set(j, swapped);
                picked.add(own.get(i));
            }
        }
        picked.sort(null);
        return data.subset(indices(picked));
    }

    /**
     * Makes up rows until every class has as many as the greatest: each lies at a random place between a row and one of its
     * nearest neighbours of the same class. All rows stay, in their order, and those made up follow.
     *
     * <p>For features that are numbers and of one scale; a one-hot feature of a made-up row may be a fraction. Cost: O(rows²
     * · features) for each class that lacks rows.
     *
     * @param data a data set of classes
     * @param neighbours how many nearest rows are chosen from, &gt; 0; 5 in the paper
     * @param seed selects the rows, neighbours and places
     * @return a data set of equal classes
     * @throws IllegalArgumentException if the data set has no classes, or a class that lacks rows does not have more of them
     *     than {@code neighbours}
     * @see <a href="https://doi.org/10.1613/jair.953">Chawla et al. 2002, section 4.2</a>
     */
    public static Dataset smote(Dataset data, int neighbours, long seed) {
        Numbers.positive("neighbours", neighbours);
        var random = new SplittableRandom(seed);
        List<List<Integer>> rows = rowsOfClasses(data);
        int most = rows.stream().mapToInt(List::size).max().orElseThrow();
        var grown = new Grown(data);
        for (int label = 0; label < rows.size(); label++) {
            List<Integer> own = rows.get(label);
            if (own.size() == most) {
                continue;
            }
            if (own.size() <= neighbours) {
                throw new IllegalArgumentException(
                        "class '%s' must have more than %d rows to choose neighbours from, got %d"
                                .formatted(data.classNames().get(label), neighbours, own.size()));
            }
            grown.interpolate(own, label, most - own.size(), neighbours, random);
        }
        return grown.dataset();
    }

    /** Rows of a data set, and more. */
    private static final class Grown {
        private final Dataset data;
        private final List<float[]> features = new ArrayList<>();
        private final List<Integer> labels = new ArrayList<>();

        Grown(Dataset data) {
            this.data = data;
            for (int i = 0; i < data.rows(); i++) {
                features.add(data.row(i));
                labels.add(data.label(i));
            }
        }

        /** Goes round all rows before any is used again, as the paper does. */
        void interpolate(List<Integer> own, int label, int lacking, int neighbours, SplittableRandom random) {
            var nearest = new Neighbours(own.stream().map(features::get).toList(), neighbours);
            int[] order = new int[own.size()];
            for (int i = 0; i < lacking; i++) {
                if (i % order.length == 0) {
                    shuffle(order, random);
                }
                int from = order[i % order.length];
                int to = nearest.of(from)[random.nextInt(neighbours)];
                features.add(between(nearest.row(from), nearest.row(to), random.nextDouble()));
                labels.add(label);
            }
        }

        private static void shuffle(int[] order, SplittableRandom random) {
            for (int i = 0; i < order.length; i++) {
                int j = random.nextInt(i + 1);
                order[i] = order[j];
                order[j] = i;
            }
        }

        private static float[] between(float[] a, float[] b, double place) {
            float[] point = new float[a.length];
            for (int j = 0; j < point.length; j++) {
                // In float64, so that two far apart numbers do not overflow.
                point[j] = (float) (a[j] + place * ((double) b[j] - a[j]));
            }
            return point;
        }

        Dataset dataset() {
            return Dataset.classification(
                    features.toArray(float[][]::new), indices(labels), data.featureNames(), data.classNames());
        }
    }

    private static List<List<Integer>> rowsOfClasses(Dataset data) {
        if (data.classes() == 0) {
            throw new IllegalArgumentException("the data set must have classes to rebalance");
        }
        List<List<Integer>> rows = new ArrayList<>();
        for (int i = 0; i < data.classes(); i++) {
            rows.add(new ArrayList<>());
        }
        for (int i = 0; i < data.rows(); i++) {
            rows.get(data.label(i)).add(i);
        }
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).isEmpty()) {
                throw new IllegalArgumentException(
                        "class '%s' has no rows".formatted(data.classNames().get(i)));
            }
        }
        return rows;
    }

    private static int[] indices(List<Integer> rows) {
        return rows.stream().mapToInt(Integer::intValue).toArray();
    }
}
