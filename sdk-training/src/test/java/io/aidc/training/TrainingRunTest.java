package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Sgd;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TrainingRunTest {
    private static final Dataset DATA = Samples.classes(200, 1);

    private static TrainingRun run() {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY);
    }

    @Test
    void fit_onSeparableClasses_learnsThem() {
        Dataset.Split split = Samples.classes(400, 3).split(0.25, 5);
        try (TrainingResult result =
                run().optimizer(Adam.rate(0.02)).epochs(15).seed(1).fit(split.train())) {
            assertThat(result.model().accuracy(split.heldAside())).isGreaterThan(0.9);
            List<Double> losses = result.report().losses();
            assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0) / 2);
        }
    }

    @Test
    void fit_ofALine_findsIt() {
        float[][] x = {{-2}, {-1}, {0}, {1}, {2}};
        float[][] y = {{-5}, {-3}, {-1}, {1}, {3}};
        try (TrainingResult result = TrainingRun.of(Network.of(Layer.linear(1, 1)), Loss.MSE)
                .optimizer(Sgd.rate(0.1))
                .batchSize(5)
                .steps(200)
                .seed(1)
                .fit(Dataset.regression(x, y))) {
            assertThat(result.model().predict(new float[] {10})[0]).isCloseTo(19, within(1e-3f));
        }
    }

    @Test
    void fit_withBinaryLoss_separatesTwoClasses() {
        float[][] x = {{-2}, {-1}, {1}, {2}};
        try (TrainingResult result = TrainingRun.of(Network.of(Layer.linear(1, 1)), Loss.BINARY_CROSS_ENTROPY)
                .optimizer(Sgd.rate(1))
                .steps(50)
                .seed(1)
                .fit(Dataset.classification(x, new int[] {0, 0, 1, 1}, 2))) {
            assertThat(result.model().accuracy(Dataset.classification(x, new int[] {0, 0, 1, 1}, 2)))
                    .isEqualTo(1);
        }
    }

    @Test
    void fit_twiceWithOneSeed_givesTheSameParameters() {
        assertThat(parameters(run().seed(42).epochs(2)))
                .containsExactly(parameters(run().seed(42).epochs(2)));
    }

    @Test
    void fit_withAnotherSeed_givesOtherParameters() {
        assertThat(parameters(run().seed(42).epochs(1)))
                .isNotEqualTo(parameters(run().seed(43).epochs(1)));
    }

    private static float[] parameters(TrainingRun run) {
        try (TrainingResult result = run.fit(DATA)) {
            return result.model().parameter("0.weight");
        }
    }

    @Test
    void report_namesEverythingToRunAgain() {
        var ticks = new AtomicLong();
        try (TrainingResult result = run().optimizer(Sgd.rate(0.5).momentum(0.9))
                .batchSize(30)
                .epochs(2)
                .seed(9)
                .time(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), () -> ticks.addAndGet(1_000_000))
                .fit(DATA)) {
            TrainingReport report = result.report();
            assertThat(report.seed()).isEqualTo(9);
            assertThat(report.dataFingerprint()).isEqualTo(DATA.fingerprint());
            assertThat(report.steps()).isEqualTo(14);
            assertThat(report.losses()).hasSize(14).allMatch(Double::isFinite);
            assertThat(report.stopReason()).isEqualTo(StopReason.FINISHED);
            assertThat(report.stopDetail()).isEmpty();
            assertThat(report.started()).isEqualTo(Instant.EPOCH);
            assertThat(report.duration()).isPositive();
            assertThat(report.hyperParameters())
                    .containsEntry("batchSize", "30")
                    .containsEntry("steps", "14")
                    .containsEntry("workers", "1")
                    .containsEntry(
                            "optimizer", "Sgd[learningRate=0.5, momentum=0.9, weightDecay=0.0, isNesterov=false]");
            assertThat(report.hyperParameters().get("model"))
                    .contains("Linear[inputs=4, outputs=8, bias=true]", "CROSS_ENTROPY");
            assertThat(report.versions())
                    .containsEntry("pytorch", "2.13.0-1.5.14")
                    .containsKeys("java", "platform");
        }
    }

    @Test
    void fit_withoutASeed_reportsTheOneItDrew() {
        long drawn;
        float[] first;
        try (TrainingResult result = run().steps(3).fit(DATA)) {
            drawn = result.report().seed();
            first = result.model().parameter("3.weight");
        }
        try (TrainingResult result = run().steps(3).seed(drawn).fit(DATA)) {
            assertThat(result.model().parameter("3.weight")).containsExactly(first);
        }
    }

    @Test
    void listener_hearsEachStepOnTheCallersThread() {
        List<TrainingProgress> heard = new ArrayList<>();
        Thread caller = Thread.currentThread();
        run().batchSize(100)
                .epochs(2)
                .seed(1)
                .listener(progress -> {
                    assertThat(Thread.currentThread()).isSameAs(caller);
                    heard.add(progress);
                })
                .fit(DATA)
                .close();
        assertThat(heard).extracting(TrainingProgress::step).containsExactly(1, 2, 3, 4);
        assertThat(heard).extracting(TrainingProgress::epoch).containsExactly(1, 1, 2, 2);
        assertThat(heard).allMatch(p -> p.steps() == 4 && p.workers() == 1 && p.examplesPerSecond() > 0);
    }

    @Test
    void listener_thatThrows_endsTheRunAsALostWorker() {
        var cause = new IllegalStateException("screen is gone");
        assertThatThrownBy(() -> run().listener(progress -> {
                            if (progress.step() == 3) {
                                throw cause;
                            }
                        })
                        .fit(DATA))
                .isInstanceOfSatisfying(WorkerLostException.class, e -> {
                    assertThat(e.rank()).isZero();
                    assertThat(e.step()).isEqualTo(3);
                    assertThat(e).hasCause(cause).hasMessageContaining("screen is gone");
                });
    }

    @Test
    void fit_withAnAbsurdRate_divergesAndNamesTheStep() {
        float[][] x = {{1e10f}, {-1e10f}};
        assertThatThrownBy(() -> TrainingRun.of(Network.of(Layer.linear(1, 1)), Loss.MSE)
                        .optimizer(Sgd.rate(1e10))
                        .steps(100)
                        .fit(Dataset.regression(x, x)))
                .isInstanceOfSatisfying(
                        DivergedException.class, e -> assertThat(e.step()).isBetween(1, 10))
                .hasMessageContaining("smaller learning rate");
    }

    @Test
    void fit_whoseLastStepOverflows_diverges() {
        float[][] x = {{1e18f}};
        assertThatThrownBy(() -> TrainingRun.of(Network.of(Layer.linear(1, 1)), Loss.MSE)
                        .optimizer(Sgd.rate(1e30))
                        .steps(1)
                        .fit(Dataset.regression(x, new float[][] {{0}})))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("parameter");
    }

    @Test
    void stopAfterPlateau_onALossThatCannotShrink_endsEarly() {
        float[][] x = {{0}, {0}};
        float[][] y = {{1}, {-1}};
        try (TrainingResult result = TrainingRun.of(Network.of(Layer.linear(1, 1)), Loss.MSE)
                .optimizer(Sgd.rate(0.4))
                .epochs(1000)
                .stopAfterPlateau(3, 1e-3)
                .seed(1)
                .fit(Dataset.regression(x, y))) {
            assertThat(result.report().stopReason()).isEqualTo(StopReason.PLATEAU);
            assertThat(result.report().stopDetail()).contains("3 epochs");
            assertThat(result.report().steps()).isBetween(4, 20);
        }
    }

    @Test
    void fit_whenInterrupted_stopsAfterTheStepAndKeepsTheFlag() {
        try (TrainingResult result = run().listener(progress -> {
                    if (progress.step() == 2) {
                        Thread.currentThread().interrupt();
                    }
                })
                .fit(DATA)) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(result.report().stopReason()).isEqualTo(StopReason.INTERRUPTED);
            assertThat(result.report().steps()).isEqualTo(3);
        }
    }

    @Test
    void fit_onDataOfAnotherWidth_isRefused() {
        Dataset wrong = Dataset.classification(new float[][] {{1, 2}}, new int[] {0}, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run().fit(wrong))
                .withMessage("the network has 4 features, but the data needs 2");
    }

    @Test
    void fit_onDataWithMoreClasses_isRefused() {
        Dataset wrong = Dataset.classification(new float[][] {{1, 2, 3, 4}}, new int[] {0}, 5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run().fit(wrong))
                .withMessage("the network has 3 outputs, but the data needs 5");
    }

    @Test
    void fit_withALossThatDoesNotFitTheData_isRefused() {
        Dataset numbers = Dataset.regression(new float[][] {{1, 2, 3, 4}}, new float[][] {{1, 2, 3}});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run().fit(numbers))
                .withMessageContaining("needs classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(Samples.NETWORK, Loss.MSE).fit(DATA))
                .withMessageContaining("use CROSS_ENTROPY");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(Samples.NETWORK, Loss.BINARY_CROSS_ENTROPY)
                        .fit(DATA))
                .withMessageContaining("needs 2 classes");
    }

    @Test
    void fit_withBinaryLossAndTargetsThatAreNoProbabilities_isRefused() {
        Dataset wrong = Dataset.regression(new float[][] {{1}, {2}}, new float[][] {{0.5f}, {1.5f}});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(Network.of(Layer.linear(1, 1)), Loss.BINARY_CROSS_ENTROPY)
                        .fit(wrong))
                .withMessage("target 0 of row 1 must be in [0.0, 1.0]");
    }

    @Test
    void options_setTwice_failAndNameTheFirst() {
        assertThatIllegalStateException()
                .isThrownBy(() -> run().batchSize(8).batchSize(9))
                .withMessage("batchSize is already set to 8");
        assertThatIllegalStateException()
                .isThrownBy(() -> run().epochs(8).steps(9))
                .withMessage("epochs is already set to 8");
        assertThatIllegalStateException()
                .isThrownBy(() -> run().steps(8).epochs(9))
                .withMessage("steps is already set to 8");
        assertThatIllegalStateException().isThrownBy(() -> run().seed(1).seed(1));
        assertThatIllegalStateException().isThrownBy(() -> run().workers(1).workers(2));
        assertThatIllegalStateException()
                .isThrownBy(() -> run().optimizer(Sgd.rate(1)).optimizer(Sgd.rate(1)));
        assertThatIllegalStateException()
                .isThrownBy(() -> run().listener(p -> {}).listener(p -> {}));
        assertThatIllegalStateException()
                .isThrownBy(() -> run().stopAfterPlateau(1, 0).stopAfterPlateau(1, 0));
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> run().workerTimeout(second).workerTimeout(second));
        assertThatIllegalStateException()
                .isThrownBy(() -> run().startTimeout(second).startTimeout(second));
    }

    @Test
    void options_outOfRange_areRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run().batchSize(0))
                .withMessage("batchSize must be > 0, got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> run().epochs(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> run().steps(0));
        assertThatIllegalArgumentException().isThrownBy(() -> run().workers(0));
        assertThatIllegalArgumentException().isThrownBy(() -> run().workers(257));
        assertThatIllegalArgumentException().isThrownBy(() -> run().startTimeout(Duration.ZERO));
        assertThat(run().plan(DATA).patience())
                .isEqualTo(new Plan.Patience(Duration.ofSeconds(30), Duration.ofMinutes(5)));
        assertThat(run().workerTimeout(Duration.ofMinutes(6))
                        .plan(DATA)
                        .patience()
                        .start())
                .isEqualTo(Duration.ofMinutes(6));
        assertThatIllegalArgumentException().isThrownBy(() -> run().workerTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> run().workerTimeout(Duration.ofDays(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> run().stopAfterPlateau(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> run().stopAfterPlateau(1, Double.NaN));
    }
}
