package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Replica;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import io.aidc.training.torch.internal.TorchScriptFile.Input;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Modules that Python made, against what PyTorch makes of them; see src/test/python/torchscript.py. */
class TorchScriptReplicaTest {
    @SuppressWarnings("ImmutableEnumChecker") // a shape cannot change
    enum Sample {
        ROWS(Shape.of(4), 3),
        IMAGES(Shape.of(1, 6, 6), 3),
        LSTM(Shape.of(5, 4), 3),
        TIED(Shape.of(5), 7);

        private final Shape row;
        private final int outputs;

        Sample(Shape row, int outputs) {
            this.row = row;
            this.outputs = outputs;
        }

        private TorchScriptFile file() {
            return TorchScriptFile.read(path("torchscript-" + name().toLowerCase(Locale.ROOT) + ".pt"));
        }

        private Golden golden() throws IOException {
            return new Golden("torchscript-" + name().toLowerCase(Locale.ROOT) + ".txt");
        }

        private Replica replica(FloatBuffer numbers) {
            var input = new Input(row, this == TIED);
            return file().replica(numbers, input, Loss.CROSS_ENTROPY, outputs, 1);
        }
    }

    private static Path path(String file) {
        try {
            return Path.of(Objects.requireNonNull(TorchScriptReplicaTest.class.getResource("/golden/" + file), file)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Batch batch(Golden golden, int classes) {
        return new Batch(8, classes, FlatBuffers.floats(golden.get("rows")), FlatBuffers.floats(golden.get("targets")));
    }

    private static float[] array(FloatBuffer buffer, int from, int to) {
        float[] all = new float[buffer.limit()];
        buffer.get(0, all);
        return Arrays.copyOfRange(all, from, to);
    }

    private static int count(TorchScriptFile file) {
        return file.parameters().stream().mapToInt(Parameter::size).sum();
    }

    @ParameterizedTest
    @EnumSource
    void numbers_areTheValuesInTheFile(Sample sample) throws IOException {
        float[] numbers = sample.file().numbers();
        float[] expected = sample.golden().get("parameters");
        assertThat(Arrays.copyOf(numbers, count(sample.file()))).containsExactly(expected);
    }

    /** The LSTM is one that oneDNN would answer wrongly without gradients. */
    @ParameterizedTest
    @EnumSource
    void predict_equalsPyTorch(Sample sample) throws IOException {
        Golden golden = sample.golden();
        try (Replica replica = sample.replica(FlatBuffers.floats(sample.file().numbers()))) {
            float[] answers = replica.predict(8, FlatBuffers.floats(golden.get("rows")));
            assertThat(Golden.relativeError(answers, golden.get("answers"))).isLessThan(1e-5);
        }
    }

    /** Also after the executor has optimised what it saw, and with predictions between. */
    @ParameterizedTest
    @EnumSource
    void gradient_equalsPyTorchEachTime(Sample sample) throws IOException {
        Golden golden = sample.golden();
        int count = count(sample.file());
        FloatBuffer numbers = FlatBuffers.floats(sample.file().numbers());
        FloatBuffer into = FlatBuffers.floats(count);
        try (Replica replica = sample.replica(numbers)) {
            for (int time = 0; time < 4; time++) {
                double loss = replica.gradient(batch(golden, sample.outputs), 1, into);
                assertThat(loss).isCloseTo(golden.get("loss")[0], within(1e-4));
                assertThat(Golden.relativeError(array(into, 0, count), golden.get("gradient")))
                        .isLessThan(1e-5);
                if (time == 0) {
                    float[] statistics = array(numbers, count, numbers.limit());
                    assertThat(statistics).containsExactly(golden.get("statistics"), within(1e-6f));
                }
                replica.predict(8, FlatBuffers.floats(golden.get("rows")));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void loss_isThatOfTheAnswersAndLeavesStatisticsAlone(Sample sample) throws IOException {
        Golden golden = sample.golden();
        FloatBuffer numbers = FlatBuffers.floats(sample.file().numbers());
        try (Replica replica = sample.replica(numbers)) {
            double expected = 0;
            float[] answers = golden.get("answers");
            for (int row = 0; row < 8; row++) {
                double sum = 0;
                for (int i = 0; i < sample.outputs; i++) {
                    sum += Math.exp(answers[row * sample.outputs + i]);
                }
                expected += Math.log(sum) - answers[row * sample.outputs + (int) golden.get("targets")[row]];
            }
            assertThat(replica.loss(batch(golden, sample.outputs))).isCloseTo(expected, within(1e-4));
            assertThat(array(numbers, 0, numbers.limit()))
                    .containsExactly(sample.file().numbers());
        }
    }

    /** A step moves the numbers in their buffer, and the module has them at once. */
    @Test
    void predict_followsTheSharedNumbers() throws IOException {
        FloatBuffer numbers = FlatBuffers.floats(Sample.TIED.file().numbers());
        Golden golden = Sample.TIED.golden();
        try (Replica replica = Sample.TIED.replica(numbers)) {
            for (int i = 0; i < 28; i++) {
                numbers.put(i, 0);
            }
            replica.parametersChanged();
            // The table is the last layer too.
            assertThat(replica.predict(8, FlatBuffers.floats(golden.get("rows"))))
                    .containsOnly(0);
        }
    }

    @Test
    void answers_thatAreNotAsSaid_areRefused() {
        TorchScriptFile rows = Sample.ROWS.file();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rows.requireAnswer(new Input(Shape.of(5), false), 3))
                .withMessageStartingWith("torchscript-rows.pt does not take rows of shape [5]: RuntimeError: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rows.requireAnswer(new Input(Shape.of(4), false), 2))
                .withMessage("torchscript-rows.pt must answer with shape [1, 2], got [1, 3]");
        TorchScriptFile pair = TorchScriptFile.read(path("torchscript-pair.pt"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pair.requireAnswer(new Input(Shape.of(4), false), 3))
                .withMessage("torchscript-pair.pt must answer with a tensor, got Tuple");
    }

    /** What is no TorchScript is refused by name, however much of it looks like some. */
    @Test
    void read_ofGarbageOrACutFile_isRefused(@TempDir Path directory) throws IOException {
        byte[] whole = Files.readAllBytes(path("torchscript-rows.pt"));
        var random = new SplittableRandom(1);
        Path file = directory.resolve("broken.pt");
        for (int i = 0; i < 200; i++) {
            byte[] bytes = Arrays.copyOf(whole, random.nextInt(whole.length));
            if (i % 2 == 0) {
                random.nextBytes(bytes);
            }
            Files.write(file, bytes);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TorchScriptFile.read(file))
                    .withMessageStartingWith("broken.pt is not a TorchScript file");
        }
    }
}
