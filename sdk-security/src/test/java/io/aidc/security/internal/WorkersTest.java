package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void run_ownThreads_workAtOnceWithTheCaller() throws Exception {
        Set<String> names = ConcurrentHashMap.newKeySet();
        CyclicBarrier all = new CyclicBarrier(3);
        try (Workers workers = Workers.own("test", 3)) {
            workers.run(
                    () -> {
                        all.await();
                        names.add(Thread.currentThread().getName());
                    },
                    Exception.class);
        }
        assertThat(names)
                .containsExactlyInAnyOrder(
                        Thread.currentThread().getName(), "aidc-security-test-1", "aidc-security-test-2");
    }

    @Test
    void run_executorNeverStarts_theCallerDoesAll() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        List<Runnable> queue = new ArrayList<>();
        Workers.on(queue::add, 4).run(runs::incrementAndGet, Exception.class);
        queue.forEach(Runnable::run);
        assertThat(runs).hasValue(1);
    }

    @Test
    void run_executorRejects_theCallerDoesAll() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Workers rejected = Workers.on(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                4);
        rejected.run(runs::incrementAndGet, Exception.class);
        assertThat(runs).hasValue(1);
    }

    @Test
    void run_severalFail_oneIsThrownWithTheOthers() {
        CyclicBarrier both = new CyclicBarrier(2);
        try (Workers workers = Workers.own("test", 2)) {
            assertThatThrownBy(() -> workers.run(
                            () -> {
                                awaited(both);
                                throw new IOException("broken");
                            },
                            IOException.class))
                    .isInstanceOf(IOException.class)
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        }
    }

    @Test
    void run_interrupted_waitsForTheOthersAndKeepsTheFlag() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger finished = new AtomicInteger();
        Thread caller = Thread.currentThread();
        try (Workers workers = Workers.own("test", 2)) {
            workers.run(
                    () -> {
                        if (Thread.currentThread().equals(caller)) {
                            started.await();
                            Thread.currentThread().interrupt();
                            release.countDown();
                        } else {
                            started.countDown();
                            release.await();
                            finished.incrementAndGet();
                        }
                    },
                    Exception.class);
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(finished).hasValue(1);
    }

    @Test
    void run_executorBreaks_theStartedOnesHaveStoppedBefore() {
        AtomicInteger working = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Workers broken = Workers.on(
                task -> {
                    if (asked.getAndIncrement() > 0) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    new Thread(task).start();
                    awaited(started);
                },
                3);
        assertThatThrownBy(() -> broken.run(
                        () -> {
                            working.incrementAndGet();
                            started.countDown();
                            for (long end = System.nanoTime() + 100_000_000; System.nanoTime() < end; ) {
                                Thread.onSpinWait();
                            }
                            working.decrementAndGet();
                        },
                        IOException.class))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(working).hasValue(0);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void threads_zero_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Workers.on(Runnable::run, 0));
    }

    private static void awaited(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IOException("barrier", e);
        }
    }
}
