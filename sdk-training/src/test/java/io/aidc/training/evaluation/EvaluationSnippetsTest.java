package io.aidc.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the documentation, executed. */
class EvaluationSnippetsTest {
    private static final Dataset DATA = Learners.clouds(60, 1);
    private static final Learner NETWORK = Learners.NEAREST_CENTROID;
    private static final Learner FOREST = Learners.CONSTANT;

    @Test
    void crossvalidation() {
        Dataset data = DATA;
        Learner learner = NETWORK;
        // @start region="crossvalidation"
        CrossValidationResult result = CrossValidation.of(learner)
                .folds(5)
                .stratified()
                .repeats(2)
                .seed(7)
                .run(data);
        Estimate accuracy = result.estimate("accuracy"); // mean, deviation, low, high
        float[][] probabilities = result.outOfFold(); // [rows, classes]
        // @end
        assertThat(accuracy.mean()).isGreaterThan(0.6);
        assertThat(probabilities.length).isEqualTo(60);
    }

    @Test
    void ensemble() {
        Dataset data = DATA;
        Learner network = NETWORK;
        Learner forest = FOREST;
        float[][] rows = {data.row(0)};
        // @start region="ensemble"
        float[][] probabilities;
        try (Predictor both = Ensemble.weighted(List.of(network.fit(data, 1), forest.fit(data, 2)), 0.7, 0.3)) {
            probabilities = both.predict(rows);
        }
        // @end
        assertThat(probabilities[0]).hasSize(3);
    }

    @Test
    void bagging() {
        Dataset data = DATA;
        Learner learner = NETWORK;
        // @start region="bagging"
        try (Predictor bag = Bagging.of(learner).members(25).fit(data, 7)) {
            bag.predict(new float[][] {data.row(0)});
        }
        // @end
    }

    @Test
    void comparison(@TempDir Path directory) {
        Dataset data = DATA;
        Learner network = NETWORK;
        Learner forest = FOREST;
        // @start region="comparison"
        ComparisonResult result = Comparison.of(Map.of("forest", forest, "network", network))
                .baseline("forest")
                .validatedBy(folds -> folds.folds(5).repeats(2).stratified().seed(7))
                .run(data);
        double p = result.difference("network", "accuracy").adjustedP();
        result.write(directory.resolve("comparison.html"));
        // @end
        assertThat(p).isLessThan(0.05);
    }
}
