package io.aidc.training.tribuo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;
import io.aidc.training.TrainingRun;
import io.aidc.training.evaluation.Comparison;
import io.aidc.training.evaluation.ComparisonResult;
import io.aidc.training.evaluation.CrossValidation;
import io.aidc.training.metrics.ClassificationScores;
import io.aidc.training.metrics.RegressionScores;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TribuoLearnersTest {
    static List<Learner> ofClasses() {
        return List.of(
                TribuoLearners.logisticRegression(),
                TribuoLearners.randomForest(30),
                TribuoLearners.gradientBoosting(30),
                TribuoLearners.gradientBoosting(30).rowShare(0.5));
    }

    static List<Learner> ofNumbers() {
        return List.of(
                TribuoLearners.linearRegression(),
                TribuoLearners.randomForest(50).featureShare(1),
                TribuoLearners.gradientBoosting(150).rowShare(0.8));
    }

    static double accuracy(Learner learner, Dataset train, Dataset test) {
        int[] labels = new int[test.rows()];
        Arrays.setAll(labels, test::label);
        try (Predictor predictor = learner.fit(train, 1)) {
            return ClassificationScores.of(predictor.predict(Tables.rows(test)), labels)
                    .accuracy();
        }
    }

    @ParameterizedTest
    @MethodSource("ofClasses")
    void classes_areToldApartOnOtherRows(Learner learner) {
        assertThat(accuracy(learner, Tables.classes(400, 1), Tables.classes(400, 2)))
                .isGreaterThan(0.88);
    }

    @Test
    void trees_learnWhatLinearModelsCannot() {
        Dataset train = Tables.exclusiveOr(400, 1);
        Dataset test = Tables.exclusiveOr(400, 2);
        assertThat(accuracy(TribuoLearners.logisticRegression(), train, test)).isLessThan(0.65);
        assertThat(accuracy(TribuoLearners.randomForest(50), train, test)).isGreaterThan(0.95);
        assertThat(accuracy(TribuoLearners.gradientBoosting(50), train, test)).isGreaterThan(0.95);
        assertThat(accuracy(TribuoLearners.gradientBoosting(50).depth(1), train, test))
                .isLessThan(0.7);
    }

    @ParameterizedTest
    @MethodSource("ofNumbers")
    void numbers_arePredictedOnOtherRows(Learner learner) {
        Dataset test = Tables.plane(200, 2);
        float[][] targets = new float[test.rows()][];
        Arrays.setAll(targets, test::target);
        try (Predictor predictor = learner.fit(Tables.plane(600, 1), 1)) {
            float[][] answers = predictor.predict(Tables.rows(test));
            assertThat(answers).hasDimensions(200, 2);
            assertThat(RegressionScores.of(answers, targets).byName().get("r2")).isGreaterThan(0.97);
        }
    }

    @Test
    void linearRegression_findsThePlane() {
        try (Predictor predictor =
                TribuoLearners.linearRegression().weightDecay(0).epochs(200).fit(Tables.plane(600, 1), 1)) {
            float[] answer = predictor.predict(new float[][] {{4, 0.5f}})[0];
            assertThat(answer[0]).isCloseTo(16, within(0.05f));
            assertThat(answer[1]).isCloseTo(50, within(0.5f));
        }
    }

    @ParameterizedTest
    @MethodSource("ofClasses")
    void sameSeed_givesTheSameAnswersAndAnotherSeedOthersWhereThereIsChance(Learner learner) {
        Dataset data = Tables.classes(120, 1);
        float[][] rows = Tables.rows(data);
        try (Predictor one = learner.fit(data, 5);
                Predictor two = learner.fit(data, 5);
                Predictor other = learner.fit(data, 6)) {
            assertThat(two.predict(rows)).isDeepEqualTo(one.predict(rows));
            boolean chance = !(learner instanceof GradientBoosting boosting) || boosting.rowShare() < 1;
            assertThat(Arrays.deepEquals(other.predict(rows), one.predict(rows)))
                    .isEqualTo(!chance);
        }
    }

    @ParameterizedTest
    @MethodSource("ofClasses")
    void answers_areInTheOrderOfTheDataSetAndAbsentClassesGetNothing(Learner learner) {
        Dataset few = Tables.classes(300, 1);
        float[][] rows = new float[few.rows()][];
        int[] labels = new int[few.rows()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = few.row(i);
            labels[i] = new int[] {11, 3, 7}[few.label(i)];
        }
        Dataset data = Dataset.classification(rows, labels, 13);
        try (Predictor predictor = learner.fit(data, 1)) {
            float[][] answers = predictor.predict(rows);
            int right = 0;
            for (int i = 0; i < answers.length; i++) {
                assertThat(answers[i]).hasSize(13);
                float sum = 0;
                int best = 0;
                for (int k = 0; k < 13; k++) {
                    sum += answers[i][k];
                    best = answers[i][k] > answers[i][best] ? k : best;
                    if (k != 11 && k != 3 && k != 7) {
                        assertThat(answers[i][k]).isZero();
                    }
                }
                assertThat(sum).isCloseTo(1, within(1e-5f));
                right += best == labels[i] ? 1 : 0;
            }
            assertThat(right).isGreaterThan(260);
        }
    }

    @ParameterizedTest
    @MethodSource("ofClasses")
    void oneClassOneFeatureOrOneRow_isLearned(Learner learner) {
        Dataset one = Dataset.classification(new float[][] {{1}, {2}, {3}}, new int[] {1, 1, 1}, 3);
        Dataset row = Dataset.classification(new float[][] {{1, 5}}, new int[] {2}, 3);
        Dataset same = Dataset.classification(new float[][] {{4}, {4}, {4}, {4}}, new int[] {0, 1, 0, 1}, 2);
        try (Predictor of = learner.fit(one, 1);
                Predictor from = learner.fit(row, 1);
                Predictor constant = learner.fit(same, 1)) {
            assertThat(of.predict(new float[][] {{9}})[0]).containsExactly(0, 1, 0);
            assertThat(from.predict(new float[][] {{9, 9}})[0]).containsExactly(0, 0, 1);
            assertThat(constant.predict(new float[][] {{4}})[0][0]).isCloseTo(0.5f, within(0.25f));
        }
    }

    @ParameterizedTest
    @MethodSource("ofNumbers")
    void constantTarget_isAnswered(Learner learner) {
        Dataset data = Dataset.regression(new float[][] {{1}, {2}, {3}}, new float[][] {{7}, {7}, {7}});
        try (Predictor predictor = learner.fit(data, 1)) {
            assertThat(predictor.predict(new float[][] {{2}})[0][0]).isCloseTo(7, within(1e-4f));
        }
    }

    @ParameterizedTest
    @MethodSource("ofClasses")
    void rows_areNotChangedOtherWidthsAreRefusedAndNoneIsAnsweredWithNone(Learner learner) {
        Dataset data = Tables.classes(60, 1);
        float[][] rows = Tables.rows(data);
        try (Predictor predictor = learner.fit(data, 1)) {
            float before = predictor.predict(rows)[0][0];
            predictor.predict(rows)[0][0] = 7;
            assertThat(predictor.predict(rows)[0][0]).isEqualTo(before);
            assertThat(rows).isDeepEqualTo(Tables.rows(data));
            assertThat(predictor.predict(new float[0][]).length).isZero();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> predictor.predict(new float[][] {{1, 2}}))
                    .withMessage("row 0 must have 4 features, got 2");
        }
    }

    @Test
    void comparison_joinsANetworkAndTheBaselinesInOneTable() {
        Dataset data = Tables.classes(150, 1);
        Map<String, Learner> learners = new LinkedHashMap<>();
        Network network = Network.of(Layer.layerNorm(4), Layer.linear(4, 8), Layer.relu(), Layer.linear(8, 3));
        learners.put(
                "network",
                TrainingRun.learner(() -> TrainingRun.of(network, Loss.CROSS_ENTROPY)
                        .optimizer(Adam.rate(0.01))
                        .epochs(3)));
        learners.put("logistic regression", TribuoLearners.logisticRegression());
        learners.put("forest", TribuoLearners.randomForest(20));
        learners.put("boosting", TribuoLearners.gradientBoosting(20));
        ComparisonResult result = Comparison.of(learners)
                .validatedBy(folds -> folds.folds(3).stratified().seed(1))
                .run(data);
        assertThat(result.text()).contains("network (baseline)", "logistic regression", "forest", "boosting");
        assertThat(result.result("forest").estimate("accuracy").mean()).isGreaterThan(0.8);
        assertThat(result.html()).contains("boosting");
    }

    @Test
    void crossValidation_onSeveralThreadsGivesTheSame() throws InterruptedException {
        Dataset data = Tables.plane(90, 1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (Learner learner : ofNumbers()) {
                assertThat(CrossValidation.of(learner)
                                .folds(3)
                                .seed(2)
                                .parallel(threads)
                                .run(data)
                                .outOfFold())
                        .isDeepEqualTo(CrossValidation.of(learner)
                                .folds(3)
                                .seed(2)
                                .run(data)
                                .outOfFold());
            }
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void training_logsNothing() {
        List<String> heard = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                heard.add(record.getLoggerName() + ": " + record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        try {
            ofClasses().forEach(learner -> learner.fit(Tables.classes(60, 1), 1).close());
            ofNumbers().forEach(learner -> learner.fit(Tables.plane(60, 1), 1).close());
        } finally {
            root.removeHandler(handler);
        }
        assertThat(heard).isEmpty();
    }

    /** The parent pom leaves these out of what Tribuo asks for; all of this module's learners run without. */
    @Test
    void classPath_holdsNoCommandLineAndNoNativeBoosting() {
        for (String name :
                List.of("org.jline.terminal.Terminal", "com.opencsv.CSVReader", "ml.dmlc.xgboost4j.java.Booster")) {
            assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
        }
    }

    @Test
    void kindOfData_isChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TribuoLearners.logisticRegression().fit(Tables.plane(9, 1), 1))
                .withMessage("logisticRegression needs classes, the data has numeric targets: take linearRegression");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TribuoLearners.linearRegression().fit(Tables.classes(9, 1), 1))
                .withMessage("linearRegression needs numeric targets, the data has 3 classes: take logisticRegression");
    }

    @Test
    void options_areKeptAndChecked() {
        assertThat(TribuoLearners.logisticRegression()
                        .learningRate(0.5)
                        .epochs(3)
                        .weightDecay(0))
                .isEqualTo(new LogisticRegression(0.5, 3, 0));
        assertThat(TribuoLearners.linearRegression().learningRate(0.5).epochs(3).weightDecay(0))
                .isEqualTo(new LinearRegression(0.5, 3, 0));
        assertThat(TribuoLearners.randomForest(9).depth(4).minSplitRows(2).featureShare(0.5))
                .isEqualTo(new RandomForest(9, 4, 2, 0.5));
        assertThat(TribuoLearners.gradientBoosting(9)
                        .learningRate(0.2)
                        .depth(4)
                        .minSplitRows(2)
                        .rowShare(0.5)
                        .leafPenalty(0))
                .isEqualTo(new GradientBoosting(9, 0.2, 4, 2, 0.5, 0));
        refused("trees must be in [1, 100000], got 0", () -> TribuoLearners.randomForest(0));
        refused("rounds must be in [1, 100000], got 100001", () -> TribuoLearners.gradientBoosting(100_001));
        refused("depth must be > 0, got 0", () -> TribuoLearners.randomForest(1).depth(0));
        refused(
                "minSplitRows must be > 0, got 0",
                () -> TribuoLearners.gradientBoosting(1).minSplitRows(0));
        refused(
                "rowShare must be in (0, 1], got 0.0",
                () -> TribuoLearners.gradientBoosting(1).rowShare(0));
        refused(
                "learningRate must be in (0, 1], got NaN",
                () -> TribuoLearners.gradientBoosting(1).learningRate(Double.NaN));
        refused(
                "featureShare must be in (0, 1], or 0 to let the data say, got -0.5",
                () -> TribuoLearners.randomForest(1).featureShare(-0.5));
        refused(
                "epochs must be > 0, got 0",
                () -> TribuoLearners.logisticRegression().epochs(0));
        refused(
                "learningRate must be > 0 and finite, got Infinity",
                () -> TribuoLearners.linearRegression().learningRate(Double.POSITIVE_INFINITY));
        refused(
                "weightDecay must be >= 0 and finite, got NaN",
                () -> TribuoLearners.logisticRegression().weightDecay(Double.NaN));
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    @Test
    void weightDecay_shrinksTheWeightsAndNotTheIntercept() {
        Dataset data = Tables.plane(300, 1);
        float[] low = {0, -1};
        float[] high = {10, 1};
        try (Predictor free = TribuoLearners.linearRegression()
                        .weightDecay(0)
                        .epochs(200)
                        .fit(data, 1);
                Predictor shrunk = TribuoLearners.linearRegression()
                        .weightDecay(1)
                        .epochs(200)
                        .fit(data, 1)) {
            float[][] ofFree = free.predict(new float[][] {low, high});
            float[][] ofShrunk = shrunk.predict(new float[][] {low, high});
            float span = ofFree[1][1] - ofFree[0][1];
            // Least squares on standardised columns with decay 1: (X'X/n + 1) w = X'y/n, half of what it is without.
            assertThat((ofShrunk[1][1] - ofShrunk[0][1]) / span).isCloseTo(0.5f, within(0.06f));
            assertThat((ofShrunk[1][1] + ofShrunk[0][1]) / 2).isCloseTo((ofFree[1][1] + ofFree[0][1]) / 2, within(5f));
        }
    }
}
