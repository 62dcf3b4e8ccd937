package io.aidc.storage.internal.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void finish_byATaskOfThePool_doesNotWaitForItself() throws Exception {
        ExecutorService pool = Threads.pool("test", 1);

        CompletableFuture.runAsync(() -> Threads.finish(pool), pool).get(20, TimeUnit.SECONDS);

        assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void finish_byATaskOfAnotherPool_waits() throws Exception {
        ExecutorService pool = Threads.pool("test", 1);
        ExecutorService other = Threads.pool("test", 1);
        var done = new CompletableFuture<Void>();
        pool.execute(() -> done.complete(null));

        CompletableFuture.runAsync(() -> Threads.finish(pool), other).get(20, TimeUnit.SECONDS);

        assertThat(done).isDone();
        assertThat(pool.isTerminated()).isTrue();
        Threads.finish(other);
    }
}
