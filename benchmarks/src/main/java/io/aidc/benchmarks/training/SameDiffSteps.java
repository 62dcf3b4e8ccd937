package io.aidc.benchmarks.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.TestDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.weightinit.impl.XavierInitScheme;

/**
 * Times SameDiff's own training steps for {@link StepAgainstNd4j}: for each line with a number of steps, a multiple of 8, it answers with the
 * median milliseconds of a step, the first fifth left out.
 */
final class SameDiffSteps {
    /** Begins a line that answers; ND4J writes lines of its own. */
    static final String ANSWER = "median ";

    private static final int BATCH = 256;
    private static final int ROWS = 2048;

    private SameDiffSteps() {}

    public static void main(String[] arguments) throws IOException {
        Nd4j.getRandom().setSeed(1);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, ROWS, 10);
        for (int row = 0; row < ROWS; row++) {
            labels.putScalar(row, row % 10, 1);
        }
        var data = new DataSet(Nd4j.randn(DataType.FLOAT, ROWS, 784), labels);
        SameDiff network = network();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(ANSWER + medianStep(network, data, Integer.parseInt(line)));
        }
    }

    private static SameDiff network() {
        SameDiff network = SameDiff.create();
        SDVariable features = network.placeHolder("features", DataType.FLOAT, -1, 784);
        SDVariable labels = network.placeHolder("labels", DataType.FLOAT, -1, 10);
        SDVariable first = network.var("w1", new XavierInitScheme('c', 784, 500), DataType.FLOAT, 784, 500);
        SDVariable second = network.var("w2", new XavierInitScheme('c', 500, 10), DataType.FLOAT, 500, 10);
        SDVariable hidden = network.nn().relu(features.mmul(first).add(network.zero("b1", DataType.FLOAT, 1, 500)), 0);
        SDVariable scores = hidden.mmul(second).add("scores", network.zero("b2", DataType.FLOAT, 1, 10));
        network.loss().softmaxCrossEntropy("loss", labels, scores, null);
        network.setLossVariables("loss");
        network.setTrainingConfig(TrainingConfig.builder()
                .updater(new Adam(1e-3))
                .dataSetFeatureMapping("features")
                .dataSetLabelMapping("labels")
                .build());
        return network;
    }

    private static double medianStep(SameDiff network, DataSet data, int steps) {
        List<Double> times = new ArrayList<>();
        long[] last = {System.nanoTime()};
        var clock = new BaseListener() {
            @Override
            public boolean isActive(Operation operation) {
                return operation == Operation.TRAINING;
            }

            @Override
            public void iterationDone(SameDiff model, At at, MultiDataSet batch, Loss loss) {
                long now = System.nanoTime();
                times.add((now - last[0]) / 1e6);
                last[0] = now;
            }
        };
        network.fit(new TestDataSetIterator(data, BATCH), steps * BATCH / ROWS, clock);
        List<Double> counted = new ArrayList<>(times.subList(times.size() / 5, times.size()));
        counted.sort(null);
        return counted.get(counted.size() / 2);
    }
}
