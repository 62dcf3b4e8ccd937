package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TrainedModelTest {
    private static TrainingResult trained() {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .steps(5)
                .seed(1)
                .fit(Samples.classes(30, 1));
    }

    @Test
    void predict_ofManyRows_equalsOneByOne() {
        float[][] rows = {{1, 2, 3, 4}, {0, 0, 0, 0}, {-1, 5, 2, 1}};
        try (TrainingResult result = trained()) {
            float[][] together = result.model().predict(rows);
            for (int i = 0; i < rows.length; i++) {
                assertThat(result.model().predict(rows[i])).containsExactly(together[i], Offset.offset(1e-6f));
            }
            assertThat(result.model().predict(new float[0][])).isEmpty();
        }
    }

    @Test
    void predict_ofAnotherWidth_isRefused() {
        try (TrainingResult result = trained()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> result.model().predict(new float[3]))
                    .withMessage("row 0 must have 4 features, got 3");
        }
    }

    @Test
    void parameters_areNamedCopies() {
        try (TrainingResult result = trained()) {
            assertThat(result.model().parameters().keySet())
                    .containsExactly("0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias");
            assertThat(result.model().parameterCount()).isEqualTo(Samples.NETWORK.parameterCount());
            float before = result.model().parameter("0.bias")[0];
            result.model().parameter("0.bias")[0] = before + 1;
            assertThat(result.model().parameter("0.bias")[0]).isEqualTo(before);
        }
    }

    @Test
    void parameter_thatDoesNotExist_isRefused() {
        try (TrainingResult result = trained()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> result.model().parameter("2.weight"))
                    .withMessageStartingWith("no parameter '2.weight'; there are [0.weight");
        }
    }

    @Test
    void model_afterClose_refusesEveryCall() {
        TrainingResult result = trained();
        result.close();
        result.close();
        TrainedModel model = result.model();
        assertThatIllegalStateException()
                .isThrownBy(() -> model.predict(new float[4]))
                .withMessage("the model is closed");
        assertThatIllegalStateException().isThrownBy(model::parameters);
        assertThatIllegalStateException().isThrownBy(() -> model.accuracy(Samples.classes(5, 1)));
    }

    @Test
    void accuracy_onNumericTargets_isRefused() {
        try (TrainingResult result = trained()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> result.model()
                            .accuracy(Dataset.regression(new float[][] {{1, 2, 3, 4}}, new float[][] {{1}})));
        }
    }

    @Test
    void predict_fromTwoThreads_givesTheSameAnswers() throws InterruptedException, ExecutionException {
        float[] row = {1, 2, 3, 4};
        var pool = Executors.newFixedThreadPool(2);
        try (TrainingResult result = trained()) {
            float[] expected = result.model().predict(row);
            List<Future<float[]>> answers = IntStream.range(0, 200)
                    .mapToObj(i -> pool.submit(() -> result.model().predict(row)))
                    .toList();
            for (Future<float[]> answer : answers) {
                assertThat(answer.get()).containsExactly(expected);
            }
        } finally {
            pool.shutdown();
            assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void of_theNumbersOfAModel_answersAsItDoes() {
        Network network = Network.of(
                Layer.linear(4, 8), Layer.batchNorm(8), Layer.relu(), Layer.dropout(0.5), Layer.linear(8, 3));
        Dataset data = Samples.classes(60, 1);
        float[][] rows = {{1, 2, 3, 4}, {0, 0, 0, 0}, {-1, 5, 2, 1}};
        try (TrainingResult result = TrainingRun.of(network, Loss.CROSS_ENTROPY)
                        .epochs(2)
                        .seed(1)
                        .fit(data);
                TrainedModel again = TrainedModel.of(
                        network, Loss.CROSS_ENTROPY, result.model().numbers())) {
            assertThat(again.predict(rows)).isDeepEqualTo(result.model().predict(rows));
            assertThat(again.numbers()).containsExactly(result.model().numbers());
            assertThat(again.statistics())
                    .containsOnlyKeys(result.model().statistics().keySet());
            assertThat(again.accuracy(data)).isEqualTo(result.model().accuracy(data));
            assertThat(again.predictor().predict(rows))
                    .isDeepEqualTo(result.model().predictor().predict(rows));
        }
    }

    @Test
    void of_anotherCountOfNumbers_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainedModel.of(Samples.NETWORK, Loss.CROSS_ENTROPY, new float[5]))
                .withMessage("the network has %d numbers, got 5".formatted(Samples.NETWORK.parameterCount()));
    }

    @Test
    void predictor_givesTheSoftmaxOfLogits() {
        float[][] rows = {{1, 2, 3, 4}, {0, 0, 0, 0}, {-100, 500, 200, 100}};
        try (TrainingResult result = trained()) {
            float[][] logits = result.model().predict(rows);
            float[][] probabilities = result.model().predictor().predict(rows);
            for (int i = 0; i < rows.length; i++) {
                double sum = 0;
                for (int c = 0; c < 3; c++) {
                    sum += probabilities[i][c];
                    assertThat(probabilities[i][c] / probabilities[i][0])
                            .isCloseTo((float) Math.exp(logits[i][c] - logits[i][0]), Offset.offset(1e-4f));
                }
                assertThat(sum).isCloseTo(1, Offset.offset(1e-6));
            }
        }
    }

    @Test
    void predictor_ofOneLogitForTwoClasses_givesThePair() {
        Network network = Network.of(Layer.linear(1, 1));
        float[][] rows = {{-2}, {-1}, {1}, {2}};
        Dataset data = Dataset.classification(rows, new int[] {0, 0, 1, 1}, 2);
        try (TrainingResult result = TrainingRun.of(network, Loss.BINARY_CROSS_ENTROPY)
                        .steps(50)
                        .seed(1)
                        .fit(data);
                TrainedModel again = TrainedModel.of(
                        network, Loss.BINARY_CROSS_ENTROPY, result.model().numbers())) {
            float[][] pairs = result.model().predictor().predict(rows);
            for (int i = 0; i < rows.length; i++) {
                float logit = result.model().predict(rows[i])[0];
                float positive = (float) (1 / (1 + Math.exp(-logit)));
                assertThat(pairs[i]).containsExactly(new float[] {1 - positive, positive}, Offset.offset(1e-6f));
            }
            assertThat(again.predictor().predict(rows)).isDeepEqualTo(pairs);
        }
    }

    @Test
    void predictor_ofNumbers_givesThemAsTheyAre() {
        Network network = Network.of(Layer.linear(1, 2));
        try (TrainedModel model = TrainedModel.of(network, Loss.MSE, new float[] {1, -2, 0.5f, 3})) {
            assertThat(model.predictor().predict(new float[][] {{2}})[0])
                    .containsExactly(new float[] {2.5f, -1}, Offset.offset(1e-6f));
        }
    }

    @Test
    void predictor_whenClosed_closesTheModel() {
        TrainingResult result = trained();
        result.model().predictor().close();
        assertThatIllegalStateException()
                .isThrownBy(() -> result.model().numbers())
                .withMessage("the model is closed");
    }
}
