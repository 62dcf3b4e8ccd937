package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.AdamW;
import io.aidc.training.optim.Averaging;
import io.aidc.training.optim.Schedule;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole runs against Python's PyTorch, see src/test/python/golden_optim.py. */
@Timeout(60)
class RunTraceTest {
    private static final Network NETWORK = Network.of(Layer.linear(4, 6), Layer.tanh(), Layer.linear(6, 2));

    @Test
    void fit_withClippingAndASchedule_followsPyTorch() throws IOException {
        try (TrainingResult result = run().fit(data())) {
            assertThat(Golden.relativeError(result.model().numbers(), new Golden("run.txt").get("last")))
                    .isLessThan(1e-5);
        }
    }

    @Test
    void fit_withAnExponentialAverage_followsPyTorch() throws IOException {
        try (TrainingResult result = run().averaging(Averaging.exponential(0.9)).fit(data())) {
            assertThat(Golden.relativeError(result.model().numbers(), new Golden("run.txt").get("average")))
                    .isLessThan(1e-5);
        }
    }

    private static TrainingRun run() {
        float[] start = new float[NETWORK.parameterCount()];
        for (int i = 0; i < start.length; i++) {
            start[i] = (float) (0.5 * Math.sin(i + 0.5));
        }
        return TrainingRun.of(NETWORK, Loss.MSE)
                .optimizer(AdamW.rate(0.02))
                .schedule(Schedule.warmUp(5, Schedule.cosine(0)))
                .clipGradients(0.3)
                .batchSize(16)
                .epochs(40)
                .startFrom(start)
                .seed(1);
    }

    private static Dataset data() {
        float[][] features = new float[16][4];
        float[][] targets = new float[16][2];
        for (int i = 0; i < 16; i++) {
            for (int k = 0; k < 4; k++) {
                features[i][k] = (float) Math.sin(1 + i * 4 + k);
            }
            for (int k = 0; k < 2; k++) {
                targets[i][k] = (float) (3 * Math.cos(i + k));
            }
        }
        return Dataset.regression(features, targets);
    }
}
