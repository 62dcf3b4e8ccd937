package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.training.network.Loss;
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
}
