package io.aidc.training.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.onnx.OnnxExport;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Sgd;
import io.aidc.training.torch.NativeThreads;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class SameDiffModelTest {
    private static final int ROWS = 64;

    @BeforeAll
    static void settleThreads() {
        NativeThreads.waitPassively();
    }

    private static Dataset data() {
        var random = new SplittableRandom(4);
        float[][] features = new float[ROWS][5];
        int[] labels = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            labels[i] = random.nextInt(3);
            for (int j = 0; j < 5; j++) {
                features[i][j] = (float) (random.nextDouble(-1, 1) + (j == labels[i] ? 1.5 : 0));
            }
        }
        return Dataset.classification(features, labels, 3);
    }

    /** Weights in Fortran order too, as SameDiff users may have them. */
    private static SameDiff network() {
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 5);
        SDVariable y = graph.placeHolder("y", DataType.FLOAT, -1, 3);
        SDVariable w1 = graph.var("w1", weights(5, 8, 1));
        SDVariable b1 = graph.var("b1", Nd4j.zeros(DataType.FLOAT, 8));
        SDVariable w2 = graph.var("w2", weights(8, 3, 2).dup('f'));
        SDVariable hidden = graph.math().tanh(x.mmul(w1).add(b1));
        SDVariable logits = hidden.mmul("logits", w2);
        graph.loss().softmaxCrossEntropy("loss", y, logits, null);
        graph.setLossVariables("loss");
        return graph;
    }

    private static INDArray weights(int rows, int columns, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-0.5, 0.5);
        }
        return Nd4j.createFromArray(values).reshape('c', rows, columns);
    }

    private static SameDiffModel model(SameDiff graph) {
        return SameDiffModel.of(graph)
                .features("x")
                .labels("y")
                .output("logits")
                .loss("loss");
    }

    @Test
    void snippet() {
        SameDiff graph = network();
        Dataset data = data();
        // @start region="samediff"
        SameDiffModel model = SameDiffModel.of(graph)
                .features("x")
                .labels("y")
                .output("logits")
                .loss("loss");
        try (TrainingResult result = TrainingRun.of(model)
                .optimizer(Adam.rate(0.05))
                .epochs(20)
                .workers(2)
                .fit(data)) {
            assertThat(result.model().accuracy(data)).isGreaterThan(0.8);
            SameDiff trained = model.trained(result.model());
            assertThat(trained.getVariable("w1").getArr())
                    .isNotEqualTo(graph.getVariable("w1").getArr());
        }
        // @end
    }

    /** Full batches leave the order of rows no part in it: ND4J's own fit with its own SGD does the same steps. */
    @Test
    void fit_ofFullBatches_equalsNd4jsOwnFit() {
        Dataset data = data();
        SameDiff own = network();
        own.setTrainingConfig(TrainingConfig.builder()
                .updater(new org.nd4j.linalg.learning.config.Sgd(0.5))
                .dataSetFeatureMapping("x")
                .dataSetLabelMapping("y")
                .build());
        INDArray features = Nd4j.create(DataType.FLOAT, ROWS, 5);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, ROWS, 3);
        for (int i = 0; i < ROWS; i++) {
            features.putRow(i, Nd4j.createFromArray(data.row(i)));
            labels.putScalar(i, data.label(i), 1);
        }
        for (int step = 0; step < 10; step++) {
            own.fit(new DataSet(features, labels));
        }
        for (int workers : new int[] {1, 2}) {
            try (TrainingResult result = TrainingRun.of(model(network()))
                    .optimizer(Sgd.rate(0.5))
                    .batchSize(ROWS)
                    .steps(10)
                    .workers(workers)
                    .seed(1)
                    .fit(data)) {
                Map<String, float[]> parameters = result.model().parameters();
                assertThat(parameters.keySet()).containsExactlyInAnyOrder("w1", "b1", "w2");
                parameters.forEach((name, values) -> assertThat(values)
                        .as("%s on %d workers", name, workers)
                        .containsExactly(
                                own.getVariable(name).getArr().dup('c').data().asFloat(), within(2e-6f)));
            }
        }
    }

    @Test
    void fit_leavesTheCallersNetworkAlone() {
        SameDiff graph = network();
        INDArray before = graph.getVariable("w2").getArr().dup();
        TrainingRun.of(model(graph)).steps(2).fit(data()).close();
        assertThat(graph.getVariable("w2").getArr()).isEqualTo(before);
    }

    @Test
    void predict_equalsTheTrainedNetwork() {
        SameDiffModel model = model(network());
        Dataset data = data();
        try (TrainingResult result = TrainingRun.of(model).steps(3).seed(1).fit(data)) {
            INDArray row = Nd4j.createFromArray(new float[][] {data.row(7)});
            float[] expected = model.trained(result.model())
                    .outputSingle(Map.of("x", row), "logits")
                    .dup('c')
                    .data()
                    .asFloat();
            assertThat(result.model().predict(data.row(7))).containsExactly(expected, within(1e-6f));
            assertThat(result.report().versions()).containsKeys("nd4j-native", "pytorch");
        }
    }

    @Test
    void privacy_isRefusedByName() {
        DpSgd privacy =
                DpSgd.clip(1).noiseMultiplier(1).sampling(1, n -> new int[0]).noise((sum, deviation) -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(model(network())).privacy(privacy))
                .withMessageStartingWith("cannot be trained privately")
                .withMessageContaining("SameDiff");
    }

    @Test
    void export_isRefusedByName() {
        try (TrainingResult result = TrainingRun.of(model(network())).steps(1).fit(data())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> OnnxExport.of(result.model()))
                    .withMessageContaining("SameDiff");
        }
    }

    @Test
    void names_thatDoNotExist_areRefused() {
        SameDiffModel model = SameDiffModel.of(network());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.features("z"))
                .withMessageContaining("no variable 'z'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.labels("w1"))
                .withMessage("variable 'w1' is not a placeholder");
        assertThatIllegalStateException()
                .isThrownBy(() -> TrainingRun.of(model.features("x").labels("y").loss("loss"))
                        .fit(data()))
                .withMessage("the SameDiff model lacks output");
    }

    @Test
    void data_thatDoesNotFit_isRefused() {
        Dataset narrow = Dataset.classification(new float[][] {{1}}, new int[] {0}, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(model(network())).fit(narrow))
                .withMessage("the SameDiff takes 5 features, but the data has 1");
    }

    @Test
    void networks_withoutOrWithOtherVariables_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SameDiffModel.of(SameDiff.create()));
        SameDiff doubles = SameDiff.create();
        doubles.var("w", Nd4j.zeros(DataType.DOUBLE, 2, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SameDiffModel.of(doubles))
                .withMessageContaining("must be FLOAT, got DOUBLE");
    }

    @Test
    void softmaxOutput_isTakenAsProbabilities() {
        SameDiff graph = network();
        graph.nn().softmax("shares", graph.getVariable("logits"));
        SameDiffModel model = SameDiffModel.of(graph)
                .features("x")
                .labels("y")
                .output("shares")
                .loss("loss");
        try (TrainingResult result = TrainingRun.of(model).steps(5).seed(1).fit(data())) {
            float[][] rows = {{1, 0, 0, 0, 0}};
            float[] raw = result.model().predict(rows)[0];
            assertThat(raw[0] + raw[1] + raw[2]).isCloseTo(1, within(1e-5f));
            assertThat(result.model().predictor().predict(rows)[0]).containsExactly(raw);
        }
    }

    @Test
    void labelsOfUnknownWidth_areRefused() {
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 5);
        SDVariable y = graph.placeHolder("y", DataType.FLOAT, -1, -1);
        SDVariable logits = x.mmul("logits", graph.var("w", weights(5, 3, 1)));
        graph.loss().softmaxCrossEntropy("loss", y, logits, null);
        SameDiffModel model = SameDiffModel.of(graph)
                .features("x")
                .labels("y")
                .output("logits")
                .loss("loss");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingRun.of(model).steps(1).fit(data()))
                .withMessageContaining("placeholder 'y' must say how many outputs there are");
    }
}
