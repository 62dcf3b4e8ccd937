package io.aidc.training.compress;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.Dataset;
import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class CompressSnippetsTest {
    private static final Network NETWORK = Network.of(Layer.linear(4, 32), Layer.relu(), Layer.linear(32, 3));
    private static final Dataset DATA = Blobs.rows(300, 1);
    private static final Dataset TEST = Blobs.rows(300, 2);
    private static TrainingResult trained;

    @BeforeAll
    static void train() {
        trained = Blobs.trained(NETWORK, DATA);
    }

    @AfterAll
    static void close() {
        trained.close();
    }

    @Test
    void prune() {
        Network network = NETWORK;
        TrainedModel model = trained.model();
        Dataset data = DATA;
        Dataset test = TEST;
        double accuracy;
        // @start region="prune"
        float[] sparse = MagnitudePruning.global(0.8).prune(model);
        try (TrainingResult tuned = TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .startFrom(sparse)
                .keepZeros()
                .optimizer(Adam.rate(0.01))
                .epochs(5)
                .seed(42)
                .fit(data)) {
            accuracy = tuned.model().accuracy(test);
        }
        // @end
        assertThat(accuracy).isGreaterThan(0.9);
    }

    @Test
    void structured() {
        Network network = NETWORK;
        TrainedModel model = trained.model();
        Dataset data = DATA;
        Dataset test = TEST;
        double accuracy;
        // @start region="structured"
        StructuredPruning.Pruned pruned = StructuredPruning.keeping(0.25).prune(network, model);
        try (TrainingResult tuned = TrainingRun.of(pruned.network(), Loss.CROSS_ENTROPY)
                .startFrom(pruned.numbers())
                .optimizer(Adam.rate(0.01))
                .epochs(5)
                .seed(42)
                .fit(data)) {
            accuracy = tuned.model().accuracy(test);
        }
        // @end
        assertThat(pruned.network().parameterCount()).isEqualTo(4 * 8 + 8 + 8 * 3 + 3);
        assertThat(accuracy).isGreaterThan(0.9);
    }

    @Test
    void quantize() {
        Network network = NETWORK;
        TrainedModel model = trained.model();
        Dataset data = DATA;
        Dataset test = TEST;
        double accuracy;
        // @start region="quantize"
        float[] rounded = WeightRounding.toBits(3).round(model);
        try (TrainingResult tuned = TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .startFrom(model.numbers())
                .quantizeWeights(3)
                .optimizer(Adam.rate(0.01))
                .epochs(5)
                .seed(42)
                .fit(data)) {
            accuracy = tuned.model().accuracy(test);
        }
        // @end
        assertThat(rounded).hasSameSizeAs(model.numbers()).isNotEqualTo(model.numbers());
        assertThat(accuracy).isGreaterThan(0.9);
    }

    @Test
    void distill() {
        TrainedModel teacher = trained.model();
        Dataset data = DATA;
        Dataset test = TEST;
        double accuracy;
        // @start region="distill"
        Network small = Network.of(Layer.linear(4, 4), Layer.relu(), Layer.linear(4, 3));
        Distillation distillation = Distillation.from(teacher).temperature(3).share(0.7);
        try (TrainingResult student = TrainingRun.of(small, distillation.loss())
                .optimizer(Adam.rate(0.02))
                .epochs(20)
                .seed(42)
                .fit(distillation.data(data))) {
            accuracy = student.model().accuracy(test);
        }
        // @end
        assertThat(accuracy).isGreaterThan(0.9);
    }
}
