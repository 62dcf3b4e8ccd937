package io.aidc.training.tribuo;

import io.aidc.training.Dataset;
import io.aidc.training.Predictor;
import java.util.Arrays;
import java.util.function.Function;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.common.sgd.AbstractLinearSGDModel;
import org.tribuo.math.la.DenseMatrix;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.sgd.objectives.SquaredLoss;

/** Fits linear models and takes their weights over, so that answers need no objects of Tribuo. */
final class LinearFit {
    private static final double ADAGRAD_EPSILON = 1e-6;
    /** No message about the loss, which Tribuo would log every so many examples. */
    private static final int NEVER = -1;

    /** Tribuo scales the gradients of larger batches in a way that a penalty would have to follow. */
    private static final int ONE_ROW = 1;

    private LinearFit() {}

    static Predictor classes(LogisticRegression options, Dataset data, long seed) {
        double[][] rows = TribuoRows.doubles(TribuoRows.features(data));
        Scaling scaling = Scaling.of(rows);
        MutableDataset<Label> set = TribuoRows.of(
                scaling.scaled(rows),
                TribuoRows.names(data.features()),
                TribuoRows.all(data.rows()),
                row -> TribuoRows.label(data, row),
                new LabelFactory());
        var trainer = new org.tribuo.classification.sgd.linear.LinearSGDTrainer(
                new LogMulticlass(),
                new WeightDecay(new AdaGrad(options.learningRate(), ADAGRAD_EPSILON), options.weightDecay()),
                options.epochs(),
                NEVER,
                ONE_ROW,
                seed);
        double[][] weights = weights(trainer.train(set), set.getOutputIDInfo(), data.classes(), Label::getLabel);
        return new RowPredictor(data.features(), row -> {
            double[] scores = scores(weights, scaling.scaled(TribuoRows.doubles(row)));
            return Softmax.floats(Softmax.of(scores));
        });
    }

    static Predictor numbers(LinearRegression options, Dataset data, long seed) {
        double[][] rows = TribuoRows.doubles(TribuoRows.features(data));
        double[][] targets = new double[data.rows()][];
        Arrays.setAll(targets, row -> TribuoRows.doubles(data.target(row)));
        Scaling scaling = Scaling.of(rows);
        Scaling ofTargets = Scaling.of(targets);
        double[][] scaledTargets = ofTargets.scaled(targets);
        String[] names = TribuoRows.names(data.targets());
        MutableDataset<Regressor> set = TribuoRows.of(
                scaling.scaled(rows),
                TribuoRows.names(data.features()),
                TribuoRows.all(data.rows()),
                row -> TribuoRows.regressor(names, scaledTargets[row]),
                new RegressionFactory());
        var trainer = new org.tribuo.regression.sgd.linear.LinearSGDTrainer(
                new SquaredLoss(),
                new WeightDecay(new AdaGrad(options.learningRate(), ADAGRAD_EPSILON), options.weightDecay()),
                options.epochs(),
                NEVER,
                ONE_ROW,
                seed);
        DenseMatrix matrix = trainer.train(set).getWeightsCopy();
        double[][] weights = new double[data.targets()][];
        Arrays.setAll(weights, target -> matrix.getRow(target).toArray());
        return new RowPredictor(data.features(), row -> {
            double[] scores = scores(weights, scaling.scaled(TribuoRows.doubles(row)));
            float[] answers = new float[scores.length];
            for (int t = 0; t < answers.length; t++) {
                answers[t] = (float) ofTargets.back(t, scores[t]);
            }
            return answers;
        });
    }

    /** One line for each class by the data set's index, the intercept last; none for a class without rows. */
    private static <T extends Output<T>> double[][] weights(
            AbstractLinearSGDModel<T> model, ImmutableOutputInfo<T> outputs, int classes, Function<T, String> name) {
        double[][] weights = new double[classes][0];
        DenseMatrix matrix = model.getWeightsCopy();
        for (int id = 0; id < outputs.size(); id++) {
            weights[Integer.parseInt(name.apply(outputs.getOutput(id)))] =
                    matrix.getRow(id).toArray();
        }
        return weights;
    }

    private static double[] scores(double[][] weights, double[] row) {
        double[] scores = new double[weights.length];
        for (int k = 0; k < scores.length; k++) {
            if (weights[k].length == 0) {
                scores[k] = Double.NEGATIVE_INFINITY;
                continue;
            }
            scores[k] = weights[k][row.length];
            for (int j = 0; j < row.length; j++) {
                scores[k] += weights[k][j] * row[j];
            }
        }
        return scores;
    }
}
