package io.aidc.training.tribuo;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.TrainingRun;
import io.aidc.training.evaluation.Comparison;
import io.aidc.training.evaluation.ComparisonResult;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class TribuoSnippetsTest {
    @Test
    void learners() {
        Dataset data = Tables.classes(90, 1);
        Network net = Network.of(Layer.linear(4, 3));
        // @start region="learners"
        Learner network = TrainingRun.learner(() -> TrainingRun.of(net, Loss.CROSS_ENTROPY));
        ComparisonResult result = Comparison.of(Map.of(
                        "network", network,
                        "logistic regression", TribuoLearners.logisticRegression(),
                        "forest", TribuoLearners.randomForest(50),
                        "boosting", TribuoLearners.gradientBoosting(20).depth(2).rowShare(0.8)))
                .baseline("logistic regression")
                .validatedBy(folds -> folds.folds(3).stratified().seed(7))
                .run(data);
        String table = result.text(); // result.write(Path.of("comparison.html"))
        // @end
        assertThat(table).contains("logistic regression (baseline)");
    }
}
