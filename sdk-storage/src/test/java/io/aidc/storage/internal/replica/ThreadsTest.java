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
    void threadOfAPool_isNotInTheGroupOfTheThreadThatNeededIt() throws Exception {
        ExecutorService pool = Threads.pool("test", 1);
        var group = new ThreadGroup("interrupted by others");
        var found = new CompletableFuture<ThreadGroup>();

        Thread needing = new Thread(
                group,
                () -> pool.execute(() -> found.complete(Thread.currentThread().getThreadGroup())));
        needing.start();

        assertThat(found.get(20, TimeUnit.SECONDS)).isNotEqualTo(group);
        Threads.finish(pool);
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
