package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The samples of the documentation, executed. */
class FederatedSnippetsTest {
    private static FederatedClient client(long seed) {
        return new SoftmaxClient(
                SoftmaxClient.blobs(20, 3, (int) seed % 3, 0.8, seed), new SoftmaxClient.Schedule(2, 5, 0.1));
    }

    @Test
    void simple() {
        float[] initial = new float[12];
        FederatedClient first = client(1);
        FederatedClient second = client(2);
        FederatedClient third = client(3);
        // @start region="simple"
        FederatedResult result = FederatedRun.of(initial)
                .clients(List.of(first, second, third))
                .rounds(20)
                .optimizer(ServerOptimizer.adam(0.1))
                .seed(42)
                .listener((round, parameters) -> round.dropped().forEach(client -> warn(client.toString())))
                .run();
        float[] trained = result.parameters();
        // @end
        assertThat(trained).isNotEqualTo(initial);
        assertThat(result.report().rounds()).isEqualTo(20);
    }

    private static void warn(String text) {
        throw new AssertionError(text);
    }

    @Test
    void simulation() {
        float[] initial = new float[12];
        SoftmaxClient.Rows test = SoftmaxClient.blobs(200, 3, 0, 0, 1);
        // @start region="simulation"
        List<String> names =
                IntStream.range(0, 1000).mapToObj(i -> "phone-" + i).toList();
        FederatedResult result = FederatedRun.of(initial)
                .clients(names, name -> client(name.hashCode() & 0xffff)) // reads its data when its turn comes
                .fractionPerRound(0.05)
                .proximal(0.1)
                .parallel(4)
                .rounds(5)
                .evaluation(parameters -> Map.of("accuracy", SoftmaxClient.accuracy(test, parameters)))
                .run();
        // @end
        assertThat(result.report().attempts()).allMatch(round -> round.clients().size() == 50);
    }

    @Test
    void privacy() {
        float[] initial = new float[12];
        List<String> names = IntStream.range(0, 100).mapToObj(i -> "phone-" + i).toList();
        var random = new SecureRandom();
        // @start region="privacy"
        double rate = 0.1;
        ClientPrivacy privacy = ClientPrivacy.clip(0.5)
                .noiseMultiplier(1.1)
                .sampling(
                        rate * 100,
                        population -> IntStream.range(0, population) // 100 clients, which is public
                                .filter(client -> random.nextDouble() < rate)
                                .toArray())
                .noise((sum, deviation) -> { // for real use: the exact sampler of sdk-privacy
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += (float) (deviation * random.nextGaussian());
                    }
                })
                .onRound(round -> round <= 3); // the place to charge a budget
        FederatedResult result = FederatedRun.of(initial)
                .clients(names, name -> client(name.hashCode() & 0xffff))
                .privacy(privacy)
                .rounds(10)
                .run();
        // @end
        assertThat(result.report().rounds()).isEqualTo(3);
    }

    @Test
    void personal() {
        float[] initial = new float[12];
        FederatedClient whole = client(4);
        // @start region="personal"
        ParameterSplit split = ParameterSplit.head(12, 9, 12); // the last three numbers stay with the client
        PersonalClient ward = PersonalClient.of("ward-3", whole, split, initial, HeadStore.inMemory());
        FederatedResult result = FederatedRun.of(split.bodyOf(initial))
                .clients(List.of(ward)) // and others
                .rounds(5)
                .run();
        float[] own = ward.fineTune(result.parameters(), 42);
        // @end
        assertThat(own).hasSize(12);
    }
}
