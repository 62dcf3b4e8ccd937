package io.aidc.training.torch.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.aidc.training.Dataset;
import io.aidc.training.EveryLayer;
import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.engine.Replica;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TorchScriptExportTest {
    private static final Map<String, Network> NETWORKS = EveryLayer.networks();

    @TempDir
    Path directory;

    private static Network network(String name) {
        return Objects.requireNonNull(NETWORKS.get(name), name);
    }

    static Stream<String> names() {
        return NETWORKS.keySet().stream();
    }

    static LongStream seeds() {
        return LongStream.concat(
                LongStream.range(0, 12),
                LongStream.of(Long.getLong("test.seed", Clock.systemUTC().millis())));
    }

    @ParameterizedTest
    @MethodSource("names")
    void write_ofALayer_answersAsTheTrainedModelDoes(String name) {
        Network network = network(name);
        try (TrainingResult result = EveryLayer.trained(network, 3)) {
            requireSame(result.model(), network);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void write_ofARandomNetwork_answersAsTheTrainedModelDoes(long seed) {
        Network network = EveryLayer.random(seed);
        try (TrainingResult result = EveryLayer.trained(network, seed)) {
            requireSame(result.model(), network);
        }
    }

    /** Loads what was written and asks it, with rows in their shape and flat. */
    private void requireSame(TrainedModel model, Network network) {
        Path file = directory.resolve("network.pt");
        TorchScriptExport.write(model, file);
        float[][] rows = EveryLayer.rows(network, 7, 5);
        float[][] expected = model.predict(rows);
        for (Shape input : new Shape[] {network.input(), Shape.of(network.inputs())}) {
            TorchScriptModel read = TorchScriptModel.load(file)
                    .input(input)
                    .outputs(network.outputs())
                    .loss(Loss.MSE);
            assertThat(read.parameters()).containsExactlyInAnyOrderElementsOf(network.parameters());
            assertThat(read.statistics()).containsAll(network.statistics());
            try (Replica replica = read.replica(FlatBuffers.floats(read.initialParameters(1)), 1)) {
                requireClose(replica.predict(7, flat(rows)), expected);
                requireClose(replica.predict(1, flat(new float[][] {rows[0]})), new float[][] {expected[0]});
            }
        }
    }

    private static FloatBuffer flat(float[][] rows) {
        FloatBuffer flat = FlatBuffers.floats(rows.length * rows[0].length);
        for (float[] row : rows) {
            flat.put(row);
        }
        return flat.flip();
    }

    private static void requireClose(float[] answers, float[][] expected) {
        int width = expected[0].length;
        for (int row = 0; row < expected.length; row++) {
            assertThat(Arrays.copyOfRange(answers, row * width, (row + 1) * width))
                    .containsExactly(expected[row], within(1e-5f));
        }
    }

    @Test
    void snippet() {
        try (TrainingResult result = EveryLayer.trained(network("transformer"), 1)) {
            // @start region="export"
            TorchScriptExport.write(result.model(), directory.resolve("network.pt"));
            // @end
        }
        assertThat(directory.resolve("network.pt")).exists();
    }

    @Test
    void write_ofOneModel_givesTheSameBytesAndNothingElse() throws IOException {
        try (TrainingResult result = EveryLayer.trained(network("nesting"), 1)) {
            Files.writeString(directory.resolve("a.pt"), "old");
            TorchScriptExport.write(result.model(), directory.resolve("a.pt"));
            TorchScriptExport.write(result.model(), directory.resolve("b.pt"));
        }
        assertThat(directory.resolve("a.pt")).hasSameBinaryContentAs(directory.resolve("b.pt"));
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(2);
        }
    }

    /** What an export of layers holds can be trained on, and written again. */
    @Test
    void write_ofAModelTrainedFromAFile_holdsTheTrainedNumbers() {
        TorchScriptModel model = TorchScriptModel.load(TorchScriptModelTest.sample("images"))
                .input(Shape.of(1, 6, 6))
                .outputs(3)
                .loss(Loss.MSE);
        float[][] rows = EveryLayer.rows(Network.of(Layer.linear(36, 3)), 8, 1);
        Path file = directory.resolve("trained.pt");
        try (TrainingResult result =
                TrainingRun.of(model).steps(3).seed(1).fit(Dataset.regression(rows, new float[8][3]))) {
            TorchScriptExport.write(result.model(), file);
            TorchScriptModel read = TorchScriptModel.load(file)
                    .input(Shape.of(1, 6, 6))
                    .outputs(3)
                    .loss(Loss.MSE);
            assertThat(read.initialParameters(1)).containsExactly(result.model().numbers());
            assertThat(read.initialParameters(1)).isNotEqualTo(model.initialParameters(1));
            try (Replica replica = read.replica(FlatBuffers.floats(read.initialParameters(1)), 1)) {
                requireClose(replica.predict(8, flat(rows)), result.model().predict(rows));
            }
        }
    }

    @Test
    void write_whereItCannot_namesTheFileAndLeavesNothing() throws IOException {
        try (TrainingResult result = EveryLayer.trained(network("linear"), 1)) {
            assertThatThrownBy(() -> TorchScriptExport.write(
                            result.model(), directory.resolve("none").resolve("network.pt")))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("network.pt");
            Path taken = Files.createDirectory(directory.resolve("taken"));
            Files.createFile(taken.resolve("inside"));
            assertThatThrownBy(() -> TorchScriptExport.write(result.model(), taken))
                    .isInstanceOf(UncheckedIOException.class);
        }
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(directory.resolve("taken"));
        }
    }

    @Test
    void write_ofAClosedModel_isRefused() {
        TrainingResult result = EveryLayer.trained(network("linear"), 1);
        result.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> TorchScriptExport.write(result.model(), directory.resolve("network.pt")));
    }

    /** Skipped unless -Daidc.python names a Python with PyTorch; see src/test/python/torchscript.py. */
    @Test
    void write_ofEveryLayer_answersInPythonAsTheTrainedModelDoes() throws IOException, InterruptedException {
        String python = System.getProperty("aidc.python", "");
        assumeThat(python).as("-Daidc.python").isNotEmpty();
        int number = 0;
        for (Network network : NETWORKS.values()) {
            try (TrainingResult result = EveryLayer.trained(network, 3)) {
                String name = "network-" + number++;
                TorchScriptExport.write(result.model(), directory.resolve(name + ".pt"));
                trace(result.model(), network, directory.resolve(name + ".txt"));
            }
        }
        Path root = Path.of(System.getProperty("aidc.root"));
        Process process = new ProcessBuilder(
                        python,
                        root.resolve("sdk-training/src/test/python/torchscript.py")
                                .toString(),
                        "check",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(directory.resolve("output")))
                .contains("checked %d files with PyTorch".formatted(NETWORKS.size()));
    }

    private static void trace(TrainedModel model, Network network, Path file) throws IOException {
        float[][] rows = EveryLayer.rows(network, 7, 5);
        List<String> lines = new ArrayList<>();
        lines.add("shape "
                + network.input().extents().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        lines.add(line("rows", flat(rows)));
        lines.add(line("answers", flat(model.predict(rows))));
        model.parameters().forEach((name, values) -> lines.add(line(name, FlatBuffers.floats(values))));
        model.statistics().forEach((name, values) -> lines.add(line(name, FlatBuffers.floats(values))));
        Files.write(file, lines);
    }

    private static String line(String name, FloatBuffer numbers) {
        var line = new StringBuilder(name);
        while (numbers.hasRemaining()) {
            line.append(' ').append(numbers.get());
        }
        return line.toString();
    }
}
