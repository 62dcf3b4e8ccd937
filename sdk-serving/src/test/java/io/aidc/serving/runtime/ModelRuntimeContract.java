package io.aidc.serving.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.serving.ElementType;
import io.aidc.serving.InferenceException;
import io.aidc.serving.ModelLoadException;
import io.aidc.serving.Tensor;
import io.aidc.serving.TensorSpec;
import io.aidc.serving.TestModels;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link ModelRuntime} has to do. */
@Timeout(60)
public abstract class ModelRuntimeContract {
    private static final int[] WIDTHS = {5, 7, 2};
    private static final byte[] MLP = TestModels.mlp(1, WIDTHS);
    private static final LoadOptions OPEN = new LoadOptions("contract", 1, LoadOptions.Secrecy.OPEN);

    protected abstract ModelRuntime runtime();

    /** Types that an input may have, by their number in ONNX. */
    protected abstract Map<ElementType, Integer> types();

    @Test
    void name_saysEngineAndVersion() {
        assertThat(runtime().name()).contains("onnxruntime 1.29.0");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.serving.Seeds#stream")
    void run_randomModelAndBatch_givesEachRowItsAnswer(long seed) {
        Random random = new Random(seed);
        int rows = 1 + random.nextInt(9);
        float[] x = TestModels.row(random, rows * 5);
        try (LoadedModel model = load(TestModels.mlp(seed, WIDTHS))) {
            Tensor y = output(model, Map.of("x", Tensor.of(x, rows, 5)), "y");

            assertThat(y.shape()).containsExactly(rows, 2);
            for (int r = 0; r < rows; r++) {
                double[] expected = TestModels.mlpReference(seed, Arrays.copyOfRange(x, 5 * r, 5 * r + 5), WIDTHS);
                for (int j = 0; j < 2; j++) {
                    assertThat(Math.abs(y.floats()[2 * r + j] - expected[j])).isLessThan(1e-5);
                }
            }
        }
    }

    @Test
    void inputsAndOutputs_areThoseOfTheGraph() {
        try (LoadedModel model = load(TestModels.sum(3))) {
            assertThat(model.inputs()).extracting(TensorSpec::name).containsExactly("a", "b");
            assertThat(model.inputs().get(1))
                    .isEqualTo(new TensorSpec("b", ElementType.FLOAT32, List.of(-1L, 3L), List.of("N", "")));
            assertThat(model.outputs())
                    .containsExactly(new TensorSpec("z", ElementType.FLOAT32, List.of(-1L, 3L), List.of("N", "")));
        }
    }

    @Test
    void run_severalInputs_areTakenByName() {
        try (LoadedModel model = load(TestModels.sum(2))) {
            Tensor a = Tensor.of(new float[] {1, 2}, 1, 2);
            Tensor b = Tensor.of(new float[] {10, 20}, 1, 2);

            assertThat(output(model, Map.of("b", b, "a", a), "z").floats()).containsExactly(11, 22);
        }
    }

    @Test
    void run_everyType_passesThroughUnchanged() {
        types().forEach((type, number) -> {
            byte[] bytes = new byte[6 * type.bytes()];
            new Random(1).nextBytes(bytes);
            if (type == ElementType.BOOL) {
                bytes = new byte[] {1, 0, 0, 1, 1, 0};
            }
            Tensor x = Tensor.of(type, ByteBuffer.wrap(bytes), 2, 3);
            try (LoadedModel model = load(TestModels.unary("Identity", number, 3))) {
                assertThat(model.run(Map.of("x", x))).as(type.name()).isEqualTo(Map.of("y", x));
            }
        });
    }

    @Test
    void run_textOfSeveralColumns_keepsItsOrder() {
        Tensor text = Tensor.of(new String[] {"a", "ä", "", "d", "e", "漢"}, 2, 3);
        try (LoadedModel model = load(TestModels.unary("Identity", 8, 3))) {
            assertThat(output(model, Map.of("x", text), "y")).isEqualTo(text);
            assertThat(output(model, Map.of("x", text), "y")).isEqualTo(text);
        }
    }

    @Test
    void run_changingShapes_answersEach() {
        try (LoadedModel model = load(TestModels.anyWidth())) {
            for (int[] shape : new int[][] {{1, 1}, {8, 3}, {1, 1}, {2, 12}, {12, 2}, {0, 4}, {64, 64}, {1, 2}}) {
                float[] x = TestModels.row(new Random(7), shape[0] * shape[1]);
                Tensor y = output(model, Map.of("x", Tensor.of(x, shape[0], shape[1])), "y");

                float[] negated = x.clone();
                for (int i = 0; i < x.length; i++) {
                    negated[i] = -x[i];
                }
                assertThat(y).isEqualTo(Tensor.of(negated, shape[0], shape[1]));
            }
        }
    }

    @Test
    void run_laterRuns_leaveEarlierAnswersAlone() {
        try (LoadedModel model = load(TestModels.anyWidth())) {
            Tensor first = output(model, Map.of("x", Tensor.of(new float[] {1}, 1, 1)), "y");
            model.run(Map.of("x", Tensor.of(new float[] {2}, 1, 1)));

            assertThat(first.floats()).containsExactly(-1);
        }
    }

    @Test
    void run_wrongInputs_failAndLeaveTheModelUsable() {
        try (LoadedModel model = load(MLP)) {
            Tensor fits = Tensor.of(new float[5], 1, 5);
            for (Map<String, Tensor> wrong : List.of(
                    Map.<String, Tensor>of(),
                    Map.of("q", fits),
                    Map.of("x", fits, "q", fits),
                    Map.of("x", Tensor.of(new float[4], 1, 4)),
                    Map.of("x", Tensor.of(new double[5], 1, 5)),
                    Map.of("x", Tensor.of(new String[] {"a", "b", "c", "d", "e"}, 1, 5)))) {
                assertThatThrownBy(() -> model.run(wrong))
                        .isInstanceOf(InferenceException.class)
                        .hasMessageContaining("'contract'");
                assertThat(model.run(Map.of("x", fits))).containsOnlyKeys("y");
            }
        }
    }

    @Test
    void load_bufferWipedAfterwards_changesNothing() {
        ByteBuffer bytes = TestModels.direct(MLP);
        Tensor x = Tensor.of(TestModels.row(new Random(2), 5), 1, 5);
        try (LoadedModel untouched = load(MLP);
                LoadedModel wiped = runtime().load(bytes, OPEN)) {
            for (int i = 0; i < bytes.capacity(); i++) {
                bytes.put(i, (byte) 0);
            }
            assertThat(wiped.run(Map.of("x", x))).isEqualTo(untouched.run(Map.of("x", x)));
        }
    }

    @Test
    void load_badModels_areRefusedByName() {
        assertRefused(new byte[] {1, 2, 3}, ModelLoadException.Reason.NOT_A_MODEL);
        assertRefused(TestModels.unary("Frobnicate", 1, 2), ModelLoadException.Reason.UNSUPPORTED_OPERATOR);
        assertRefused(TestModels.unary("Identity", 13, 2), ModelLoadException.Reason.UNSUPPORTED_TYPE);
        assertRefused(TestModels.zipMap(), ModelLoadException.Reason.UNSUPPORTED_TYPE);
    }

    @Test
    void close_twice_thenRunIsRefused() {
        LoadedModel model = load(MLP);
        model.close();
        model.close();

        assertThatThrownBy(() -> model.run(Map.of("x", Tensor.of(new float[5], 1, 5))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void close_underRunsOfFourThreads_crashesNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 20; round++) {
                LoadedModel model = load(MLP);
                CountDownLatch running = new CountDownLatch(40);
                List<Future<Integer>> runs = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    Tensor x = Tensor.of(TestModels.row(new Random(t), 5), 1, 5);
                    Map<String, Tensor> expected = model.run(Map.of("x", x));
                    runs.add(threads.submit(() -> runUntilClosed(model, x, expected, running)));
                }
                running.await();
                model.close();
                for (Future<Integer> each : runs) {
                    assertThat(each.get()).isZero();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    protected final LoadedModel load(byte[] model) {
        return runtime().load(TestModels.direct(model), OPEN);
    }

    private static Tensor output(LoadedModel model, Map<String, Tensor> inputs, String name) {
        return Objects.requireNonNull(model.run(inputs).get(name), name);
    }

    private static int runUntilClosed(
            LoadedModel model, Tensor x, Map<String, Tensor> expected, CountDownLatch running) {
        int wrong = 0;
        try {
            while (true) {
                wrong += model.run(Map.of("x", x)).equals(expected) ? 0 : 1;
                running.countDown();
            }
        } catch (IllegalStateException closed) {
            return wrong;
        }
    }

    private void assertRefused(byte[] model, ModelLoadException.Reason reason) {
        assertThatThrownBy(() -> load(model).close())
                .isInstanceOfSatisfying(
                        ModelLoadException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
