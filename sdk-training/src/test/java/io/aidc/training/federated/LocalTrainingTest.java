package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.training.Dataset;
import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Sgd;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LocalTrainingTest {
    private static final Network NETWORK = Network.of(Layer.linear(4, 8), Layer.tanh(), Layer.linear(8, 3));

    /** Rows of three classes that a small network can tell apart, without one of them; -1 for all. */
    private static Dataset rows(int count, int without, long seed) {
        var random = new SplittableRandom(seed);
        float[][] features = new float[count][4];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(3);
            labels[i] = label == without ? (label + 1) % 3 : label;
            for (int j = 0; j < 4; j++) {
                features[i][j] = (float) (random.nextDouble(-1, 1) + (j == labels[i] ? 2 : 0));
            }
        }
        return Dataset.classification(features, labels, 3);
    }

    private static final List<Dataset> HOSPITALS = List.of(rows(120, 0, 1), rows(120, 1, 2), rows(120, 2, 3));
    private static final Dataset TEST = rows(300, -1, 4);

    @Test
    void clients_thatEachLackAClass_trainOneModelThatKnowsAll() {
        Network network = NETWORK;
        List<Dataset> hospitals = HOSPITALS;
        Dataset test = TEST;
        double accuracy;
        // @start region="local"
        Supplier<TrainingRun> runs = () -> TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.02))
                .epochs(1);
        List<FederatedClient> clients = hospitals.stream()
                .<FederatedClient>map(rows -> LocalTraining.of(runs, rows))
                .toList();
        FederatedResult result = FederatedRun.of(network.initialParameters(42))
                .clients(clients)
                .rounds(20)
                .seed(42)
                .run();
        try (TrainedModel model = TrainedModel.of(network, Loss.CROSS_ENTROPY, result.parameters())) {
            accuracy = model.accuracy(test);
        }
        // @end
        assertThat(accuracy).isGreaterThan(0.9);
        for (Dataset own : hospitals) {
            try (TrainingResult alone = runs.get().seed(1).fit(own)) {
                assertThat(alone.model().accuracy(test)).isLessThan(0.8);
            }
        }
    }

    private static Update update(double proximal, long seed) {
        LocalTraining client = LocalTraining.of(
                () -> TrainingRun.of(NETWORK, Loss.CROSS_ENTROPY)
                        .optimizer(Sgd.rate(0.1))
                        .epochs(3),
                HOSPITALS.get(0));
        return client.train(RoundTask.of(1, seed, proximal, NETWORK.initialParameters(5)));
    }

    private static double norm(Update update) {
        double squares = 0;
        for (float value : update.delta()) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    @Test
    void train_tellsTheMoveFromTheTasksParametersAndHowManyRowsItRestsOn() {
        Update update = update(0, 7);
        assertThat(update.examples()).isEqualTo(120);
        float[] start = NETWORK.initialParameters(5);
        try (TrainingResult expected = TrainingRun.of(NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Sgd.rate(0.1))
                .epochs(3)
                .startFrom(start)
                .seed(7)
                .fit(HOSPITALS.get(0))) {
            float[] after = expected.model().numbers();
            for (int i = 0; i < start.length; i++) {
                assertThat(update.delta()[i]).isEqualTo(after[i] - start[i]);
            }
        }
        assertThat(norm(update)).isPositive();
        assertThat(update(0, 7).delta()).containsExactly(update.delta());
        assertThat(update(0, 8).delta()).isNotEqualTo(update.delta());
    }

    @Test
    void train_withAProximalWeight_staysNearer() {
        assertThat(norm(update(5, 7))).isLessThan(norm(update(0, 7)) / 2).isPositive();
    }

    @Test
    void train_withARunThatHasASeed_isRefused() {
        LocalTraining client = LocalTraining.of(
                () -> TrainingRun.of(NETWORK, Loss.CROSS_ENTROPY).seed(1), HOSPITALS.get(0));
        assertThatIllegalStateException()
                .isThrownBy(() -> client.train(RoundTask.of(1, 2, 0, NETWORK.initialParameters(5))))
                .withMessage("seed is already set to 1");
    }
}
