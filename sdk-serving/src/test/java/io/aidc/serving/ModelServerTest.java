package io.aidc.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.serving.runtime.ort.OrtRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModelServerTest {
    private static final int[] WIDTHS = {6, 8, 3};
    private static final byte[] MLP = TestModels.mlp(1, WIDTHS);
    private static final Duration TARGET = Duration.ofMinutes(1);

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.serving.Seeds#stream")
    void ask_randomModelAndRow_givesTheModelsAnswer(long seed) {
        float[] row = TestModels.row(new Random(seed), WIDTHS[0]);
        try (ModelServer server = ModelServer.onnx(ModelSource.of(TestModels.mlp(seed, WIDTHS)))
                .threadsPerRun(1)
                .open()) {
            float[] scores = scored(server.ask(row).join()).output().floats();

            double[] expected = TestModels.mlpReference(seed, row, WIDTHS);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) scores[i]).isCloseTo(expected[i], within(1e-5));
            }
        }
    }

    @Test
    void ask_idleServer_isAnsweredOnTheCallersThread() {
        try (ModelServer server = ModelServer.onnx(ModelSource.of(MLP)).open()) {
            assertThat(server.ask(new float[6])).isCompleted();
        }
    }

    @Test
    void ask_severalRows_answersEach() {
        float[] rows = TestModels.row(new Random(3), 12);
        try (ModelServer server =
                ModelServer.onnx(ModelSource.of(MLP)).batchUpTo(4, TARGET).open()) {
            Tensor both = scored(server.ask(Map.of("x", Tensor.of(rows, 2, 6))).join())
                    .output("y");

            assertThat(both.shape()).containsExactly(2, 3);
            assertThat(server.statistics().batchSizes()).containsExactly(Map.entry(2, 1L));
        }
    }

    @Test
    void ask_moreRowsThanABatch_runsAlone() {
        try (ModelServer server =
                ModelServer.onnx(ModelSource.of(MLP)).batchUpTo(2, TARGET).open()) {
            Tensor many = scored(server.ask(Map.of("x", Tensor.of(new float[60], 10, 6)))
                            .join())
                    .output();

            assertThat(many.shape()).containsExactly(10, 3);
        }
    }

    @Test
    void version_byDefault_isTheShortDigestOfTheBytes() {
        try (ModelServer server = ModelServer.onnx(ModelSource.of(MLP)).open();
                ModelServer other = ModelServer.onnx(ModelSource.of(TestModels.mlp(2, WIDTHS)))
                        .open()) {
            Answer.Scored answer = scored(server.ask(new float[6]).join());

            assertThat(answer.version()).hasSize(12).isEqualTo(server.model().version());
            assertThat(server.model().sha256()).hasSize(64).startsWith(answer.version());
            assertThat(other.model().version()).isNotEqualTo(answer.version());
        }
    }

    @Test
    void version_given_isNamedByAnswers() {
        try (ModelServer server =
                ModelServer.onnx(ModelSource.of(MLP).asVersion("fraud-7")).open()) {
            assertThat(scored(server.ask(new float[6]).join()).version()).isEqualTo("fraud-7");
        }
    }

    @Test
    void model_describesInputsAndOutputs(@TempDir Path directory) throws IOException {
        Path file = Files.write(directory.resolve("m.onnx"), MLP);
        try (ModelServer server = ModelServer.onnx(file).open()) {
            ModelInfo info = server.model();

            assertThat(info.inputs().get(0).shape()).containsExactly(TensorSpec.OPEN, 6L);
            assertThat(info.inputs().get(0).dimensionNames()).containsExactly("N", "");
            assertThat(info.outputs()).extracting(TensorSpec::name).containsExactly("y");
            assertThat(info.runtime()).startsWith("onnxruntime 1.29.0");
            assertThat(info.batching()).isEqualTo(new Batching.Off("not asked for"));
        }
    }

    @Test
    void ask_inputsThatDoNotFit_areNamed() {
        try (ModelServer server =
                ModelServer.onnx(ModelSource.of(TestModels.sum(2))).open()) {
            Tensor fits = Tensor.of(new float[2], 1, 2);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> server.ask(Map.of("a", fits)))
                    .withMessage("inputs must include [b], got [a]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> server.ask(Map.of("a", fits, "c", fits)))
                    .withMessage("input must be one of [a, b], got 'c'");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> server.ask(Map.of("a", fits, "b", Tensor.of(new long[2], 1, 2))))
                    .withMessage("input 'b' must be FLOAT32, got INT64");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> server.ask(Map.of("a", fits, "b", Tensor.of(new float[3], 1, 3))))
                    .withMessage("input 'b' must have shape [-1, 2] (-1 is any), got [1, 3]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> server.ask(Map.of("a", fits, "b", Tensor.of(new float[2], 2))))
                    .withMessageContaining("got [2]");
            assertThat(server.statistics().asked()).isZero();
        }
    }

    @Test
    void ask_floatRow_needsAFittingModel() {
        try (ModelServer one = ModelServer.onnx(ModelSource.of(MLP)).open();
                ModelServer two =
                        ModelServer.onnx(ModelSource.of(TestModels.sum(2))).open();
                ModelServer text =
                        ModelServer.onnx(ModelSource.of(TestModels.lookup())).open();
                ModelServer any =
                        ModelServer.onnx(ModelSource.of(TestModels.anyWidth())).open();
                ModelServer fixed = ModelServer.onnx(ModelSource.of(TestModels.fixedBatch(2)))
                        .open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> one.ask(new float[5]))
                    .withMessage("input 'x' of shape [-1, 6] takes 6 features, got 5");
            for (ModelServer server : new ModelServer[] {two, text, any}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> server.ask(new float[2]))
                        .withMessageContaining("one FLOAT32 input");
            }
            assertThat(scored(fixed.ask(new float[] {-1, 1}).join()).output().floats())
                    .containsExactly(0, 1);
        }
    }

    @Test
    void ask_nonFinite_isRefusedOnlyWhenAsked() {
        float[] row = {0, 0, Float.NaN, 0, 0, 0};
        try (ModelServer strict =
                        ModelServer.onnx(ModelSource.of(MLP)).rejectNonFinite().open();
                ModelServer lenient = ModelServer.onnx(ModelSource.of(MLP)).open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> strict.ask(row))
                    .withMessage("input 'x' must be finite, got NaN or infinity at element 2");
            assertThat(scored(lenient.ask(row).join()).output().floats()).contains(Float.NaN);
        }
    }

    @Test
    void ask_modelFailsNatively_failsThisRequestOnly() {
        try (ModelServer server =
                ModelServer.onnx(ModelSource.of(TestModels.lookup())).open()) {
            assertThatThrownBy(() -> server.ask(Map.of("x", Tensor.of(new long[] {5}, 1, 1)))
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(InferenceException.class);

            assertThat(server.ask(Map.of("x", Tensor.of(new long[] {4}, 1, 1))).join())
                    .isInstanceOf(Answer.Scored.class);
            ServerStatistics statistics = server.statistics();
            assertThat(statistics.failed()).isOne();
            assertThat(statistics.scored()).isOne();
            assertThat(statistics.asked()).isEqualTo(2);
        }
    }

    @Test
    void open_decryptingSource_givesTheSameAnswersAndWipes() {
        ByteBuffer plaintext = TestModels.direct(MLP);
        float[] row = TestModels.row(new Random(1), 6);
        try (ModelServer plain = ModelServer.onnx(ModelSource.of(MLP)).open();
                ModelServer sealed =
                        ModelServer.onnx(TestModels.decrypting(() -> plaintext)).open()) {
            assertThat(plaintext).isEqualTo(ByteBuffer.allocate(MLP.length));
            assertThat(sealed.ask(row).join()).isEqualTo(plain.ask(row).join());
        }
    }

    @Test
    void open_sourceFailsAfterTheLoad_leavesNothingOpen() {
        OrtRuntime runtime = new OrtRuntime();
        ModelSource source =
                ModelSource.decrypting(() -> new FailingClose(TestModels.direct(MLP)), FailingClose::bytes);

        assertThatThrownBy(() -> ModelServer.onnx(source).runtime(runtime).open())
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("vault is gone");
        assertThat(runtime.openHandles()).isZero();
    }

    @Test
    void open_engineCannotDescribeTheModel_leavesNothingOpen() {
        FakeRuntime engine = new FakeRuntime();
        engine.describing.set(false);

        assertThatThrownBy(() ->
                        ModelServer.onnx(ModelSource.of(MLP)).runtime(engine).open())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("nothing known");
        assertThat(engine.closed).hasValue(1);
    }

    @Test
    void open_zipMap_servesScoresAndKeepsLabels() {
        try (ModelServer server = ModelServer.onnx(ModelSource.of(TestModels.zipMap()))
                .batchUpTo(8, TARGET)
                .open()) {
            Tensor scores =
                    scored(server.ask(new float[] {.2f, .3f, .5f}).join()).output("scores");

            assertThat(scores.shape()).containsExactly(1, 3);
            assertThat(scores.floats()).containsExactly(.2f, .3f, .5f);
            assertThat(server.model().classLabels()).containsOnly(Map.entry("scores", List.of("no", "maybe", "yes")));
            assertThat(server.model().batching()).isEqualTo(new Batching.UpTo(8));
        }
    }

    @Test
    void open_confidentialZipMap_isRefusedWithTheRemedy() {
        assertRefused(
                TestModels.decrypting(() -> TestModels.direct(TestModels.zipMap())),
                ModelLoadException.Reason.CONFIDENTIAL,
                "withoutZipMap()");
    }

    @Test
    void open_notAModel_isNamed() {
        assertRefused(ModelSource.of(new byte[0]), ModelLoadException.Reason.NOT_A_MODEL, "no graph");
        assertRefused(
                ModelSource.of("PNG".getBytes(StandardCharsets.UTF_8)),
                ModelLoadException.Reason.NOT_A_MODEL,
                "not an ONNX model");
        assertRefused(
                ModelSource.of(Arrays.copyOf(MLP, MLP.length / 2)),
                ModelLoadException.Reason.NOT_A_MODEL,
                "not an ONNX model");
    }

    @Test
    void open_unknownOperator_isNamed() {
        assertRefused(
                ModelSource.of(TestModels.unary("Frobnicate", TestModels.FLOAT, 2)),
                ModelLoadException.Reason.UNSUPPORTED_OPERATOR,
                "Frobnicate");
    }

    @Test
    void open_unsupportedType_isNamed() {
        assertRefused(
                ModelSource.of(TestModels.unary("Identity", 13, 2)), ModelLoadException.Reason.UNSUPPORTED_TYPE, "'x'");
    }

    @Test
    void open_externalData_isRefusedBeforeTheEngineSeesIt() {
        assertRefused(
                ModelSource.of(TestModels.externalWeight("../../etc/passwd")),
                ModelLoadException.Reason.EXTERNAL_DATA,
                "other files");
    }

    @Test
    void open_cacheOfARandomModel_isRefused() {
        OrtRuntime runtime = new OrtRuntime();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelServer.onnx(
                                ModelSource.of(TestModels.random(2)).asVersion("r"))
                        .cacheAnswers(10)
                        .runtime(runtime)
                        .open())
                .withMessage("answers of model 'r' cannot be kept: it draws random numbers");
        assertThat(runtime.openHandles()).isZero();
    }

    @Test
    void open_rowsThatMeetInTheModel_turnBatchingOff() {
        try (ModelServer server = ModelServer.onnx(ModelSource.of(TestModels.batchMean(4)))
                .batchUpTo(8, TARGET)
                .open()) {
            assertThat(server.model().batching())
                    .isInstanceOfSatisfying(
                            Batching.Off.class, off -> assertThat(off.reason()).contains("'y'", "large neighbours"));
            assertThat(server.ask(new float[4]).join()).isInstanceOf(Answer.Scored.class);
        }
    }

    @Test
    void open_rangeTakenOverTheRun_turnsBatchingOffByName() {
        for (byte[] model : List.of(TestModels.sharedRangeOfAnyWidth(), TestModels.sharedRangeAfterAScaler(4))) {
            try (ModelServer server =
                    ModelServer.onnx(ModelSource.of(model)).batchUpTo(8, TARGET).open()) {
                assertThat(server.model().batching())
                        .isEqualTo(new Batching.Off(
                                "operator 'DynamicQuantizeLinear' takes its range over all rows of a run"));
            }
        }
    }

    @Test
    void cacheAnswers_equalRequest_isNotRunAgain() {
        float[] row = TestModels.row(new Random(1), 6);
        try (ModelServer server =
                ModelServer.onnx(ModelSource.of(MLP)).cacheAnswers(10).open()) {
            Answer first = server.ask(row).join();
            Answer second = server.ask(row.clone()).join();
            server.ask(new float[6]).join();

            assertThat(second).isEqualTo(first);
            ServerStatistics statistics = server.statistics();
            assertThat(statistics.cacheHits()).isOne();
            assertThat(statistics.runs()).isEqualTo(2);
            assertThat(statistics.asked()).isEqualTo(3).isEqualTo(statistics.scored());
        }
    }

    @Test
    void cacheBytes_tooSmallForAnAnswer_keepsNone() {
        try (ModelServer server =
                ModelServer.onnx(ModelSource.of(MLP)).cacheBytes(1).open()) {
            server.ask(new float[6]).join();
            server.ask(new float[6]).join();

            assertThat(server.statistics().cacheHits()).isZero();
        }
    }

    @Test
    void close_twice_thenEveryAskIsRefused() {
        OrtRuntime runtime = new OrtRuntime();
        ModelServer server = ModelServer.onnx(ModelSource.of(MLP).asVersion("7"))
                .runtime(runtime)
                .cacheAnswers(5)
                .open();
        server.ask(new float[6]).join();
        server.close();
        server.close();

        assertThatThrownBy(() -> server.ask(new float[6]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the server of model '7' is closed");
        assertThat(server.statistics().scored()).isOne();
        assertThat(server.model().version()).isEqualTo("7");
        assertThat(runtime.openHandles()).isZero();
    }

    @Test
    void close_threads_areGone() {
        ModelServer server = ModelServer.onnx(ModelSource.of(MLP)).runsAtOnce(3).open();
        assertThat(ownThreads()).isGreaterThanOrEqualTo(3);
        server.close();

        assertThat(ownThreads()).isZero();
    }

    @Test
    void options_outOfRange_areRefusedAtOnce() {
        ModelServer.Builder builder = ModelServer.onnx(ModelSource.of(MLP));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.batchUpTo(1, TARGET))
                .withMessage("rows must be >= 2, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelServer.onnx(ModelSource.of(MLP)).batchUpTo(2, Duration.ZERO))
                .withMessage("target must be > 0, got PT0S");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.queueUpTo(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.answerWithin(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.runsAtOnce(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.threadsPerRun(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.cacheAnswers(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.cacheBytes(0));
    }

    @Test
    void options_setTwice_nameTheFirst() {
        ModelServer.Builder builder = ModelServer.onnx(ModelSource.of(MLP))
                .batchUpTo(2, TARGET)
                .queueUpTo(1)
                .answerWithin(TARGET)
                .runsAtOnce(1)
                .threadsPerRun(1)
                .cacheAnswers(5)
                .runtime(new OrtRuntime());

        assertThatThrownBy(() -> builder.batchUpTo(3, TARGET)).hasMessage("batchUpTo is already set to 2");
        assertThatThrownBy(() -> builder.queueUpTo(3)).hasMessage("queueUpTo is already set to 1");
        assertThatThrownBy(() -> builder.answerWithin(TARGET)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> builder.runsAtOnce(3)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> builder.threadsPerRun(3)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> builder.cacheAnswers(3)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> builder.cacheBytes(3)).hasMessage("cacheAnswers is already set to 5");
        assertThatThrownBy(() -> builder.runtime(new OrtRuntime())).isInstanceOf(IllegalStateException.class);
    }

    static Answer.Scored scored(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Scored.class);
        return (Answer.Scored) answer;
    }

    private static long ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("aidc-serving-"))
                .count();
    }

    private static void assertRefused(ModelSource source, ModelLoadException.Reason reason, String message) {
        OrtRuntime runtime = new OrtRuntime();
        assertThatThrownBy(() -> ModelServer.onnx(source).runtime(runtime).open())
                .isInstanceOfSatisfying(
                        ModelLoadException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
        assertThat(runtime.openHandles()).isZero();
    }

    private record FailingClose(ByteBuffer bytes) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            throw new IOException("vault is gone");
        }
    }
}
