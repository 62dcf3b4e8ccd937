package io.aidc.training.tribuo;

import io.aidc.training.Dataset;
import io.aidc.training.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.rtree.CARTJointRegressionTrainer;
import org.tribuo.regression.rtree.impurity.MeanSquaredError;

/**
 * Boosts regression trees: Tribuo grows each on the negative gradients of its rows, the leaves' values are computed here.
 *
 * <p>Tribuo's own boosting is XGBoost's native library, which this does not use: version 1.6.2 has no code for ARM, its memory is
 * freed by finalizers that Tribuo gives no other way to, and its classes need Commons Logging and Kryo to load.
 */
final class BoostingFit {
    private static final String[] TARGET = TribuoRows.names(1);
    /** Below this a leaf's rows are all certain, and a Newton step would be a division of 0 by 0. */
    private static final double LEAST_CURVATURE = 1e-12;

    private final GradientBoosting options;
    private final int features;
    private final float[][] rows;
    private final double[][] doubles;
    private final String[] names;
    private final BoostingLoss loss;
    private final double[][] scores;
    private final double[][] slopes;
    private final double[][] curvatures;
    private final SplittableRandom random;

    BoostingFit(GradientBoosting options, Dataset data, long seed) {
        this.options = options;
        this.features = data.features();
        this.rows = TribuoRows.features(data);
        this.doubles = TribuoRows.doubles(rows);
        this.names = TribuoRows.names(features);
        this.loss = BoostingLoss.of(data);
        this.scores = new double[rows.length][];
        this.random = new SplittableRandom(seed);
        Arrays.setAll(scores, row -> loss.start());
        this.slopes = new double[rows.length][scores[0].length];
        this.curvatures = new double[rows.length][scores[0].length];
    }

    Predictor fit() {
        double[] start = loss.start();
        List<FlatTree[]> grown = new ArrayList<>();
        for (int round = 0; round < options.rounds(); round++) {
            for (int row = 0; row < rows.length; row++) {
                loss.derivatives(row, scores[row], slopes[row], curvatures[row]);
            }
            int[] picked = picked();
            FlatTree[] trees = new FlatTree[start.length];
            for (int k = 0; k < trees.length; k++) {
                trees[k] = tree(picked, k);
            }
            for (int row = 0; row < rows.length; row++) {
                add(trees, rows[row], scores[row]);
            }
            grown.add(trees);
        }
        UnaryOperator<double[]> meaning = loss.answers();
        return new RowPredictor(features, row -> {
            double[] sums = start.clone();
            grown.forEach(trees -> add(trees, row, sums));
            return Softmax.floats(meaning.apply(sums));
        });
    }

    private static void add(FlatTree[] trees, float[] row, double[] sums) {
        for (int k = 0; k < sums.length; k++) {
            sums[k] += trees[k].values(row)[0];
        }
    }

    private int[] picked() {
        int[] order = TribuoRows.all(rows.length);
        int count = (int) Math.max(1, Math.round(options.rowShare() * rows.length));
        if (count == rows.length) {
            return order;
        }
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, order.length);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        return Arrays.copyOf(order, count);
    }

    private FlatTree tree(int[] picked, int k) {
        var set = TribuoRows.of(
                doubles,
                names,
                picked,
                row -> TribuoRows.regressor(TARGET, new double[] {slopes[row][k]}),
                new RegressionFactory());
        var trainer = new CARTJointRegressionTrainer(
                options.depth(), options.minSplitRows(), 0, 1, false, new MeanSquaredError(), false, 0);
        FlatTree tree = FlatTree.of(trainer.train(set).getRoot(), leaf -> new double[1]);
        double[] slope = new double[tree.leaves()];
        double[] curvature = new double[tree.leaves()];
        for (int row : picked) {
            int leaf = tree.leaf(rows[row]);
            slope[leaf] += slopes[row][k];
            curvature[leaf] += curvatures[row][k];
        }
        double[][] values = new double[slope.length][1];
        for (int leaf = 0; leaf < values.length; leaf++) {
            double steepness = Math.max(curvature[leaf] + options.leafPenalty(), LEAST_CURVATURE);
            values[leaf][0] = options.learningRate() * loss.step() * slope[leaf] / steepness;
        }
        return tree.withValues(values);
    }
}
