package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a run expects of every {@link Population}. */
@Timeout(60)
public abstract class PopulationContract {
    /** Makes a population of one client called a, closed after the test by the implementation. */
    protected abstract Population population(FederatedClient client) throws Exception;

    private static final RoundTask TASK = RoundTask.of(3, 99, 0.5, new float[] {1, 2, 3});

    @Test
    void available_namesTheClient() throws Exception {
        assertThat(population(task -> Update.of(task.parameters(), 1)).available())
                .containsExactly("a");
    }

    @Test
    void train_givesTheClientTheTaskAndTheRunTheUpdate() throws Exception {
        Population population = population(task -> {
            assertThat(task.round()).isEqualTo(3);
            assertThat(task.seed()).isEqualTo(99);
            assertThat(task.proximal()).isEqualTo(0.5);
            return Update.of(task.parameters(), 17).metric("loss", 0.25);
        });
        for (int i = 0; i < 3; i++) {
            Update update = population.train("a", TASK).get(30, TimeUnit.SECONDS);
            assertThat(update.delta()).containsExactly(1, 2, 3);
            assertThat(update.examples()).isEqualTo(17);
            assertThat(update.metrics()).containsEntry("loss", 0.25);
        }
    }

    @Test
    void train_byAClientThatThrows_fails() throws Exception {
        CompletableFuture<Update> update = population(task -> {
                    throw new IllegalStateException("no data");
                })
                .train("a", TASK);
        assertThatThrownBy(() -> update.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("IllegalStateException");
    }

    @Test
    void train_returnsBeforeTheClientDoes() throws Exception {
        var release = new CountDownLatch(1);
        CompletableFuture<Update> update = population(task -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return Update.of(task.parameters(), 1);
                })
                .train("a", TASK);
        assertThat(update).isNotDone();
        release.countDown();
        assertThat(update.get(30, TimeUnit.SECONDS).length()).isEqualTo(3);
    }
}
