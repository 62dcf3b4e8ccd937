package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.compress.WeightRounding;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Shape;
import io.aidc.training.onnx.OnnxExport;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Averaging;
import io.aidc.training.optim.Sgd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class QuantizedRunTest {
    private static final Dataset DATA = Samples.classes(101, 1);
    private static final Network NETWORK = Network.of(
            Shape.of(1, 2, 2),
            Layer.conv2d(1, 4, 2).padding(1),
            Layer.groupNorm(1, 4),
            Layer.relu(),
            Layer.flatten(),
            Layer.residual(Layer.linear(36, 36)),
            Layer.dropout(0.1),
            Layer.linear(36, 3));

    @TempDir
    Path directory;

    private static TrainingRun run(int bits) {
        return TrainingRun.of(NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.01))
                .batchSize(25)
                .epochs(3)
                .seed(7)
                .quantizeWeights(bits);
    }

    /** One output's weights as Jacob et al. round them, in double. */
    private static double[] rounded(double[] weights, int most) {
        double greatest = Arrays.stream(weights).map(Math::abs).max().orElseThrow();
        double step = greatest / most;
        return Arrays.stream(weights).map(w -> Math.rint(w / step) * step).toArray();
    }

    /**
     * Three steps of y = W x + b on all rows: the loss and its gradient at rounded weights, the move from unrounded ones. The
     * rows are such that no weight lies near the middle between two multiples, where float32 and double might differ.
     */
    @Test
    void step_movesTheUnroundedWeightsByTheGradientAtTheRoundedOnes() {
        var random = new SplittableRandom(5);
        float[][] rows = new float[8][3];
        float[][] targets = new float[8][2];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < 3; j++) {
                rows[i][j] = (float) random.nextDouble(-1, 1);
            }
            targets[i][0] = rows[i][0] - rows[i][1];
            targets[i][1] = 2 * rows[i][2];
        }
        float[] start = {0.9f, -0.2f, 0.45f, 0.1f, -0.6f, 0.25f, 0.05f, -0.05f};
        List<float[]> steps = new ArrayList<>();
        TrainingRun.of(Network.of(Layer.linear(3, 2)), Loss.MSE)
                .optimizer(Sgd.rate(0.5))
                .batchSize(8)
                .steps(3)
                .seed(1)
                .startFrom(start)
                .quantizeWeights(4)
                .probe((rank, step, parameters) -> steps.add(parameters.toArray()))
                .fit(Dataset.regression(rows, targets))
                .close();
        double[] numbers = IntStream.range(0, 8).mapToDouble(i -> start[i]).toArray();
        double apart = 0;
        for (float[] actual : steps) {
            double[] gradient = new double[8];
            for (int output = 0; output < 2; output++) {
                double[] weights = rounded(Arrays.copyOfRange(numbers, 3 * output, 3 * output + 3), 7);
                for (int j = 0; j < 3; j++) {
                    apart = Math.max(apart, Math.abs(weights[j] - numbers[3 * output + j]));
                }
                for (int i = 0; i < rows.length; i++) {
                    double error = numbers[6 + output] - targets[i][output];
                    for (int j = 0; j < 3; j++) {
                        error += weights[j] * rows[i][j];
                    }
                    // The loss is the mean over outputs, the batch's the mean over rows.
                    double slope = 2 * error / 2 / rows.length;
                    for (int j = 0; j < 3; j++) {
                        gradient[3 * output + j] += slope * rows[i][j];
                    }
                    gradient[6 + output] += slope;
                }
            }
            for (int i = 0; i < 8; i++) {
                numbers[i] -= 0.5 * gradient[i];
                assertThat((double) actual[i]).isCloseTo(numbers[i], within(1e-5));
            }
        }
        assertThat(steps).hasSize(3);
        // Rounding mattered: without it the gradients would be others.
        assertThat(apart).isGreaterThan(0.02);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void model_hasTheWeightsThatWereTrainedWith_andSoHasItsExport(int bits) {
        List<float[]> last = new ArrayList<>();
        float[][] rows = new float[20][];
        Arrays.setAll(rows, DATA::row);
        try (TrainingResult result = run(bits)
                .validate(DATA)
                .probe((rank, step, parameters) -> {
                    last.clear();
                    last.add(parameters.toArray());
                })
                .fit(DATA)) {
            float[] numbers = result.model().numbers();
            assertThat(numbers).isNotEqualTo(last.get(0));
            try (TrainedModel unrounded = TrainedModel.of(NETWORK, Loss.CROSS_ENTROPY, last.get(0));
                    TrainedModel same = TrainedModel.of(NETWORK, Loss.CROSS_ENTROPY, numbers)) {
                assertThat(numbers).containsExactly(WeightRounding.toBits(bits).round(unrounded));
                assertThat(same.predict(rows)).isDeepEqualTo(result.model().predict(rows));
                assertThat(same.accuracy(DATA))
                        .isEqualTo(result.report().epochs().get(2).validation().getOrDefault("accuracy", Double.NaN));
            }
            assertThat(WeightRounding.toBits(bits).round(result.model())).containsExactly(numbers);
            assertThat(OnnxExport.of(result.model()).verified(rows, 1e-5).bytes())
                    .isNotEmpty();
            assertThat(result.report().hyperParameters()).containsEntry("quantizeWeights", Integer.toString(bits));
        }
    }

    @Test
    void resume_goesOnFromTheUnroundedWeights() {
        float[] whole;
        try (TrainingResult result = run(3).fit(DATA)) {
            whole = result.model().numbers();
        }
        Thread caller = Thread.currentThread();
        Checkpoints checkpoints = Checkpoints.in(directory).every(2);
        run(3).checkpoints(checkpoints)
                .listener(progress -> {
                    if (progress.step() == 6) {
                        caller.interrupt();
                    }
                })
                .fit(DATA)
                .close();
        assertThat(Thread.interrupted()).isTrue();
        try (TrainingResult resumed = run(3).checkpoints(checkpoints).resume().fit(DATA)) {
            assertThat(resumed.model().numbers()).containsExactly(whole);
        }
    }

    @Test
    void average_isRoundedToo() {
        try (TrainingResult result =
                run(4).averaging(Averaging.exponential(0.8)).fit(DATA)) {
            assertThat(WeightRounding.toBits(4).round(result.model()))
                    .containsExactly(result.model().numbers());
        }
    }

    private static float[] oneStep(TrainingRun run) {
        List<float[]> steps = new ArrayList<>();
        run.optimizer(Sgd.rate(0.5))
                .steps(1)
                .seed(3)
                .quantizeWeights(3)
                .probe((rank, step, parameters) -> steps.add(parameters.toArray()))
                .fit(DATA)
                .close();
        return steps.get(0);
    }

    /** Clipping that clips nothing and noise that adds nothing leave the gradient at the rounded weights. */
    @Test
    void privateStep_isTakenAtTheRoundedWeightsToo() {
        Network network = Samples.NETWORK;
        float[] plain = oneStep(TrainingRun.of(network, Loss.CROSS_ENTROPY).batchSize(DATA.rows()));
        DpSgd privacy = DpSgd.clip(1e6)
                .noiseMultiplier(1)
                .sampling(DATA.rows(), n -> IntStream.range(0, n).toArray())
                .noise((sum, deviation) -> {});
        float[] ghost = oneStep(TrainingRun.of(network, Loss.CROSS_ENTROPY).privacy(privacy));
        assertThat(ghost).containsExactly(plain, within(1e-5f));
    }

    @Test
    void bits_outOfRange_areRefused() {
        for (int bits : new int[] {1, 9}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> TrainingRun.of(NETWORK, Loss.CROSS_ENTROPY).quantizeWeights(bits))
                    .withMessage("bits must be in [2, 8], got " + bits);
        }
    }
}
