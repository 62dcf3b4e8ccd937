package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.dist.GradientCompression;
import io.aidc.training.dist.Launch;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.engine.Device;
import io.aidc.training.engine.Precision;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Sgd;
import io.aidc.training.torch.internal.NativeObjects;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs whose workers send one another compressed gradients. */
@Timeout(120)
class CompressedRunTest {
    private static final Dataset DATA = Samples.classes(101, 1);
    private static final Network LINE = Network.of(Layer.linear(3, 1));

    /** Its gradient is sent in two parts. */
    private static final Network LARGE =
            Network.of(Layer.linear(4, 512), Layer.tanh(), Layer.linear(512, 512), Layer.tanh(), Layer.linear(512, 3));

    @TempDir
    Path directory;

    static Stream<GradientCompression> forms() {
        return Stream.of(GradientCompression.none(), GradientCompression.bfloat16(), GradientCompression.topK(0.1));
    }

    private static TrainingRun run(int workers, GradientCompression form) {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.02))
                .batchSize(25)
                .epochs(6)
                .seed(7)
                .workers(workers)
                .compress(form);
    }

    private static float[] numbers(TrainingRun run, Dataset data) {
        try (TrainingResult result = run.fit(data)) {
            return result.model().numbers();
        }
    }

    @Test
    void snippet() {
        Network network = Samples.NETWORK;
        Dataset data = DATA;
        // @start region="compress"
        GradientCompression form = GradientCompression.topK(0.01);
        assertThat(form.bytesSent(25_000_000, 4)).isEqualTo(6_000_000); // of 150 MB
        TrainingResult result = TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .workers(4)
                .compress(form)
                .fit(data);
        // @end
        assertThat(result.report().hyperParameters()).containsEntry("compress", "top-k, share 0.01");
        result.close();
    }

    /** A line through points of three features by plain Java: each worker's gradient, step by step. */
    private static final class Line {
        private final Dataset data;
        private final int batch;
        private final int workers;
        private final double rate;
        private final double[] numbers = new double[4];
        private final double[][] kept;

        Line(Dataset data, int batch, int workers, double rate) {
            this.data = data;
            this.batch = batch;
            this.workers = workers;
            this.rate = rate;
            this.kept = new double[workers][4];
        }

        /** The gradient of each worker, [workers, 4]: weights, then bias. */
        double[][] gradients(int step, long seed) {
            int epochSteps = (data.rows() - 1) / batch + 1;
            long epoch = step / epochSteps;
            long use = (Seeds.EPOCHS + epoch) * 0x9E3779B97F4A7C15L;
            int[] order = Shuffle.of(data.rows(), new SplittableRandom(seed ^ use).nextLong());
            int from = step % epochSteps * batch;
            int to = Math.min(from + batch, data.rows());
            double[][] gradients = new double[workers][4];
            for (int i = from; i < to; i++) {
                float[] row = data.row(order[i]);
                double output = numbers[3];
                for (int j = 0; j < 3; j++) {
                    output += numbers[j] * row[j];
                }
                double slope = 2 * (output - data.target(order[i])[0]) / (to - from);
                double[] own = gradients[(i - from) % workers];
                for (int j = 0; j < 3; j++) {
                    own[j] += slope * row[j];
                }
                own[3] += slope;
            }
            return gradients;
        }

        void move(double[] sum) {
            for (int j = 0; j < 4; j++) {
                numbers[j] -= rate * sum[j];
            }
        }

        void stepByLargest(int step, long seed, int count) {
            double[][] gradients = gradients(step, seed);
            double[] sum = new double[4];
            for (int worker = 0; worker < workers; worker++) {
                double[] whole = kept[worker];
                for (int j = 0; j < 4; j++) {
                    whole[j] += gradients[worker][j];
                }
                IntStream.range(0, 4)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer j) -> -Math.abs(whole[j])))
                        .limit(count)
                        .forEach(j -> {
                            sum[j] += whole[j];
                            whole[j] = 0;
                        });
            }
            move(sum);
        }

        void stepRounded(int step, long seed, boolean isRounded) {
            double[] sum = new double[4];
            for (double[] gradient : gradients(step, seed)) {
                for (int j = 0; j < 4; j++) {
                    sum[j] += isRounded ? rounded(gradient[j]) : gradient[j];
                }
            }
            for (int j = 0; j < 4 && isRounded; j++) {
                sum[j] = rounded(sum[j]);
            }
            move(sum);
        }

        /** To bfloat16; the number must be one of float32 before, or this test would not know its bits. */
        private static float rounded(double value) {
            float exact = (float) value;
            assertThat((double) exact).isEqualTo(value);
            int bits = Float.floatToRawIntBits(exact);
            return Float.intBitsToFloat((bits + 0x7FFF + ((bits >>> 16) & 1)) & 0xFFFF0000);
        }
    }

    private static TrainingRun line(int workers, int batch, double rate, int steps) {
        return TrainingRun.of(LINE, Loss.MSE)
                .optimizer(Sgd.rate(rate))
                .startFrom(new float[4])
                .batchSize(batch)
                .steps(steps)
                .workers(workers)
                .seed(11);
    }

    /** 21 rows in batches of 5: the last batch of an epoch has one row, so that other workers send only what they kept. */
    @ParameterizedTest
    @CsvSource({"2, 1", "2, 2", "3, 1", "3, 2"})
    void topK_overSomeSteps_isTheAlgorithmInPlainJava(int workers, int count) {
        var random = new SplittableRandom(5);
        float[][] features = new float[21][3];
        float[][] targets = new float[21][1];
        for (int i = 0; i < 21; i++) {
            for (int j = 0; j < 3; j++) {
                features[i][j] = (float) random.nextDouble(-1, 1);
            }
            targets[i][0] = 3 * features[i][0] - features[i][1] + (float) random.nextDouble(0.5);
        }
        Dataset data = Dataset.regression(features, targets);
        var expected = new Line(data, 5, workers, 0.05);
        for (int step = 0; step < 25; step++) {
            expected.stepByLargest(step, 11, count);
        }
        float[] actual = numbers(line(workers, 5, 0.05, 25).compress(GradientCompression.topK(count / 4.0)), data);
        for (int j = 0; j < 4; j++) {
            assertThat((double) actual[j]).isCloseTo(expected.numbers[j], Offset.offset(1e-5));
        }
    }

    /** All numbers are multiples of powers of 2 with few bits, so float32 adds nothing and only bfloat16 rounds. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void bfloat16_overSomeSteps_hasTheBitsOfTheAlgorithmInPlainJava(int workers) {
        var random = new SplittableRandom(6);
        float[][] features = new float[8][3];
        float[][] targets = new float[8][1];
        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < 3; j++) {
                features[i][j] = random.nextInt(-1, 2);
            }
            targets[i][0] = random.nextInt(-8, 9);
        }
        Dataset data = Dataset.regression(features, targets);
        var expected = new Line(data, 8, workers, 1.0 / 16);
        var plain = new Line(data, 8, workers, 1.0 / 16);
        for (int step = 0; step < 3; step++) {
            expected.stepRounded(step, 11, true);
            plain.stepRounded(step, 11, false);
        }
        float[] actual = numbers(line(workers, 8, 1.0 / 16, 3).compress(GradientCompression.bfloat16()), data);
        for (int j = 0; j < 4; j++) {
            assertThat((double) actual[j]).isEqualTo(expected.numbers[j]);
        }
        assertThat(expected.numbers).isNotEqualTo(plain.numbers);
    }

    /** The weight's gradient is small beside the bias's, and only one of four is sent: without feedback it would never move. */
    @Test
    void topK_sendsSmallNumbersWhenTheyHaveGrown() {
        Dataset data = Dataset.regression(
                new float[][] {{0.1f, 0, 0}, {0.1f, 0, 0}, {0.1f, 0, 0}, {0.1f, 0, 0}},
                new float[][] {{100}, {100}, {100}, {100}});
        float[] early = numbers(line(2, 4, 1e-5, 8).compress(GradientCompression.topK(0.25)), data);
        float[] late = numbers(line(2, 4, 1e-5, 14).compress(GradientCompression.topK(0.25)), data);
        assertThat(early[0]).isZero();
        assertThat(early[3]).isPositive();
        assertThat(late[0]).isPositive();
    }

    /** 101 rows in batches of 25 over 3 workers: in the last step of an epoch two workers have no rows. */
    @ParameterizedTest
    @MethodSource("forms")
    void workers_afterEachStep_haveTheSameBits(GradientCompression form) {
        Map<Integer, Map<Integer, float[]>> seen = new ConcurrentHashMap<>();
        TrainingRun.of(LARGE, Loss.CROSS_ENTROPY)
                .batchSize(25)
                .steps(6)
                .accumulate(2)
                .seed(7)
                .workers(3)
                .compress(form)
                .probe((rank, step, parameters) -> seen.computeIfAbsent(step, s -> new ConcurrentHashMap<>())
                        .put(rank, parameters.toArray()))
                .fit(DATA)
                .close();
        assertThat(seen).hasSize(6);
        seen.forEach((step, byRank) -> {
            assertThat(byRank.get(1)).as("step %d", step).isEqualTo(byRank.get(0));
            assertThat(byRank.get(2)).as("step %d", step).isEqualTo(byRank.get(0));
        });
        assertThat(Objects.requireNonNull(seen.get(1)).get(0))
                .isNotEqualTo(Objects.requireNonNull(seen.get(2)).get(0));
    }

    /** What everybody sends in full is added as ever; two numbers have one sum, in whatever order. */
    @Test
    void topK_ofEverything_isTheRunWithoutCompression() {
        TrainingRun plain = TrainingRun.of(LARGE, Loss.CROSS_ENTROPY)
                .batchSize(25)
                .steps(6)
                .seed(7)
                .workers(2);
        TrainingRun all = TrainingRun.of(LARGE, Loss.CROSS_ENTROPY)
                .batchSize(25)
                .steps(6)
                .seed(7)
                .workers(2)
                .compress(GradientCompression.topK(1));
        float[] expected = numbers(plain, DATA);
        float[] actual = numbers(all, DATA);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isEqualTo(expected[i]);
        }
    }

    @Test
    void runs_withCompression_learnAboutAsWell() {
        double plain = lastLoss(GradientCompression.none());
        assertThat(lastLoss(GradientCompression.bfloat16())).isCloseTo(plain, Offset.offset(0.02 * plain));
        assertThat(lastLoss(GradientCompression.topK(0.1))).isLessThan(1.05 * plain);
    }

    private static double lastLoss(GradientCompression form) {
        try (TrainingResult result = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Sgd.rate(0.1))
                .batchSize(25)
                .epochs(60)
                .seed(7)
                .workers(2)
                .validate(Samples.classes(200, 2))
                .compress(form)
                .fit(DATA)) {
            EpochScores last = result.report().epochs().get(59);
            return Objects.requireNonNull(last.validation().get("loss"));
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void oneWorker_sendsNothingAndChangesNothing(GradientCompression form) {
        TrainingRun plain = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.02))
                .batchSize(25)
                .epochs(6)
                .seed(7);
        assertThat(numbers(run(1, form), DATA)).containsExactly(numbers(plain, DATA));
    }

    /** An interrupt comes at any step; only steps that send everything are saved, and the rest is taken again. */
    @ParameterizedTest
    @MethodSource("forms")
    void resume_afterAnInterrupt_givesTheBitsOfARunWithoutABreak(GradientCompression form) {
        Checkpoints whole = Checkpoints.in(directory.resolve("whole")).every(5);
        Checkpoints broken = Checkpoints.in(directory.resolve("broken")).every(5);
        float[] expected = numbers(run(2, form).checkpoints(whole), DATA);
        Thread caller = Thread.currentThread();
        try (TrainingResult result = run(2, form)
                .checkpoints(broken)
                .listener(progress -> {
                    if (progress.step() == 12) {
                        caller.interrupt();
                    }
                })
                .fit(DATA)) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(result.report().stopReason()).isEqualTo(StopReason.INTERRUPTED);
        }
        long saved = broken.latest().orElseThrow().step();
        if (form instanceof GradientCompression.TopK) {
            assertThat(saved % 5).isZero();
        }
        try (TrainingResult resumed = run(2, form).checkpoints(broken).resume().fit(DATA)) {
            assertThat(resumed.report().steps()).isEqualTo(30);
            assertThat(resumed.report().losses()).hasSize((int) (30 - saved));
            assertThat(resumed.model().numbers()).containsExactly(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void run_thatIsClosed_holdsNoNativeObject(GradientCompression form) {
        int before = NativeObjects.count();
        run(2, form).fit(DATA).close();
        assertThat(NativeObjects.count()).isEqualTo(before);
    }

    @Test
    void report_namesTheFormUnlessThereIsNone() {
        try (TrainingResult rounded = run(2, GradientCompression.bfloat16()).fit(DATA);
                TrainingResult plain = run(2, GradientCompression.none()).fit(DATA)) {
            assertThat(rounded.report().hyperParameters()).containsEntry("compress", "bfloat16");
            assertThat(plain.report().hyperParameters()).doesNotContainKey("compress");
        }
    }

    /** Workers of one run must send everything in the same steps. */
    @Test
    void workers_withOtherCheckpoints_doNotTrainTogether() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        var pool = Executors.newSingleThreadExecutor();
        try {
            var first = pool.submit(() -> launched(0, port)
                    .checkpoints(Checkpoints.in(directory).every(2))
                    .fit(DATA));
            assertThatThrownBy(() -> launched(1, port).fit(DATA))
                    .isInstanceOf(WorkerLostException.class)
                    .hasMessageContaining("takes part in another run");
            assertThatThrownBy(first::get).hasCauseInstanceOf(WorkerLostException.class);
        } finally {
            pool.shutdown();
        }
    }

    private static TrainingRun launched(int rank, int port) {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .seed(7)
                .startTimeout(Duration.ofSeconds(3))
                .compress(GradientCompression.topK(0.1))
                .distributed(Launch.fromEnvironment(Map.of(
                        "RANK",
                        Integer.toString(rank),
                        "WORLD_SIZE",
                        "2",
                        "MASTER_ADDR",
                        "127.0.0.1",
                        "MASTER_PORT",
                        Integer.toString(port))));
    }

    private static void refuses(TrainingRun run, String message) {
        assertThatIllegalStateException().isThrownBy(() -> run.fit(DATA)).withMessage(message);
    }

    @Test
    void compress_withPrivacy_isRefused() {
        DpSgd privacy = DpSgd.clip(1)
                .noiseMultiplier(1)
                .sampling(40, n -> IntStream.range(0, n).toArray())
                .noise((sum, deviation) -> {});
        TrainingRun run = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .privacy(privacy)
                .steps(1);
        refuses(
                run.compress(GradientCompression.bfloat16()),
                "compress=bfloat16 does not go with privacy: sums would be changed before they are noised, and a row could "
                        + "change them by more than the clip norm");
    }

    @Test
    void compress_withWorkersOfAnyLanguage_isRefused() {
        refuses(
                TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                        .distributed(Launch.sharedFile(directory.resolve("meeting"), 0, 2))
                        .compress(GradientCompression.bfloat16()),
                "compress=bfloat16 does not go with sharedFile, whose workers may be programs that send float32");
    }

    @Test
    void topK_withALossThatIsScaled_isRefused() {
        refuses(
                TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                        .device(Device.cuda(0))
                        .precision(Precision.FP16_MIXED)
                        .compress(GradientCompression.topK(0.5)),
                "compress=top-k, share 0.5 does not go with FP16_MIXED: what is kept would be of an earlier scale of the loss");
    }

    @Test
    void compress_twice_failsAndNamesTheFirst() {
        assertThatIllegalStateException()
                .isThrownBy(() -> run(2, GradientCompression.none()).compress(GradientCompression.bfloat16()))
                .withMessage("compress is already set to none");
    }
}
