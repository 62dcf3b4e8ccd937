package io.aidc.examples.training;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;
import io.aidc.training.TrainingRun;
import io.aidc.training.evaluation.Comparison;
import io.aidc.training.evaluation.ComparisonResult;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.AdamW;
import io.aidc.training.tribuo.TribuoLearners;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks what has to be asked before a network goes into use: is it better than logistic regression, a random forest and boosted trees?
 * All four are judged on the same folds of one table, and each difference comes with its doubt.
 */
public final class CompareExample {
    private static final int SEED = 2026;
    private static final String WDBC = "/io/aidc/examples/quickstart/wdbc.csv";

    /**
     * How much is computed.
     *
     * @param folds parts of the table
     * @param repeats how often it is divided anew
     * @param epochs passes of the network
     * @param trees of the forest, and rounds of boosting
     */
    record Effort(int folds, int repeats, int epochs, int trees) {
        static final Effort FULL = new Effort(5, 1, 30, 100);
    }

    private CompareExample() {}

    /**
     * Runs the example.
     *
     * @param args nothing
     * @throws IOException if its files cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path directory = Files.createDirectories(Path.of("target", "compare"));
        ComparisonResult result = run(directory, Effort.FULL);
        out.print(result.text());
        out.printf("best by log-loss: %s; see %s%n", result.best("logLoss"), directory.resolve("comparison.html"));
    }

    static ComparisonResult run(Path directory, Effort effort) throws IOException {
        Dataset patients = Tables.classification(WDBC, "diagnosis");
        Map<String, Learner> learners = new LinkedHashMap<>();
        learners.put("logistic regression", TribuoLearners.logisticRegression());
        learners.put("random forest", TribuoLearners.randomForest(effort.trees()));
        learners.put(
                "boosted trees", TribuoLearners.gradientBoosting(effort.trees()).rowShare(0.8));
        learners.put("network", (data, seed) -> network(data, seed, effort.epochs()));
        ComparisonResult result = Comparison.of(learners)
                .validatedBy(folds -> folds.folds(effort.folds())
                        .repeats(effort.repeats())
                        .stratified()
                        .seed(SEED))
                .run(patients);
        result.write(directory.resolve("comparison.html"));
        return result;
    }

    /** Trains on scaled features; the scaling comes from the rows to train with, so that nothing leaks from the others. */
    private static Predictor network(Dataset data, long seed, int epochs) {
        Network network = Network.of(
                scaling(data), Layer.linear(data.features(), 16), Layer.tanh(), Layer.linear(16, data.classes()));
        return TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .optimizer(AdamW.rate(5e-3))
                .epochs(epochs)
                .seed(seed)
                .fit(data)
                .model()
                .predictor();
    }

    private static Layer scaling(Dataset data) {
        float[] shift = new float[data.features()];
        float[] factor = new float[data.features()];
        for (int j = 0; j < shift.length; j++) {
            double sum = 0;
            double squares = 0;
            for (float value : data.column(j)) {
                sum += value;
                squares += (double) value * value;
            }
            double mean = sum / data.rows();
            shift[j] = (float) mean;
            factor[j] = (float) (1 / Math.sqrt(Math.max(squares / data.rows() - mean * mean, 1e-12)));
        }
        return Layer.scale(shift, factor);
    }
}
