package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LocalPopulationTest extends PopulationContract {
    private @Nullable LocalPopulation population;

    @Override
    protected Population population(FederatedClient client) {
        var made = new LocalPopulation(new LocalPopulation.Source(List.of("a"), name -> client, null), 2);
        population = made;
        return made;
    }

    @Test
    @Timeout(60)
    void maskedClient_thatIsMadeAfterItsRound_doesNotTakePart() throws Exception {
        var begun = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var trained = new AtomicBoolean();
        FederatedClient client = task -> {
            trained.set(true);
            return Update.of(task.parameters(), 1);
        };
        var source = new LocalPopulation.Source(List.of("a"), null, name -> {
            begun.countDown();
            while (release.getCount() > 0) {
                Thread.onSpinWait();
            }
            return MaskedClient.of(client, PairwiseMasks::join);
        });
        try (var made = new LocalPopulation(source, 1)) {
            var answer = made.relay("a", RoundTask.of(1, 1, 0, new float[2]), 0, new byte[0]);
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            answer.cancel(true);
            made.roundOver(1);
            release.countDown();
        }
        assertThat(trained.get()).isFalse();
    }

    @AfterEach
    void close() {
        if (population != null) {
            population.close();
        }
    }
}
