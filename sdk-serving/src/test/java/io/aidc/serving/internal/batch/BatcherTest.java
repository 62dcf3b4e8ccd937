package io.aidc.serving.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.serving.Answer.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatcherTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<List<Integer>> runs = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore entered = new Semaphore(0);
    private final Semaphore mayGo = new Semaphore(0);
    private final AtomicLong clock = new AtomicLong();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void submit_idle_runsOnTheCallersThread() {
        try (Batcher<Integer, String> batcher = Batcher.<Integer, String>of(
                        batch -> List.of(Thread.currentThread().getName()), (reason, retry) -> "refused")
                .open()) {
            assertThat(batcher.submit(1).join())
                    .isEqualTo(Thread.currentThread().getName());
        }
    }

    @Test
    void submit_busy_runsOnAThreadOfTheBatcher() throws Exception {
        try (Batcher<Integer, String> batcher =
                gated().upTo(8, Duration.ofDays(1)).open()) {
            Future<String> first = threads.submit(() -> batcher.submit(0).join());
            entered.acquire();
            CompletableFuture<String> second = batcher.submit(1);
            mayGo.release(2);
            first.get();

            assertThat(second.join()).isEqualTo("1 on aidc-serving-batch-0");
        }
    }

    @Test
    void submit_shapesMixed_runTogetherByShapeOldestFirst() throws Exception {
        try (Batcher<Integer, String> batcher = gated().upTo(8, Duration.ofDays(1))
                .togetherIfEqual(request -> request % 2)
                .timedBy(clock::incrementAndGet)
                .open()) {
            Future<String> first = threads.submit(() -> batcher.submit(0).join());
            entered.acquire();
            List<CompletableFuture<String>> waiting = new ArrayList<>();
            for (int request : new int[] {1, 2, 3, 4, 5}) {
                waiting.add(batcher.submit(request));
            }
            mayGo.release(9);
            first.get();
            waiting.forEach(CompletableFuture::join);

            assertThat(runs).containsExactly(List.of(0), List.of(1, 3, 5), List.of(2, 4));
        }
    }

    @Test
    void submit_rowsCounted_fillARunInOrder() throws Exception {
        try (Batcher<Integer, String> batcher = gated().upTo(5, Duration.ofDays(1))
                .countingRows(request -> request)
                .open()) {
            Future<String> first = threads.submit(() -> batcher.submit(0).join());
            entered.acquire();
            List<CompletableFuture<String>> waiting = new ArrayList<>();
            for (int request : new int[] {2, 3, 4, 1, 9, 1}) {
                waiting.add(batcher.submit(request));
            }
            mayGo.release(9);
            first.get();
            waiting.forEach(CompletableFuture::join);

            assertThat(runs).containsExactly(List.of(0), List.of(2, 3), List.of(4, 1), List.of(9), List.of(1));
        }
    }

    @Test
    void submit_runsOverTheTarget_makeSmallerBatches() throws Exception {
        try (Batcher<Integer, String> batcher = Batcher.<Integer, String>of(
                        batch -> {
                            runs.add(List.copyOf(batch));
                            if (batch.get(0) == 0) {
                                entered.release();
                                mayGo.acquireUninterruptibly();
                            } else {
                                clock.addAndGet(batch.size() * 1_000_000L);
                            }
                            return batch.stream().map(String::valueOf).toList();
                        },
                        (reason, retry) -> "refused")
                .upTo(8, Duration.ofMillis(3))
                .timedBy(clock::get)
                .open()) {
            Future<String> first = threads.submit(() -> batcher.submit(0).join());
            entered.acquire();
            List<CompletableFuture<String>> waiting = new ArrayList<>();
            for (int i = 1; i <= 18; i++) {
                waiting.add(batcher.submit(i));
            }
            mayGo.release();
            first.get();
            waiting.forEach(CompletableFuture::join);

            // 8 ms and 4 ms miss the target of 3 ms; 2 ms meet it and the limit creeps up again
            assertThat(runs).extracting(List::size).containsExactly(1, 8, 4, 2, 3, 1);
        }
    }

    @Test
    void submit_severalPlaces_runAtOnce() throws Exception {
        try (Batcher<Integer, String> batcher = gated().runsAtOnce(2).open()) {
            Future<String> first = threads.submit(() -> batcher.submit(1).join());
            Future<String> second = threads.submit(() -> batcher.submit(2).join());
            entered.acquire(2);
            CompletableFuture<String> third = batcher.submit(3);
            assertThat(third).isNotDone();
            mayGo.release(3);

            assertThat(List.of(first.get(), second.get(), third.join())).hasSize(3);
        }
    }

    @Test
    void submit_noLine_refusesAtOnce() throws Exception {
        try (Batcher<Integer, String> batcher = gated().queueUpTo(0).open()) {
            Future<String> first = threads.submit(() -> batcher.submit(0).join());
            entered.acquire();

            assertThat(batcher.submit(1).join()).isEqualTo("refused QUEUE_FULL");
            mayGo.release();
            first.get();
        }
    }

    @Test
    void run_wrongNumberOfAnswers_failsTheRequests() {
        try (Batcher<Integer, String> batcher = Batcher.<Integer, String>of(batch -> List.of(), (reason, retry) -> "")
                .open()) {
            assertThatThrownBy(() -> batcher.submit(1).join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("a run of 1 requests must give as many answers, got 0");
        }
    }

    @Test
    void run_throwsAnError_failsTheRequestAndKeepsThePlace() {
        AtomicInteger calls = new AtomicInteger();
        try (Batcher<Integer, String> batcher = Batcher.<Integer, String>of(
                        batch -> {
                            if (calls.getAndIncrement() == 0) {
                                throw new StackOverflowError();
                            }
                            return List.of("fine");
                        },
                        (reason, retry) -> "")
                .open()) {
            assertThatThrownBy(() -> batcher.submit(1).join()).hasCauseInstanceOf(StackOverflowError.class);
            assertThat(batcher.submit(2).join()).isEqualTo("fine");
        }
    }

    @Test
    void run_throwsACheckedException_failsTheRequestAndKeepsThePlace() throws Exception {
        try (Batcher<Integer, String> batcher = Batcher.<Integer, String>of(
                        batch -> {
                            entered.release();
                            mayGo.acquireUninterruptibly();
                            if (batch.contains(-1)) {
                                throw BatcherTest.<RuntimeException>unchecked(new IOException("sneaky"));
                            }
                            return batch.stream().map(String::valueOf).toList();
                        },
                        (reason, retry) -> "")
                .upTo(8, Duration.ofDays(1))
                .open()) {
            Future<Throwable> first = threads.submit(() ->
                    batcher.submit(-1).handle((answer, failure) -> failure).join());
            entered.acquire();
            CompletableFuture<String> poison = batcher.submit(-1);
            CompletableFuture<String> good = batcher.submit(2);
            mayGo.release(9);

            assertThat(first.get()).isInstanceOf(IOException.class);
            assertThatThrownBy(poison::join).hasCauseInstanceOf(IOException.class);
            assertThat(good.join()).isEqualTo("2");
            assertThat(batcher.submit(3).join()).isEqualTo("3");
        }
    }

    @Test
    void reportingTo_listenerThrows_failsTheRequestAndKeepsThePlace() throws Exception {
        mayGo.release(9);
        try (Batcher<Integer, String> batcher = gated().reportingTo((answer, failure) -> {
                    throw new IllegalArgumentException("listener");
                })
                .open()) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> batcher.submit(1).join())
                        .hasCauseInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("listener");
            }
        }
    }

    @Test
    void answerWithin_refusalThrows_failsTheRequestAndKeepsThePlace() throws Exception {
        try (Batcher<Integer, String> batcher = Batcher.<Integer, String>of(
                        batch -> {
                            entered.release();
                            mayGo.acquireUninterruptibly();
                            return List.of("fine");
                        },
                        (reason, retry) -> {
                            throw new IllegalArgumentException("refusal");
                        })
                .answerWithin(Duration.ofNanos(1))
                .timedBy(clock::get)
                .open()) {
            Future<String> first = threads.submit(() -> batcher.submit(0).join());
            entered.acquire();
            CompletableFuture<String> late = batcher.submit(1);
            clock.set(10);
            mayGo.release(9);

            assertThat(first.get()).isEqualTo("fine");
            assertThatThrownBy(late::join).hasMessageContaining("refusal");
        }
    }

    @Test
    void submit_failedRunsOverTheTarget_leaveTheLimit() throws Exception {
        try (Batcher<Integer, String> batcher = Batcher.<Integer, String>of(
                        batch -> {
                            runs.add(List.copyOf(batch));
                            if (batch.get(0) == 0) {
                                entered.release();
                                mayGo.acquireUninterruptibly();
                            }
                            if (batch.contains(-1)) {
                                clock.addAndGet(Duration.ofSeconds(1).toNanos());
                                throw new IllegalArgumentException("-1");
                            }
                            return batch.stream().map(String::valueOf).toList();
                        },
                        (reason, retry) -> "refused")
                .upTo(4, Duration.ofMillis(3))
                .timedBy(clock::get)
                .open()) {
            Future<String> first = threads.submit(() -> batcher.submit(0).join());
            entered.acquire();
            List<CompletableFuture<String>> waiting = new ArrayList<>();
            for (int request : new int[] {-1, 1, 2, 3, 4, 5, 6, 7}) {
                waiting.add(batcher.submit(request));
            }
            mayGo.release();
            first.get();
            waiting.get(7).join();

            assertThat(runs).endsWith(List.of(4, 5, 6, 7));
        }
    }

    @Test
    void reportingTo_everyEnd_isReportedOnceBeforeTheFuture() throws Exception {
        List<String> ends = Collections.synchronizedList(new ArrayList<>());
        try (Batcher<Integer, String> batcher = gated().queueUpTo(2)
                .reportingTo((answer, failure) -> ends.add(answer == null ? "" + failure : answer))
                .open()) {
            Future<String> first = threads.submit(() -> batcher.submit(0).join());
            entered.acquire();
            CompletableFuture<String> cancelled = batcher.submit(1);
            CompletableFuture<String> poison = batcher.submit(-1);
            batcher.submit(2).join();
            cancelled.cancel(true);
            mayGo.release(9);
            first.get();
            assertThatThrownBy(poison::join).hasCauseInstanceOf(IllegalArgumentException.class);
        }
        assertThat(ends).hasSize(4).contains("refused QUEUE_FULL", "java.lang.IllegalArgumentException: -1");
        assertThat(ends).anyMatch(end -> end.contains("CancellationException"));
    }

    @Test
    void close_idle_endsThreadsAndRefuses() {
        Batcher<Integer, String> batcher = gated().runsAtOnce(3).open();
        batcher.close();
        batcher.close();

        assertThatThrownBy(() -> batcher.submit(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the batcher is closed");
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("aidc-serving-batch-"));
    }

    @Test
    void options_outOfRange_areRefusedAtOnce() {
        Batcher.Builder<Integer, String> builder = gated();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.upTo(0, Duration.ofMillis(1)))
                .withMessage("rows must be >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.upTo(1, Duration.ofMillis(-1)))
                .withMessage("target must be > 0, got PT-0.001S");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.queueUpTo(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.runsAtOnce(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.answerWithin(Duration.ZERO));
    }

    /** Throws a checked exception where none is declared. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> RuntimeException unchecked(Exception checked) throws E {
        throw (E) checked;
    }

    /** Stops in each run until let go, and fails on -1. */
    private Batcher.Builder<Integer, String> gated() {
        return Batcher.of(
                batch -> {
                    runs.add(List.copyOf(batch));
                    entered.release();
                    mayGo.acquireUninterruptibly();
                    return batch.stream()
                            .map(request -> {
                                if (request == -1) {
                                    throw new IllegalArgumentException("-1");
                                }
                                return request + " on " + Thread.currentThread().getName();
                            })
                            .toList();
                },
                (Reason reason, Duration retry) -> "refused " + reason);
    }
}
