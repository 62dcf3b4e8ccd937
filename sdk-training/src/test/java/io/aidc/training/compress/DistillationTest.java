package io.aidc.training.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistillationTest {
    private static final Network LARGE = Network.of(Layer.linear(4, 32), Layer.relu(), Layer.linear(32, 3));
    private static final Network SMALL = Network.of(Layer.linear(4, 3), Layer.tanh(), Layer.linear(3, 3));
    private static TrainingResult trained;

    @BeforeAll
    static void train() {
        trained = Blobs.trained(LARGE, Blobs.rows(300, 1));
    }

    @AfterAll
    static void close() {
        trained.close();
    }

    @Test
    void data_holdsTheTeachersLogitsAndTheClass() {
        Dataset rows = Blobs.rows(20, 2);
        Dataset distilled = Distillation.from(trained.model()).data(rows);
        assertThat(distilled.rows()).isEqualTo(20);
        assertThat(distilled.classes()).isZero();
        for (int i = 0; i < 20; i++) {
            float[] logits = trained.model().predict(rows.row(i));
            assertThat(distilled.row(i)).containsExactly(rows.row(i));
            assertThat(distilled.target(i))
                    .containsExactly(new float[] {logits[0], logits[1], logits[2], rows.label(i)}, within(1e-5f));
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 0.5", "1, 1", "4, 0.9", "3, 0"})
    void loss_equalsTheSumWrittenOut(double temperature, double share) {
        Dataset rows = Blobs.rows(16, 3);
        float[] start = Blobs.numbers(SMALL, 4);
        Distillation distillation =
                Distillation.from(trained.model()).temperature(temperature).share(share);
        double expected = 0;
        try (TrainedModel student = TrainedModel.of(SMALL, distillation.loss(), start)) {
            for (int i = 0; i < 16; i++) {
                float[] own = student.predict(rows.row(i));
                double[] wanted = softmax(trained.model().predict(rows.row(i)), temperature);
                double[] soft = softmax(own, temperature);
                double hard = -Math.log(softmax(own, 1)[rows.label(i)]);
                double distance = 0;
                for (int c = 0; c < 3; c++) {
                    distance -= wanted[c] * Math.log(soft[c]);
                }
                expected += (temperature * temperature * share * distance + (1 - share) * hard) / 16;
            }
        }
        try (TrainingResult result = TrainingRun.of(SMALL, distillation.loss())
                .startFrom(start)
                .batchSize(16)
                .steps(1)
                .seed(1)
                .fit(distillation.data(rows))) {
            assertThat(result.report().losses().get(0)).isCloseTo(expected, within(1e-5 * expected));
        }
    }

    private static double[] softmax(float[] logits, double temperature) {
        double[] parts = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = Math.exp(logits[i] / temperature);
            sum += parts[i];
        }
        for (int i = 0; i < parts.length; i++) {
            parts[i] /= sum;
        }
        return parts;
    }

    /** The student is told nothing but what the teacher thinks: all classes it is given are 0. */
    @Test
    void student_ofTheTeacherAlone_learnsTheClasses() {
        Dataset rows = Blobs.rows(300, 5);
        float[][] features = new float[300][];
        for (int i = 0; i < 300; i++) {
            features[i] = rows.row(i);
        }
        Dataset withoutTruth = Dataset.classification(features, new int[300], 3);
        Distillation distillation = Distillation.from(trained.model()).share(1);
        try (TrainingResult student = TrainingRun.of(SMALL, distillation.loss())
                .optimizer(Adam.rate(0.02))
                .epochs(20)
                .seed(6)
                .fit(distillation.data(withoutTruth))) {
            assertThat(student.model().accuracy(Blobs.rows(300, 7))).isGreaterThan(0.9);
            for (float[] answer : student.model().predictor().predict(features)) {
                assertThat((double) answer[0] + answer[1] + answer[2]).isCloseTo(1, within(1e-6));
            }
        }
    }

    @Test
    void data_withoutTheTeachersClasses_isRefused() {
        Distillation distillation = Distillation.from(trained.model());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        distillation.data(Dataset.regression(new float[][] {{1, 2, 3, 4}}, new float[][] {{1}})))
                .withMessage("distillation needs classes, the data has numeric targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        distillation.data(Dataset.classification(new float[][] {{1, 2, 3, 4}}, new int[] {0}, 2)))
                .withMessage("the teacher gives 3 logits, but the data has 2 classes");
    }

    @Test
    void numbers_outOfRange_areRefused() {
        Distillation distillation = Distillation.from(trained.model());
        assertThatIllegalArgumentException().isThrownBy(() -> distillation.temperature(0));
        assertThatIllegalArgumentException().isThrownBy(() -> distillation.temperature(Double.POSITIVE_INFINITY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> distillation.share(1.5))
                .withMessage("share must be in [0, 1], got 1.5");
        assertThatIllegalArgumentException().isThrownBy(() -> distillation.share(Double.NaN));
    }
}
