package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Sgd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PrivateRunTest {
    private static final Dataset DATA = Samples.classes(60, 1);
    private static final Network LINE = Network.of(Layer.linear(1, 1));
    private static final Dataset POINTS =
            Dataset.regression(new float[][] {{0}, {0}, {0}}, new float[][] {{10}, {10}, {-10}});

    private static DpSgd everyRow(double clip) {
        return DpSgd.clip(clip)
                .noiseMultiplier(1)
                .sampling(60, n -> IntStream.range(0, n).toArray());
    }

    private static TrainingRun run(DpSgd privacy) {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Sgd.rate(0.5))
                .seed(3)
                .privacy(privacy);
    }

    /** Rows with x = 0 have bias gradients -20, -20 and 20, which clip to -2, -2 and 2: the sum is -2. */
    @Test
    void step_clipsEachRowAndDividesByTheExpectedBatch() {
        DpSgd privacy = DpSgd.clip(2)
                .noiseMultiplier(1)
                .sampling(8, n -> new int[] {0, 1, 2})
                .noise((sum, deviation) -> {});
        float before = biasAfter(privacyThatDoesNothing());
        assertThat(biasAfter(privacy) - before).isCloseTo(2f / 8, within(1e-4f));
    }

    /** The noise is the first thing after clipping, and no row counts: the step is the noise divided by the public number. */
    @Test
    void step_onAnEmptyBatch_isStillNoised() {
        DpSgd privacy =
                DpSgd.clip(2).noiseMultiplier(1).sampling(8, n -> new int[0]).noise((sum, deviation) -> sum[1] += 4);
        float before = biasAfter(privacyThatDoesNothing());
        assertThat(biasAfter(privacy) - before).isCloseTo(-4f / 8, within(1e-6f));
    }

    private static DpSgd privacyThatDoesNothing() {
        return DpSgd.clip(2).noiseMultiplier(1).sampling(8, n -> new int[0]).noise((sum, deviation) -> {});
    }

    private static float biasAfter(DpSgd privacy) {
        try (TrainingResult result = lineRun(privacy).fit(POINTS)) {
            return result.model().parameter("0.bias")[0];
        }
    }

    private static TrainingRun lineRun(DpSgd privacy) {
        return TrainingRun.of(LINE, Loss.MSE)
                .optimizer(Sgd.rate(1))
                .steps(1)
                .seed(5)
                .privacy(privacy);
    }

    @Test
    void step_asksTheGateThenDrawsThenAddsNoise() {
        List<String> calls = new ArrayList<>();
        DpSgd privacy = DpSgd.clip(0.5)
                .noiseMultiplier(3)
                .sampling(10, n -> {
                    calls.add("draw of " + n);
                    return new int[] {1, 5};
                })
                .noise((sum, deviation) -> calls.add("noise " + deviation + " on " + sum.length))
                .onStep(step -> calls.add("admit " + step));
        run(privacy).steps(2).fit(DATA).close();
        int count = Samples.NETWORK.parameterCount();
        assertThat(calls)
                .containsExactly(
                        "admit 1",
                        "draw of 60",
                        "noise 1.5 on " + count,
                        "admit 2",
                        "draw of 60",
                        "noise 1.5 on " + count);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void gate_thatRefuses_endsTheRunBeforeTheStep(int workers) {
        DpSgd privacy = everyRow(1).noise((sum, deviation) -> {}).onStep(step -> step < 4);
        try (TrainingResult result = run(privacy).steps(10).workers(workers).fit(DATA)) {
            assertThat(result.report().stopReason()).isEqualTo(StopReason.REFUSED);
            assertThat(result.report().stopDetail()).isEqualTo("the gate did not admit step 4");
            assertThat(result.report().steps()).isEqualTo(3);
        }
    }

    @Test
    void gate_thatThrows_endsTheRunWithItsMessage() {
        DpSgd privacy = everyRow(1).noise((sum, deviation) -> {}).onStep(step -> {
            throw new IllegalStateException("ledger is closed");
        });
        try (TrainingResult result = run(privacy).steps(10).fit(DATA)) {
            assertThat(result.report().stopReason()).isEqualTo(StopReason.REFUSED);
            assertThat(result.report().stopDetail()).contains("step 1", "ledger is closed");
            assertThat(result.report().steps()).isZero();
        }
    }

    @Test
    void fit_onTwoWorkers_equalsOneAndNoisesOnceOnWorkerZero() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        try (TrainingResult one = run(noisy(threads)).steps(12).fit(DATA);
                TrainingResult two = run(noisy(threads)).steps(12).workers(2).fit(DATA)) {
            assertThat(threads).containsExactlyInAnyOrder(Thread.currentThread().getName(), "aidc-training-rank-0");
            one.model().parameters().forEach((name, expected) -> {
                float[] actual = two.model().parameter(name);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(actual[i]).as(name).isCloseTo(expected[i], within(1e-5f));
                }
            });
        }
    }

    /** Each row adds -2, -2 or 2 to the bias, wherever it is computed: the whole sum is -2, in no worker's share alone. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void noise_onAnyNumberOfWorkers_isAddedToTheJoinedSum(int workers) {
        List<Float> handed = new ArrayList<>();
        DpSgd privacy = DpSgd.clip(2)
                .noiseMultiplier(1)
                .sampling(8, n -> new int[] {2, 0, 1})
                .noise((sum, deviation) -> handed.add(sum[1]));
        lineRun(privacy).workers(workers).fit(POINTS).close();
        assertThat(handed).singleElement().satisfies(sum -> assertThat(sum).isCloseTo(-2f, within(1e-4f)));
    }

    /** What the noise source leaves is what moves the parameters, bit for bit on all workers; a later sum would round it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void noise_onAnyNumberOfWorkers_isTheLastThingDoneToTheSum(int workers) {
        Map<Integer, float[]> seen = new ConcurrentHashMap<>();
        DpSgd privacy = DpSgd.clip(2)
                .noiseMultiplier(1)
                .sampling(8, n -> new int[] {0, 1, 2})
                .noise((sum, deviation) -> Arrays.fill(sum, 0x1p20f));
        lineRun(privacy)
                .workers(workers)
                .probe((rank, step, parameters) -> seen.put(rank, new float[] {parameters.get(0), parameters.get(1)}))
                .fit(POINTS)
                .close();
        float before = biasAfter(privacyThatDoesNothing());
        assertThat(seen).hasSize(workers);
        float[] first = Objects.requireNonNull(seen.get(0));
        assertThat(first[1]).isEqualTo(before - 0x1p17f);
        seen.forEach((rank, parameters) -> assertThat(parameters).containsExactly(first));
    }

    /** The same draws and noise each time: sampling by chance, batches of any size, some empty. */
    private static DpSgd noisy(Set<String> threads) {
        var random = new Random(11);
        return DpSgd.clip(1)
                .noiseMultiplier(0.5)
                .sampling(
                        3,
                        n -> IntStream.range(0, n)
                                .filter(i -> random.nextDouble() < 0.05)
                                .toArray())
                .noise((sum, deviation) -> {
                    threads.add(Thread.currentThread().getName());
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += (float) (deviation * random.nextGaussian());
                    }
                });
    }

    @Test
    void report_ofAPrivateRun_holdsNoLossButTheListenerSeesIt() {
        List<Double> heard = new ArrayList<>();
        try (TrainingResult result = run(everyRow(1).noise((sum, deviation) -> {}))
                .steps(3)
                .listener(progress -> heard.add(progress.loss()))
                .fit(DATA)) {
            assertThat(result.report().losses()).isEmpty();
            assertThat(heard).hasSize(3).allMatch(Double::isFinite);
            assertThat(result.report().hyperParameters())
                    .containsEntry("clipNorm", "1.0")
                    .containsEntry("noiseMultiplier", "1.0")
                    .containsEntry("expectedBatch", "60.0")
                    .doesNotContainKey("batchSize");
        }
    }

    @Test
    void listener_onAnEmptyBatch_hearsNoLoss() {
        List<TrainingProgress> heard = new ArrayList<>();
        run(privacyThatDoesNothing()).steps(1).listener(heard::add).fit(DATA).close();
        assertThat(heard).singleElement().satisfies(progress -> {
            assertThat(progress.loss()).isNaN();
            assertThat(progress.epoch()).isZero();
        });
    }

    @Test
    void noise_thatIsNotFinite_divergesInsteadOfTraining() {
        DpSgd privacy = everyRow(1).noise((sum, deviation) -> Arrays.fill(sum, Float.NaN));
        assertThatThrownBy(() -> run(privacy).steps(3).fit(DATA))
                .isInstanceOfSatisfying(
                        DivergedException.class, e -> assertThat(e.step()).isEqualTo(1));
    }

    @Test
    void sampler_thatDrawsNonsense_failsTheRun() {
        assertThatThrownBy(() -> run(sampling(60)).steps(1).fit(DATA))
                .isInstanceOf(WorkerLostException.class)
                .hasMessageContaining("drew row 60, rows are in [0, 60)");
        assertThatThrownBy(() -> run(sampling(-1)).steps(1).fit(DATA)).hasMessageContaining("drew row -1");
        assertThatThrownBy(() -> run(sampling(4, 4)).steps(1).workers(2).fit(DATA))
                .isInstanceOfSatisfying(
                        WorkerLostException.class, e -> assertThat(e.rank()).isZero())
                .hasMessageContaining("drew row 4 twice");
    }

    private static DpSgd sampling(int... rows) {
        return DpSgd.clip(1).noiseMultiplier(1).sampling(2, n -> rows).noise((sum, deviation) -> {});
    }

    @Test
    void options_thatDoNotGoWithPrivacy_areRefused() {
        DpSgd privacy = everyRow(1).noise((sum, deviation) -> {});
        assertThatIllegalStateException()
                .isThrownBy(() -> run(privacy).fit(DATA))
                .withMessageContaining("needs steps");
        assertThatIllegalStateException()
                .isThrownBy(() -> run(privacy).epochs(1).fit(DATA))
                .withMessageContaining("needs steps");
        assertThatIllegalStateException()
                .isThrownBy(() -> run(privacy).steps(1).batchSize(2).fit(DATA))
                .withMessageContaining("batchSize=2");
        assertThatIllegalStateException()
                .isThrownBy(() -> run(privacy).steps(1).stopAfterPlateau(1, 0).fit(DATA))
                .withMessageContaining("stopAfterPlateau");
        assertThatIllegalStateException().isThrownBy(() -> run(privacy).privacy(privacy));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(DpSgd.clip(1)))
                .withMessage("privacy lacks noiseMultiplier, sampling, noise");
    }

    /** A network whose gradient travels in parts where a run is not private: a worker without rows must not send parts either. */
    @Test
    void privacy_withMoreWorkersThanRows_takesTheSameStepsAsOneWorker() {
        Network network = Network.of(Layer.linear(4, 512), Layer.relu(), Layer.linear(512, 600), Layer.linear(600, 3));
        DpSgd privacy = DpSgd.clip(1)
                .noiseMultiplier(1)
                .sampling(1, population -> new int[] {5})
                .noise((sum, deviation) -> {});
        float[][] numbers = new float[2][];
        for (int workers = 1; workers <= 2; workers++) {
            try (TrainingResult result = TrainingRun.of(network, Loss.CROSS_ENTROPY)
                    .privacy(privacy)
                    .steps(3)
                    .workers(workers)
                    .seed(1)
                    .fit(Samples.classes(20, 1))) {
                numbers[workers - 1] = result.model().numbers();
            }
        }
        for (int i = 0; i < numbers[0].length; i++) {
            assertThat(numbers[1][i]).isCloseTo(numbers[0][i], within(1e-6f));
        }
    }

    @Test
    void privacy_ofANetworkThatMixesRows_isRefusedByName() {
        Network network = Network.of(Layer.linear(4, 8), Layer.batchNorm(8), Layer.linear(8, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(network, Loss.CROSS_ENTROPY).privacy(privacyThatDoesNothing()))
                .withMessageContaining("layer 1 (BatchNorm[channels=8]) mixes the rows of a batch")
                .withMessageContaining("groupNorm");
    }
}
