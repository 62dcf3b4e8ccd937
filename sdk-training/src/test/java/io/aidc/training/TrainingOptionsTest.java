package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.engine.Precision;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Averaging;
import io.aidc.training.optim.Schedule;
import io.aidc.training.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each option does to the numbers, against what it should do by hand. */
@Timeout(60)
class TrainingOptionsTest {
    private static final Dataset DATA = Samples.classes(100, 1);
    private static final Network LINE = Network.of(Layer.linear(1, 1));

    /** The points of a line through the origin. */
    private static Dataset line(float slope) {
        return Dataset.regression(new float[][] {{-1}, {1}}, new float[][] {{-slope}, {slope}});
    }

    /** A run whose steps each see all points; its numbers are slope and offset. */
    private static TrainingRun lineRun(double rate, int steps, float slope, float offset) {
        return TrainingRun.of(LINE, Loss.MSE)
                .optimizer(Sgd.rate(rate))
                .batchSize(2)
                .steps(steps)
                .startFrom(new float[] {slope, offset})
                .seed(1);
    }

    private static TrainingRun run() {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Sgd.rate(0.1))
                .batchSize(25)
                .epochs(3)
                .seed(7);
    }

    private static float[] numbers(TrainingRun run, Dataset data) {
        try (TrainingResult result = run.fit(data)) {
            return result.model().numbers();
        }
    }

    private static double distance(float[] one, float[] other) {
        double squares = 0;
        for (int i = 0; i < one.length; i++) {
            squares += Math.pow((double) one[i] - other[i], 2);
        }
        return Math.sqrt(squares);
    }

    private static List<Double> rates(TrainingRun run, Dataset data) {
        List<Double> rates = new ArrayList<>();
        run.listener(progress -> rates.add(progress.learningRate())).fit(data).close();
        return rates;
    }

    @Test
    void schedule_changesTheRateThatIsToldAndUsed() {
        Supplier<TrainingRun> halving = () -> lineRun(0.25, 6, 0, 0).schedule(Schedule.step(2, 0.5));
        assertThat(rates(halving.get(), line(1))).containsExactly(0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625);
        double slope = 0;
        for (double rate : new double[] {0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625}) {
            slope += 2 * rate * (1 - slope);
        }
        assertThat(numbers(halving.get(), line(1))[0]).isCloseTo((float) slope, within(1e-6f));
        try (TrainingResult result = halving.get().fit(line(1))) {
            assertThat(result.report().epochs())
                    .extracting(EpochScores::learningRate)
                    .containsExactly(0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625);
        }
    }

    @Test
    void schedule_onPlateau_lowersTheRateWhenTheLossStays() {
        Dataset hopeless = Dataset.regression(new float[][] {{0}, {0}}, new float[][] {{1}, {-1}});
        assertThat(rates(lineRun(0.1, 6, 0, 0).schedule(Schedule.onPlateau(0, 0.5)), hopeless))
                .containsExactly(0.1, 0.1, 0.05, 0.025, 0.0125, 0.00625);
        assertThat(rates(lineRun(0.1, 6, 0, 0).schedule(Schedule.onPlateau(1, 0.5)), hopeless))
                .containsExactly(0.1, 0.1, 0.1, 0.05, 0.05, 0.025);
    }

    /** At these rates the loss shrinks by 4e-5 and by 4e-4 of itself with each step. */
    @Test
    void schedule_onPlateau_countsNoGainBelowItsThreshold() {
        assertThat(rates(lineRun(1e-5, 4, 0, 0).schedule(Schedule.onPlateau(0, 0.5)), line(1)))
                .containsExactly(1e-5, 1e-5, 5e-6, 2.5e-6);
        assertThat(rates(lineRun(1e-4, 4, 0, 0).schedule(Schedule.onPlateau(0, 0.5)), line(1)))
                .containsOnly(1e-4);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 25, 1000})
    void accumulate_givesTheStepOfTheWholeBatch(int parts) {
        assertThat(numbers(run().accumulate(parts), DATA)).containsExactly(numbers(run(), DATA), within(1e-5f));
    }

    @Test
    void clipGradients_boundsAStepAndKeepsItsDirection() {
        Dataset steep = line(1000);
        float[] free = numbers(lineRun(0.1, 1, 0, 0), steep);
        float[] clipped = numbers(lineRun(0.1, 1, 0, 0).clipGradients(0.5), steep);
        assertThat(free[0]).isCloseTo(200, within(1e-2f));
        assertThat(distance(clipped, new float[2])).isCloseTo(0.1 * 0.5, within(1e-6));
        assertThat(clipped[1]).isCloseTo(free[1] / free[0] * clipped[0], within(1e-6f));
        float[] start = Samples.NETWORK.initialParameters(3);
        for (double bound : new double[] {0.01, 0.1, 1}) {
            TrainingRun once = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                    .optimizer(Sgd.rate(2))
                    .startFrom(start)
                    .steps(1)
                    .clipGradients(bound);
            assertThat(distance(numbers(once, DATA), start)).isLessThanOrEqualTo(2 * bound * (1 + 1e-5));
        }
    }

    @Test
    void clipGradients_ofShortGradients_changesNothing() {
        assertThat(numbers(run().clipGradients(1e6), DATA)).containsExactly(numbers(run(), DATA));
    }

    @Test
    void clipGradients_onTwoWorkers_clipsTheGradientOfBoth() {
        assertThat(numbers(run().workers(2).clipGradients(0.1), DATA))
                .containsExactly(numbers(run().clipGradients(0.1), DATA), within(1e-5f));
    }

    /** The second feature is always 0, so that nothing but the penalty moves its weight. */
    @Test
    void lasso_drivesAUselessWeightToZeroAndLeavesAUsefulOne() {
        Dataset data = Dataset.regression(new float[][] {{-1, 0}, {1, 0}}, new float[][] {{-2}, {2}});
        Supplier<TrainingRun> runs = () -> TrainingRun.of(Network.of(Layer.linear(2, 1)), Loss.MSE)
                .optimizer(Sgd.rate(0.1))
                .steps(100)
                .startFrom(new float[] {0, 0.8f, 0});
        assertThat(numbers(runs.get(), data)[1]).isEqualTo(0.8f);
        float[] sparse = numbers(runs.get().lasso(0.1), data);
        assertThat(Math.abs(sparse[1])).isLessThan(0.011f);
        assertThat(sparse[0]).isCloseTo(2 - 0.1f / 2, within(1e-3f));
    }

    @Test
    void startFrom_beginsWithThoseNumbers() {
        float[] slope = numbers(lineRun(0.1, 1, 3, 0.5f), line(1));
        assertThat(slope).containsExactly(new float[] {3 - 0.1f * 2 * (3 - 1), 0.5f - 0.1f * 2 * 0.5f}, within(1e-6f));
    }

    @Test
    void startFrom_ofWrongNumbers_isRefused() {
        TrainingRun run = TrainingRun.of(LINE, Loss.MSE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.startFrom(new float[3]))
                .withMessage("startFrom needs the model's 2 numbers, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run.startFrom(new float[] {1, Float.NaN}))
                .withMessage("startFrom: number 1 must be finite, got NaN");
    }

    @Test
    void startFrom_copiesTheNumbers() {
        float[] start = {3, 0};
        TrainingRun run =
                TrainingRun.of(LINE, Loss.MSE).optimizer(Sgd.rate(0.1)).steps(1).startFrom(start);
        start[0] = 100;
        assertThat(numbers(run, line(1))[0]).isCloseTo(2.6f, within(1e-5f));
    }

    @Test
    void proximal_pullsBackToTheFirstParameters() {
        double slope = 0;
        for (int i = 0; i < 5; i++) {
            slope -= 0.1 * (2 * (slope - 1) + 3 * slope);
        }
        assertThat(numbers(lineRun(0.1, 5, 0, 0).proximal(3), line(1))[0]).isCloseTo((float) slope, within(1e-6f));
        assertThat(numbers(lineRun(0.1, 100, 0, 0).proximal(3), line(1))[0]).isCloseTo(2 / 5f, within(1e-5f));
    }

    /** The numbers after each step of a run. */
    private static List<float[]> path(TrainingRun run, List<float[]> into) {
        run.probe((rank, step, parameters) -> into.add(parameters.toArray()));
        return into;
    }

    @Test
    void averaging_exponential_equalsAnAverageByHand() {
        List<float[]> path = new ArrayList<>();
        TrainingRun run = run().averaging(Averaging.exponential(0.8));
        path(run, path);
        float[] actual = numbers(run, DATA);
        double[] average = new double[actual.length];
        for (int step = 0; step < path.size(); step++) {
            for (int i = 0; i < average.length; i++) {
                average[i] += (step == 0 ? 1 : 0.2) * (path.get(step)[i] - average[i]);
            }
        }
        assertThat(path).hasSize(12);
        requireClose(actual, average);
        assertThat(distance(actual, path.get(11))).isGreaterThan(1e-3);
    }

    /** Judging at other steps than the ends of epochs must not change which parameters count. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5})
    void averaging_stochasticWeights_equalsAnAverageByHand(int validateEvery) {
        List<float[]> path = new ArrayList<>();
        TrainingRun run = run().averaging(Averaging.stochasticWeights(2)).validate(Samples.classes(20, 2));
        if (validateEvery > 0) {
            run.validateEvery(validateEvery);
        }
        path(run, path);
        float[] actual = numbers(run, DATA);
        double[] average = new double[actual.length];
        for (int i = 0; i < average.length; i++) {
            average[i] = ((double) path.get(7)[i] + path.get(11)[i]) / 2;
        }
        requireClose(actual, average);
        assertThat(distance(actual, path.get(11))).isGreaterThan(1e-3);
    }

    private static void requireClose(float[] actual, double[] expected) {
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo((float) expected[i], within(1e-6f));
        }
    }

    /** On its way to 2 the slope passes 1, the best for the rows it is judged by, after the third of ten epochs. */
    private static void requireTheThird(TrainingRun run) {
        List<float[]> ends = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        TrainingListener keeping = new TrainingListener() {
            @Override
            public void onStep(TrainingProgress progress) {}

            @Override
            public void onEpoch(EpochScores scores, Supplier<Map<String, float[]>> parameters) {
                ends.add(parameters.get().getOrDefault("0.weight", new float[0]));
                losses.add(scores.validation().getOrDefault("loss", Double.NaN));
            }
        };
        try (TrainingResult result =
                run.validate(line(1)).keepBest().listener(keeping).fit(line(2))) {
            assertThat(losses).hasSize(10);
            assertThat(losses.indexOf(losses.stream().min(Double::compare).orElseThrow()))
                    .isEqualTo(2);
            assertThat(result.model().parameter("0.weight")).containsExactly(ends.get(2));
            assertThat(result.model().parameter("0.weight")[0]).isCloseTo(0.976f, within(1e-5f));
        }
    }

    @Test
    void keepBest_givesTheParametersOfTheBestEpoch() {
        requireTheThird(lineRun(0.1, 10, 0, 0));
    }

    @Test
    void keepBest_withAMinimumGain_keepsTheLeastLossAllTheSame() {
        requireTheThird(lineRun(0.1, 10, 0, 0).stopAfterPlateau(9, 0.1));
    }

    /** With everything that the pass which is done again could do twice: dropout and running statistics. */
    @Test
    void recomputeActivations_givesTheSameNumbers() {
        Network network = Network.of(
                Layer.linear(4, 16),
                Layer.batchNorm(16),
                Layer.relu(),
                Layer.dropout(0.4),
                Layer.linear(16, 8),
                Layer.batchNorm(8),
                Layer.tanh(),
                Layer.dropout(0.2),
                Layer.linear(8, 3));
        Supplier<TrainingRun> runs = () -> TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.01))
                .epochs(3)
                .seed(4);
        float[] kept = numbers(runs.get(), DATA);
        assertThat(numbers(runs.get().recomputeActivations(), DATA)).containsExactly(kept);
        assertThat(numbers(runs.get().recomputeActivations().workers(2).accumulate(2), DATA))
                .containsExactly(numbers(runs.get().workers(2).accumulate(2), DATA), within(1e-5f));
    }

    @Test
    void deterministic_switchesLibtorchAndGivesTheSameNumbersOnTheProcessor() {
        Network network = Network.of(
                Layer.linear(4, 16),
                Layer.reshape(4, 2, 2),
                Layer.conv2d(4, 8, 2),
                Layer.flatten(),
                Layer.linear(8, 3));
        Supplier<TrainingRun> runs =
                () -> TrainingRun.of(network, Loss.CROSS_ENTROPY).steps(20).seed(4);
        float[] free = numbers(runs.get(), DATA);
        Context context = torch.globalContext();
        assertThat(context.deterministicAlgorithms()).isFalse();
        try (TrainingResult result = runs.get().deterministic().fit(DATA)) {
            assertThat(context.deterministicAlgorithms()).isTrue();
            assertThat(context.deterministicCuDNN()).isTrue();
            assertThat(result.report().hyperParameters()).containsEntry("deterministic", "true");
            assertThat(result.model().numbers()).containsExactly(free);
        } finally {
            context.setDeterministicAlgorithms(false, false);
            context.setDeterministicCuDNN(false);
            context.setDeterministicMkldnn(false);
        }
    }

    @Test
    void precision_bf16Mixed_trainsInOtherNumbersThanFloat32() {
        Dataset.Split split = Samples.classes(400, 3).split(0.25, 5);
        Supplier<TrainingRun> runs = () -> TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.02))
                .epochs(15)
                .seed(1);
        try (TrainingResult mixed = runs.get().precision(Precision.BF16_MIXED).fit(split.train());
                TrainingResult whole = runs.get().fit(split.train())) {
            assertThat(mixed.model().accuracy(split.heldAside())).isGreaterThan(0.9);
            double first = whole.report().losses().get(0);
            assertThat(mixed.report().losses().get(0)).isNotEqualTo(first).isCloseTo(first, within(0.01 * first));
            assertThat(mixed.report().hyperParameters()).containsEntry("precision", "BF16_MIXED");
        }
    }

    @Test
    void options_outOfRange_areRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run().accumulate(0))
                .withMessage("accumulate must be > 0, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run().clipGradients(0))
                .withMessage("clipGradients must be > 0 and finite, got 0.0");
        assertThatIllegalArgumentException().isThrownBy(() -> run().clipGradients(Double.POSITIVE_INFINITY));
        assertThatIllegalArgumentException().isThrownBy(() -> run().lasso(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> run().lasso(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> run().proximal(0));
        assertThatIllegalArgumentException().isThrownBy(() -> run().validateEvery(0));
    }
}
