package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.TrainingReport.StopReason;
import io.aidc.training.engine.Replica;
import io.aidc.training.engine.Trainable;
import io.aidc.training.network.Loss;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Sgd;
import io.aidc.training.torch.internal.TorchTrainable;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkersTest {
    private static final Dataset DATA = Samples.classes(101, 1);

    private static TrainingRun run(int workers) {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.01))
                .batchSize(25)
                .epochs(4)
                .seed(7)
                .workers(workers);
    }

    /** 101 rows in batches of 25: the last batch has one row, so that some workers have none. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void fit_onSeveralWorkers_equalsOneOnTheJoinedBatch(int workers) {
        try (TrainingResult one = run(1).fit(DATA);
                TrainingResult several = run(workers).fit(DATA)) {
            assertThat(several.report().losses()).hasSize(20);
            for (int i = 0; i < 20; i++) {
                double alone = one.report().losses().get(i);
                assertThat(several.report().losses().get(i)).isCloseTo(alone, Offset.offset(1e-5 * alone));
            }
            one.model().parameters().forEach((name, expected) -> {
                float[] actual = several.model().parameter(name);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(actual[i]).as("%s[%d]", name, i).isCloseTo(expected[i], offset(expected));
                }
            });
        }
    }

    /** Adam divides by tiny second moments at first, so rounding of the gradient is amplified: 1e-5 of the largest. */
    private static Offset<Float> offset(float[] expected) {
        float largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        return Offset.offset(1e-5f * largest);
    }

    @Test
    void workers_afterEachStep_haveTheSameBits() {
        Map<Integer, Map<Integer, float[]>> seen = new ConcurrentHashMap<>();
        run(2).probe((rank, step, parameters) -> {
                    float[] copy = parameters.toArray();
                    seen.computeIfAbsent(step, s -> new ConcurrentHashMap<>()).put(rank, copy);
                })
                .fit(DATA)
                .close();
        assertThat(seen).hasSize(20);
        seen.forEach(
                (step, byRank) -> assertThat(byRank.get(0)).as("step %d", step).containsExactly(byRank.get(1)));
        assertThat(weights(seen, 1)).isNotEqualTo(weights(seen, 2));
    }

    private static float[] weights(Map<Integer, Map<Integer, float[]>> seen, int step) {
        return Objects.requireNonNull(Objects.requireNonNull(seen.get(step)).get(0));
    }

    @Test
    void listener_withSeveralWorkers_isCalledOnTheThreadOfWorkerZero() {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        run(2).listener(progress -> threads.add(Thread.currentThread().getName()))
                .fit(DATA)
                .close();
        assertThat(threads).containsExactly("aidc-training-rank-0");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void worker_thatThrows_isNamedAndTheOthersEnd(int culprit) throws IOException, InterruptedException {
        var cause = new ArithmeticException("worker fault");
        assertThatThrownBy(() -> run(2).workerTimeout(Duration.ofSeconds(30))
                        .probe((rank, step, parameters) -> {
                            if (rank == culprit && step == 3) {
                                throw cause;
                            }
                        })
                        .fit(DATA))
                .isInstanceOfSatisfying(WorkerLostException.class, e -> {
                    assertThat(e.rank()).isEqualTo(culprit);
                    assertThat(e.step()).isEqualTo(3);
                    assertThat(e).hasCause(cause);
                });
        assertNothingIsLeft();
    }

    @Test
    void worker_thatHangs_isNamedWithinTheTimeout() throws IOException, InterruptedException {
        var release = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        assertThatThrownBy(() -> run(2).workerTimeout(Duration.ofMillis(500))
                        .probe((rank, step, parameters) -> {
                            if (rank == 1 && step == 2) {
                                awaitIgnoringInterrupts(release);
                                left.countDown();
                            }
                        })
                        .fit(DATA))
                .isInstanceOfSatisfying(
                        WorkerLostException.class, e -> assertThat(e.rank()).isEqualTo(1))
                .hasMessageContaining("did not answer within PT0.5S");
        release.countDown();
        left.await();
        for (Thread thread : rankThreads()) {
            thread.join();
        }
        assertNothingIsLeft();
    }

    /** No exchange is left that could notice a worker that stalls after the last one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void worker_thatHangsAfterTheLastExchange_isNamedWithinTheTimeout(int culprit)
            throws IOException, InterruptedException {
        var release = new CountDownLatch(1);
        var left = new CountDownLatch(1);
        var open = new AtomicInteger();
        assertThatThrownBy(() -> TrainingRun.of(counting(open))
                        .steps(3)
                        .workers(2)
                        .workerTimeout(Duration.ofMillis(500))
                        .probe((rank, step, parameters) -> {
                            if (rank == culprit && step == 3) {
                                awaitIgnoringInterrupts(release);
                                left.countDown();
                            }
                        })
                        .fit(DATA))
                .isInstanceOfSatisfying(WorkerLostException.class, e -> {
                    assertThat(e.rank()).isEqualTo(culprit);
                    assertThat(e.step()).isEqualTo(3);
                })
                .hasMessageContaining("did not answer within PT0.5S");
        release.countDown();
        left.await();
        for (Thread thread : rankThreads()) {
            thread.join();
        }
        assertThat(open).hasValue(0);
        assertNothingIsLeft();
    }

    /** A model that counts those of its replicas that are not closed. */
    private static Trainable counting(AtomicInteger open) {
        var model = new TorchTrainable(Samples.NETWORK, Loss.CROSS_ENTROPY);
        return proxy(Trainable.class, (proxy, method, arguments) -> {
            Object answer = method.invoke(model, arguments);
            if (!(answer instanceof Replica replica)) {
                return answer;
            }
            open.incrementAndGet();
            return proxy(Replica.class, (inner, called, given) -> {
                if (called.getName().equals("close")) {
                    open.decrementAndGet();
                }
                return called.invoke(replica, given);
            });
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static void awaitIgnoringInterrupts(CountDownLatch release) {
        boolean released = false;
        while (!released) {
            try {
                release.await();
                released = true;
            } catch (InterruptedException e) {
                // This worker stands for code that does not heed interrupts.
            }
        }
    }

    @Test
    void error_inAWorker_isReportedAsALostWorker() {
        assertThatThrownBy(() -> run(2).probe((rank, step, parameters) -> {
                            throw new AssertionError("worker " + rank);
                        })
                        .fit(DATA))
                .isInstanceOf(WorkerLostException.class)
                .hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void divergence_onSeveralWorkers_isReportedAsSuch() {
        assertThatThrownBy(() -> TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                        .optimizer(Sgd.rate(1e38))
                        .workers(2)
                        .fit(DATA))
                .isInstanceOf(DivergedException.class);
    }

    @Test
    void interrupt_ofTheCaller_stopsAllWorkersAfterTheSameStep() {
        Thread caller = Thread.currentThread();
        try (TrainingResult result = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .steps(1_000_000)
                .workers(2)
                .listener(progress -> {
                    if (progress.step() == 5) {
                        caller.interrupt();
                    }
                })
                .fit(DATA)) {
            assertThat(Thread.interrupted()).isTrue();
            assertThat(result.report().stopReason()).isEqualTo(StopReason.INTERRUPTED);
            assertThat(result.report().steps()).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    void fit_whenDone_leavesNoThreadAndNoFile() throws IOException, InterruptedException {
        run(2).fit(DATA).close();
        assertNothingIsLeft();
    }

    private static void assertNothingIsLeft() throws IOException, InterruptedException {
        for (Thread thread : rankThreads()) {
            // It has handed over its result and is on its last instructions.
            thread.join(10_000);
        }
        assertThat(rankThreads()).isEmpty();
        try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            // Other processes may be training on this machine.
            String own = "aidc-training-" + ProcessHandle.current().pid() + "-";
            assertThat(files.filter(f -> f.getFileName().toString().startsWith(own))
                            .toList())
                    .isEmpty();
        }
    }

    private static Set<Thread> rankThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("aidc-training-rank-"))
                .collect(Collectors.toSet());
    }
}
