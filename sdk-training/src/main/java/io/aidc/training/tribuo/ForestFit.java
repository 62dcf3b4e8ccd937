package io.aidc.training.tribuo;

import io.aidc.training.Dataset;
import io.aidc.training.Predictor;
import java.util.List;
import java.util.function.Function;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.ensemble.FullyWeightedVotingCombiner;
import org.tribuo.common.tree.DecisionTreeTrainer;
import org.tribuo.common.tree.LeafNode;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.common.tree.TreeModel;
import org.tribuo.ensemble.EnsembleCombiner;
import org.tribuo.ensemble.EnsembleModel;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.ensemble.AveragingCombiner;
import org.tribuo.regression.rtree.CARTJointRegressionTrainer;
import org.tribuo.regression.rtree.impurity.MeanSquaredError;

/** Grows random forests. */
final class ForestFit {
    private ForestFit() {}

    static Predictor classes(RandomForest options, Dataset data, long seed) {
        float[][] rows = TribuoRows.features(data);
        MutableDataset<Label> set = TribuoRows.of(
                TribuoRows.doubles(rows),
                TribuoRows.names(data.features()),
                TribuoRows.all(rows.length),
                row -> TribuoRows.label(data, row),
                new LabelFactory());
        double share = options.featureShare() > 0 ? options.featureShare() : 1 / Math.sqrt(data.features());
        var tree = new CARTClassificationTrainer(
                options.depth(),
                options.minSplitRows(),
                0,
                fraction(share, data.features()),
                false,
                new GiniIndex(),
                seed);
        return averaged(
                data.features(),
                data.classes(),
                grown(tree, new FullyWeightedVotingCombiner(), options.trees(), seed, set),
                leaf -> shares(leaf, data.classes()));
    }

    static Predictor numbers(RandomForest options, Dataset data, long seed) {
        float[][] rows = TribuoRows.features(data);
        String[] names = TribuoRows.names(data.targets());
        MutableDataset<Regressor> set = TribuoRows.of(
                TribuoRows.doubles(rows),
                TribuoRows.names(data.features()),
                TribuoRows.all(rows.length),
                row -> TribuoRows.regressor(names, TribuoRows.doubles(data.target(row))),
                new RegressionFactory());
        double share = options.featureShare() > 0 ? options.featureShare() : 1.0 / 3;
        var tree = new CARTJointRegressionTrainer(
                options.depth(),
                options.minSplitRows(),
                0,
                fraction(share, data.features()),
                false,
                new MeanSquaredError(),
                false,
                seed);
        return averaged(
                data.features(),
                data.targets(),
                grown(tree, new AveragingCombiner(), options.trees(), seed, set),
                leaf -> leaf.getOutput().getValues());
    }

    /** At least one feature; Tribuo takes a share below 1 only and rounds its product with the number of features. */
    static float fraction(double share, int features) {
        float wanted = (float) Math.max(1, Math.round(share * features)) / features;
        return Math.min(wanted, Math.nextDown(1f));
    }

    private static <T extends Output<T>> EnsembleModel<T> grown(
            DecisionTreeTrainer<T> tree, EnsembleCombiner<T> combiner, int trees, long seed, MutableDataset<T> set) {
        return new RandomForestTrainer<>(tree, combiner, trees, seed).train(set);
    }

    private static <T extends Output<T>> Predictor averaged(
            int features, int width, EnsembleModel<T> forest, Function<LeafNode<T>, double[]> values) {
        List<FlatTree> trees = forest.getModels().stream()
                .map(model -> FlatTree.of(((TreeModel<T>) model).getRoot(), values))
                .toList();
        return new RowPredictor(features, row -> {
            double[] sums = new double[width];
            for (FlatTree tree : trees) {
                double[] said = tree.values(row);
                for (int k = 0; k < width; k++) {
                    sums[k] += said[k] / trees.size();
                }
            }
            return Softmax.floats(sums);
        });
    }

    private static double[] shares(LeafNode<Label> leaf, int classes) {
        double[] shares = new double[classes];
        double sum = 0;
        for (Label label : leaf.getDistribution().values()) {
            shares[Integer.parseInt(label.getLabel())] = label.getScore();
            sum += label.getScore();
        }
        for (int k = 0; k < classes; k++) {
            shares[k] /= sum;
        }
        return shares;
    }
}
