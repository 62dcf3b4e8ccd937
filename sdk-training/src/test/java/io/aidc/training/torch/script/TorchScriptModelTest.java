package io.aidc.training.torch.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Shape;
import io.aidc.training.onnx.OnnxExport;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Sgd;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptModelTest {
    /** A module that Python made, see src/test/python/torchscript.py. */
    static Path sample(String name) {
        String file = "/golden/torchscript-" + name + ".pt";
        try {
            return Path.of(Objects.requireNonNull(TorchScriptModelTest.class.getResource(file), file)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Dataset classes(int rows, int width) {
        var random = new SplittableRandom(1);
        float[][] features = new float[rows][width];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = random.nextInt(3);
            for (int j = 0; j < width; j++) {
                features[i][j] = (float) (random.nextDouble(-1, 1) + (j % 4 == labels[i] ? 2 : 0));
            }
        }
        return Dataset.classification(features, labels, 3);
    }

    private static TorchScriptModel images() {
        return TorchScriptModel.load(sample("images"))
                .input(Shape.of(1, 6, 6))
                .outputs(3)
                .loss(Loss.CROSS_ENTROPY);
    }

    @Test
    void snippet(@TempDir Path directory) {
        Path path = sample("images");
        Dataset data = classes(90, 36);
        // @start region="torchscript"
        TorchScriptModel model =
                TorchScriptModel.load(path).input(Shape.of(1, 6, 6)).outputs(3).loss(Loss.CROSS_ENTROPY);
        try (TrainingResult result = TrainingRun.of(model)
                .optimizer(Adam.rate(0.01))
                .epochs(20)
                .workers(2)
                .fit(data)) {
            assertThat(result.model().accuracy(data)).isGreaterThan(0.8);
            TorchScriptExport.write(result.model(), directory.resolve("trained.pt"));
        }
        // @end
        assertThat(directory.resolve("trained.pt")).exists();
    }

    /** The same network of layers, from the same numbers, takes the same steps; on one worker and on two. */
    @Test
    void fit_equalsThatOfTheSameLayers() {
        Dataset data = classes(64, 4);
        TorchScriptModel model = TorchScriptModel.load(sample("rows"))
                .input(Shape.of(4))
                .outputs(3)
                .loss(Loss.CROSS_ENTROPY);
        Network network = Network.of(Layer.linear(4, 6), Layer.layerNorm(6), Layer.tanh(), Layer.linear(6, 3));
        for (int workers : new int[] {1, 2}) {
            try (TrainingResult script = TrainingRun.of(model)
                            .optimizer(Sgd.rate(0.1))
                            .steps(20)
                            .workers(workers)
                            .seed(1)
                            .fit(data);
                    TrainingResult layers = TrainingRun.of(network, Loss.CROSS_ENTROPY)
                            .optimizer(Sgd.rate(0.1))
                            .startFrom(model.initialParameters(0))
                            .steps(20)
                            .workers(workers)
                            .seed(1)
                            .fit(data)) {
                assertThat(script.model().parameters().keySet())
                        .isEqualTo(layers.model().parameters().keySet());
                assertThat(script.model().numbers())
                        .containsExactly(layers.model().numbers(), within(1e-5f));
                assertThat(script.model().predict(data.row(3)))
                        .containsExactly(layers.model().predict(data.row(3)), within(1e-5f));
            }
        }
    }

    @Test
    void fit_movesStatisticsAndLeavesTheDescriptionAlone() {
        TorchScriptModel model = images();
        float[] before = model.initialParameters(1);
        try (TrainingResult result =
                TrainingRun.of(model).steps(3).workers(2).seed(1).fit(classes(30, 36))) {
            assertThat(result.model().statistics().keySet())
                    .containsExactly("body.1.running_mean", "body.1.running_var");
            assertThat(result.model().statistics().get("body.1.running_mean")).doesNotContain(0);
            assertThat(result.report().versions()).containsKey("pytorch");
        }
        assertThat(model.initialParameters(2)).containsExactly(before);
    }

    /** Dropout draws: on one worker the same seed gives the same numbers, another seed others. */
    @Test
    void fit_ofAModuleThatDraws_isTheSameForTheSameSeed(@TempDir Path directory) {
        TorchScriptModel model = drawing(directory);
        Dataset data = classes(32, 4);
        assertThat(trained(model, data, 5)).containsExactly(trained(model, data, 5));
        assertThat(trained(model, data, 5)).isNotEqualTo(trained(model, data, 6));
    }

    @Test
    void resume_ofAModuleThatDraws_givesTheBitsOfARunWithoutABreak(@TempDir Path directory) {
        TorchScriptModel model = drawing(directory);
        Dataset data = classes(32, 4);
        Supplier<TrainingRun> run = () -> TrainingRun.of(model)
                .batchSize(8)
                .steps(12)
                .accumulate(2)
                .seed(5)
                .checkpoints(Checkpoints.in(directory.resolve("checkpoints")).every(1));
        Thread caller = Thread.currentThread();
        try (TrainingResult broken = run.get()
                .listener(progress -> {
                    if (progress.step() == 4) {
                        caller.interrupt();
                    }
                })
                .fit(data)) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(broken.report().steps()).isBetween(4, 11);
        }
        float[] whole;
        try (TrainingResult result = TrainingRun.of(model)
                .batchSize(8)
                .steps(12)
                .accumulate(2)
                .seed(5)
                .fit(data)) {
            whole = result.model().numbers();
        }
        try (TrainingResult resumed = run.get().resume().fit(data)) {
            assertThat(resumed.report().losses()).hasSizeLessThan(12);
            assertThat(resumed.model().numbers()).containsExactly(whole);
        }
    }

    private static TorchScriptModel drawing(Path directory) {
        Path file = directory.resolve("dropout.pt");
        Network network = Network.of(Layer.linear(4, 16), Layer.dropout(0.5), Layer.linear(16, 3));
        try (TrainingResult layers =
                TrainingRun.of(network, Loss.CROSS_ENTROPY).steps(1).seed(1).fit(classes(32, 4))) {
            TorchScriptExport.write(layers.model(), file);
        }
        return TorchScriptModel.load(file).input(Shape.of(4)).outputs(3).loss(Loss.CROSS_ENTROPY);
    }

    private static float[] trained(TorchScriptModel model, Dataset data, long seed) {
        // Batches of all rows leave nothing but dropout to the seed.
        try (TrainingResult result =
                TrainingRun.of(model).batchSize(32).steps(4).seed(seed).fit(data)) {
            return result.model().numbers();
        }
    }

    @Test
    void ids_areHandedOverAsWholeNumbers() {
        float[][] rows = {{0, 1, 2, 3, 4}, {6, 5, 4, 3, 2}};
        TorchScriptModel model = TorchScriptModel.load(sample("tied"))
                .input(Shape.of(5))
                .outputs(7)
                .loss(Loss.CROSS_ENTROPY);
        Dataset data = Dataset.classification(rows, new int[] {0, 6}, 7);
        try (TrainingResult result = TrainingRun.of(model.ids())
                .optimizer(Adam.rate(0.05))
                .steps(200)
                .fit(data)) {
            assertThat(result.model().accuracy(data)).isEqualTo(1);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(model).steps(1).fit(data))
                .withMessageStartingWith("torchscript-tied.pt does not take rows of shape [5]");
    }

    @Test
    void data_thatDoesNotFit_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(images()).steps(1).fit(classes(9, 35)))
                .withMessage("the network has 36 features, but the data needs 35");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(images().outputs(4)).steps(1).fit(classes(9, 36)))
                .withMessage("the network has 4 outputs, but the data needs 3");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TrainingRun.of(images().loss(Loss.MSE)).steps(1).fit(classes(9, 36)))
                .withMessageStartingWith("MSE needs numeric targets");
    }

    @Test
    void options_thatAreLackingOrOutOfRange_areNamed() {
        TorchScriptModel model = TorchScriptModel.load(sample("rows"));
        assertThatIllegalStateException()
                .isThrownBy(() -> model.outputs(3).loss(Loss.MSE).requireFit(4, 0, 3))
                .withMessage("the TorchScript model lacks input");
        assertThatIllegalStateException()
                .isThrownBy(() -> model.input(Shape.of(4)).loss(Loss.MSE).requireFit(4, 0, 3))
                .withMessage("the TorchScript model lacks outputs");
        assertThatIllegalStateException()
                .isThrownBy(() -> model.input(Shape.of(4)).outputs(3).requireFit(4, 0, 3))
                .withMessage("the TorchScript model lacks loss");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.outputs(0))
                .withMessage("outputs must be > 0, got 0");
    }

    @Test
    void load_ofAMissingFile_namesIt() {
        assertThatThrownBy(() -> TorchScriptModel.load(Path.of("nowhere.pt")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Cannot read nowhere.pt");
    }

    @Test
    void privacyAndOnnx_areRefusedByName() {
        DpSgd privacy =
                DpSgd.clip(1).noiseMultiplier(1).sampling(1, n -> new int[0]).noise((sum, deviation) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(images()).privacy(privacy))
                .withMessageContaining("TorchScript torchscript-images.pt");
        try (TrainingResult result = TrainingRun.of(images()).steps(1).fit(classes(9, 36))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OnnxExport.of(result.model()))
                    .withMessageContaining("TorchScript");
        }
    }
}
