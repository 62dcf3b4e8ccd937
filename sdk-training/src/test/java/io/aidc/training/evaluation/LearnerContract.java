package io.aidc.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;
import org.junit.jupiter.api.Test;

/** What every learner of classes keeps to, and its predictors. */
abstract class LearnerContract {
    static final Dataset DATA = Learners.clouds(60, 2);

    abstract Learner learner();

    @Test
    void answers_areProbabilitiesOfEachClass() {
        try (Predictor predictor = learner().fit(DATA, 1)) {
            float[][] answers = predictor.predict(Answers.features(DATA));
            assertThat(answers.length).isEqualTo(60);
            for (float[] row : answers) {
                assertThat(row).hasSize(3);
                float sum = 0;
                for (float probability : row) {
                    assertThat(probability).isBetween(0f, 1f);
                    sum += probability;
                }
                assertThat(sum).isCloseTo(1, within(1e-4f));
            }
        }
    }

    @Test
    void sameSeed_givesTheSameAnswers() {
        float[][] rows = Answers.features(DATA);
        try (Predictor one = learner().fit(DATA, 1);
                Predictor two = learner().fit(DATA, 1)) {
            assertThat(two.predict(rows)).isDeepEqualTo(one.predict(rows));
        }
    }

    @Test
    void rows_areNotChanged() {
        float[][] rows = Answers.features(DATA);
        try (Predictor predictor = learner().fit(DATA, 1)) {
            predictor.predict(rows);
        }
        assertThat(rows).isDeepEqualTo(Answers.features(DATA));
    }

    @Test
    void answers_belongToTheCaller() {
        float[][] rows = {DATA.row(0)};
        try (Predictor predictor = learner().fit(DATA, 1)) {
            float before = predictor.predict(rows)[0][0];
            predictor.predict(rows)[0][0] = 7;
            assertThat(predictor.predict(rows)[0][0]).isEqualTo(before);
        }
    }

    @Test
    void rowOfAnotherWidth_isRefused() {
        try (Predictor predictor = learner().fit(DATA, 1)) {
            assertThatIllegalArgumentException().isThrownBy(() -> predictor.predict(new float[][] {{1, 2}}));
        }
    }

    @Test
    void noRows_getNoAnswers() {
        try (Predictor predictor = learner().fit(DATA, 1)) {
            assertThat(predictor.predict(new float[0][]).length).isZero();
        }
    }
}
