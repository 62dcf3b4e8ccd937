package io.aidc.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.serving.runtime.ort.OrtRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More than one caller; the fake engine stops inside a run so that the order of events is the test's. */
@Timeout(60)
class ModelServerLoadTest {
    private static final byte[] MLP = TestModels.mlp(1, 4, 3);
    private static final Duration TARGET = Duration.ofDays(1);

    private final FakeRuntime engine = new FakeRuntime();
    private final AtomicLong clock = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void ask_duringARun_goTogetherInTheNextInOrder() throws Exception {
        try (ModelServer server = server().batchUpTo(8, TARGET).open()) {
            engine.stopRuns();
            Future<Answer> first =
                    threads.submit(() -> server.ask(new float[] {1}).join());
            engine.awaitRun();
            List<CompletableFuture<Answer>> waiting = new ArrayList<>();
            for (int i = 2; i <= 6; i++) {
                waiting.add(server.ask(new float[] {i}));
            }
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            engine.go();

            assertThat(y(first.get())).isEqualTo(2);
            for (int i = 0; i < 5; i++) {
                assertThat(y(waiting.get(i).join())).isEqualTo(2 * (i + 2));
            }
            assertThat(engine.batches).containsExactly(1, 5);
            assertThat(server.statistics().meanBatch()).isEqualTo(3);
        }
    }

    @Test
    void ask_moreThanABatch_goInSeveralRuns() throws Exception {
        try (ModelServer server = server().batchUpTo(4, TARGET).open()) {
            engine.stopRuns();
            Future<Answer> first =
                    threads.submit(() -> server.ask(new float[] {1}).join());
            engine.awaitRun();
            List<CompletableFuture<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                waiting.add(server.ask(new float[] {i}));
            }
            waiting.add(server.ask(Map.of("x", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 6, 1))));
            engine.go();
            first.get();
            CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).join();

            assertThat(engine.batches).containsExactly(1, 4, 4, 1, 6);
        }
    }

    @Test
    void ask_lineIsFull_isShedWithATimeToRetry() throws Exception {
        try (ModelServer server = server().queueUpTo(2).runsAtOnce(1).open()) {
            engine.stopRuns();
            Future<Answer> first =
                    threads.submit(() -> server.ask(new float[] {1}).join());
            engine.awaitRun();
            CompletableFuture<Answer> second = server.ask(new float[] {2});
            CompletableFuture<Answer> third = server.ask(new float[] {3});
            CompletableFuture<Answer> fourth = server.ask(new float[] {4});

            assertThat(fourth.join()).isInstanceOfSatisfying(Answer.Shed.class, shed -> {
                assertThat(shed.reason()).isEqualTo(Answer.Reason.QUEUE_FULL);
                assertThat(shed.retryAfter()).isGreaterThanOrEqualTo(Duration.ofMillis(1));
            });
            engine.go();
            assertThat(y(first.get()) + y(second.join()) + y(third.join())).isEqualTo(12);
            assertThat(server.statistics().shed()).isOne();
        }
    }

    @Test
    void ask_waitedPastTheDeadline_isShedAtItsTurn() throws Exception {
        try (ModelServer server = server().batchUpTo(4, TARGET)
                .answerWithin(Duration.ofMillis(20))
                .open()) {
            engine.stopRuns();
            Future<Answer> first =
                    threads.submit(() -> server.ask(new float[] {1}).join());
            engine.awaitRun();
            CompletableFuture<Answer> late = server.ask(new float[] {2});
            clock.addAndGet(Duration.ofMillis(15).toNanos());
            CompletableFuture<Answer> timely = server.ask(new float[] {3});
            clock.addAndGet(Duration.ofMillis(6).toNanos());
            engine.go();

            assertThat(late.join())
                    .isInstanceOfSatisfying(
                            Answer.Shed.class, shed -> assertThat(shed.reason()).isEqualTo(Answer.Reason.DEADLINE));
            assertThat(y(timely.join())).isEqualTo(6);
            first.get();
            assertThat(engine.batches).containsExactly(1, 1);
        }
    }

    @Test
    void ask_poisonInTheBatch_failsAlone() throws Exception {
        try (ModelServer server = server().batchUpTo(8, TARGET).open()) {
            engine.stopRuns();
            Future<Answer> first =
                    threads.submit(() -> server.ask(new float[] {1}).join());
            engine.awaitRun();
            List<CompletableFuture<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                waiting.add(server.ask(new float[] {i == 4 ? -9_500 : i}));
            }
            engine.go();
            first.get();

            for (int i = 0; i < 6; i++) {
                CompletableFuture<Answer> each = waiting.get(i);
                if (i == 4) {
                    assertThatThrownBy(each::join)
                            .isInstanceOf(CompletionException.class)
                            .hasCauseInstanceOf(InferenceException.class);
                } else {
                    assertThat(y(each.join())).isEqualTo(2 * i);
                }
            }
            // all, the good half, the bad half, its three members
            assertThat(engine.batches).containsExactly(1, 6, 3, 3, 1, 1, 1);
            assertThat(server.statistics().failed()).isOne();
            assertThat(server.statistics().scored()).isEqualTo(6);
        }
    }

    @Test
    void ask_cancelledWhileWaiting_isNotRun() throws Exception {
        try (ModelServer server = server().batchUpTo(8, TARGET).open()) {
            engine.stopRuns();
            Future<Answer> first =
                    threads.submit(() -> server.ask(new float[] {1}).join());
            engine.awaitRun();
            CompletableFuture<Answer> cancelled = server.ask(new float[] {2});
            CompletableFuture<Answer> kept = server.ask(new float[] {3});
            cancelled.cancel(false);
            engine.go();
            first.get();

            assertThat(y(kept.join())).isEqualTo(6);
            assertThat(engine.batches).containsExactly(1, 1);
            ServerStatistics statistics = server.statistics();
            assertThat(statistics.failed()).isOne();
            assertThat(statistics.asked()).isEqualTo(3);
        }
    }

    @Test
    void ask_inputsOfDifferentRows_neverShareARun() throws Exception {
        StoppingRuntime real = new StoppingRuntime(new OrtRuntime());
        try (ModelServer server = ModelServer.onnx(ModelSource.of(TestModels.sum(1)))
                .batchUpTo(8, TARGET)
                .runtime(real)
                .open()) {
            assertThat(server.model().batching()).isEqualTo(new Batching.UpTo(8));
            real.stopRuns();
            Future<Answer> first =
                    threads.submit(() -> server.ask(sum(floats(0), floats(0))).join());
            real.awaitRun();
            CompletableFuture<Answer> twoToOne = server.ask(sum(floats(1, 2), floats(10)));
            CompletableFuture<Answer> victim = server.ask(sum(floats(3), floats(20)));
            CompletableFuture<Answer> oneToTwo = server.ask(sum(floats(4), floats(30, 40)));
            CompletableFuture<Answer> neighbour = server.ask(sum(floats(5), floats(50)));
            real.go();
            first.get();

            assertThat(z(twoToOne)).containsExactly(11, 12);
            assertThat(z(victim)).containsExactly(23);
            assertThat(z(oneToTwo)).containsExactly(34, 44);
            assertThat(z(neighbour)).containsExactly(55);
            assertThat(server.statistics().runs()).isEqualTo(4);
        }
    }

    @Test
    void ask_cachedAndAllCancelledWhileWaiting_isNotRun() throws Exception {
        try (ModelServer server = server().batchUpTo(8, TARGET).cacheAnswers(10).open()) {
            engine.stopRuns();
            Future<Answer> first =
                    threads.submit(() -> server.ask(new float[] {1}).join());
            engine.awaitRun();
            CompletableFuture<Answer> cancelled = server.ask(new float[] {2});
            CompletableFuture<Answer> equal = server.ask(new float[] {2});
            CompletableFuture<Answer> kept = server.ask(new float[] {3});
            cancelled.cancel(false);
            equal.cancel(false);
            engine.go();
            first.get();

            assertThat(y(kept.join())).isEqualTo(6);
            assertThat(engine.batches).containsExactly(1, 1);
            assertThat(y(server.ask(new float[] {2}).join())).isEqualTo(4);
        }
    }

    @Test
    void ask_fails_isNotWrappedCachedOrNot() throws Exception {
        for (boolean cached : new boolean[] {false, true}) {
            ModelServer.Builder options = server().batchUpTo(8, TARGET);
            try (ModelServer server = (cached ? options.cacheAnswers(10) : options).open()) {
                engine.stopRuns();
                Future<Answer> first =
                        threads.submit(() -> server.ask(new float[] {1}).join());
                engine.awaitRun();
                List<CompletableFuture<Throwable>> failures = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    failures.add(server.ask(new float[] {-9_500}).handle((answer, failure) -> failure));
                }
                engine.go();
                first.get();

                for (CompletableFuture<Throwable> failure : failures) {
                    assertThat(failure.join()).isInstanceOf(InferenceException.class);
                }
            }
        }
    }

    @Test
    void ask_equalRequestsAtOnce_shareOneRun() throws Exception {
        try (ModelServer server = server().batchUpTo(8, TARGET).cacheAnswers(10).open()) {
            engine.stopRuns();
            Future<Answer> first =
                    threads.submit(() -> server.ask(new float[] {1}).join());
            engine.awaitRun();
            List<CompletableFuture<Answer>> same = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                same.add(server.ask(new float[] {7}));
            }
            same.get(0).cancel(false);
            engine.go();
            first.get();

            for (int i = 1; i < 5; i++) {
                assertThat(y(same.get(i).join())).isEqualTo(14);
            }
            assertThat(engine.batches).containsExactly(1, 1);
            assertThat(server.statistics().cacheHits()).isEqualTo(4);
        }
    }

    @Test
    void close_underLoad_answersWhatWasAccepted() throws Exception {
        ModelServer server = server().batchUpTo(3, TARGET).open();
        engine.stopRuns();
        Future<Answer> first = threads.submit(() -> server.ask(new float[] {1}).join());
        engine.awaitRun();
        List<CompletableFuture<Answer>> waiting = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            waiting.add(server.ask(new float[] {i}));
        }
        Future<?> closing = threads.submit(server::close);
        awaitRefusal(server);
        assertThat(engine.closed).hasValue(0);
        engine.go();
        closing.get();

        assertThat(y(first.get())).isEqualTo(2);
        for (int i = 0; i < 7; i++) {
            assertThat(waiting.get(i)).isCompleted();
            assertThat(y(waiting.get(i).join())).isEqualTo(2 * i);
        }
        assertThat(engine.closed).hasValue(1);
    }

    @Test
    void close_onAThreadOfTheServer_isRefused() throws Exception {
        try (ModelServer server = server().batchUpTo(3, TARGET).open()) {
            engine.stopRuns();
            Future<Answer> first =
                    threads.submit(() -> server.ask(new float[] {1}).join());
            engine.awaitRun();
            CompletableFuture<Void> closing = server.ask(new float[] {2}).thenRun(closeOf(server));
            engine.go();
            first.get();

            assertThatThrownBy(closing::join)
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("aidc-serving-batch-0");
            assertThat(y(server.ask(new float[] {3}).join())).isEqualTo(6);
        }
    }

    @Test
    void ask_shapesThatDiffer_runApart() throws Exception {
        try (ModelServer server = ModelServer.onnx(ModelSource.of(TestModels.anyWidth()))
                .batchUpTo(8, TARGET)
                .open()) {
            List<Future<Boolean>> right = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int width = 1 + t % 2;
                right.add(threads.submit(() -> {
                    Random random = new Random(width);
                    for (int i = 0; i < 500; i++) {
                        float[] row = TestModels.row(random, width);
                        Tensor x = Tensor.of(row, 1, width);
                        float[] y = ModelServerTest.scored(
                                        server.ask(Map.of("x", x)).join())
                                .output()
                                .floats();
                        for (int j = 0; j < width; j++) {
                            if (y[j] != -row[j]) {
                                return false;
                            }
                        }
                    }
                    return true;
                }));
            }
            for (Future<Boolean> each : right) {
                assertThat(each.get()).isTrue();
            }
        }
    }

    @Test
    void ask_eightThreadsTenThousandRequests_eachGetsItsOwnAnswer() throws Exception {
        int[] widths = {4, 8, 2};
        OrtRuntime runtime = new OrtRuntime();
        try (ModelServer server = ModelServer.onnx(ModelSource.of(TestModels.mlp(9, widths)))
                .batchUpTo(16, TARGET)
                .runtime(runtime)
                .open()) {
            assertThat(server.model().batching()).isEqualTo(new Batching.UpTo(16));
            CountDownLatch start = new CountDownLatch(1);
            List<Future<Integer>> wrong = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                Random random = new Random(t);
                wrong.add(threads.submit(() -> {
                    start.await();
                    int bad = 0;
                    for (int i = 0; i < 1250; i++) {
                        float[] row = TestModels.row(random, 4);
                        float[] y = ModelServerTest.scored(server.ask(row).join())
                                .output()
                                .floats();
                        double[] expected = TestModels.mlpReference(9, row, widths);
                        bad += Math.abs(y[0] - expected[0]) < 1e-4 && Math.abs(y[1] - expected[1]) < 1e-4 ? 0 : 1;
                    }
                    return bad;
                }));
            }
            start.countDown();
            for (Future<Integer> each : wrong) {
                assertThat(each.get()).isZero();
            }
            ServerStatistics statistics = server.statistics();
            assertThat(statistics.asked()).isEqualTo(10_000);
            assertThat(statistics.scored()).isEqualTo(10_000);
            assertThat(statistics.rows()).isEqualTo(10_000);
            assertThat(statistics.batchSizes().entrySet().stream()
                            .mapToLong(entry -> entry.getKey() * entry.getValue())
                            .sum())
                    .isEqualTo(10_000);
            assertThat(statistics.meanBatch()).isCloseTo(10_000.0 / statistics.runs(), within(1e-9));
        }
        assertThat(runtime.openHandles()).isZero();
    }

    @Test
    void close_whileEightThreadsAsk_losesNoRequest() throws Exception {
        OrtRuntime runtime = new OrtRuntime();
        ModelServer server = ModelServer.onnx(ModelSource.of(MLP))
                .batchUpTo(4, TARGET)
                .queueUpTo(4)
                .runtime(runtime)
                .open();
        AtomicInteger accepted = new AtomicInteger();
        CountDownLatch busy = new CountDownLatch(2000);
        List<Future<List<CompletableFuture<Answer>>>> callers = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            callers.add(threads.submit(() -> {
                List<CompletableFuture<Answer>> mine = new ArrayList<>();
                try {
                    while (true) {
                        mine.add(server.ask(new float[4]));
                        accepted.incrementAndGet();
                        busy.countDown();
                    }
                } catch (IllegalStateException closed) {
                    return mine;
                }
            }));
        }
        busy.await();
        server.close();

        int ended = 0;
        for (Future<List<CompletableFuture<Answer>>> caller : callers) {
            for (CompletableFuture<Answer> answer : caller.get()) {
                assertThat(answer.join()).isInstanceOfAny(Answer.Scored.class, Answer.Shed.class);
                ended++;
            }
        }
        assertThat(ended).isEqualTo(accepted.get());
        ServerStatistics statistics = server.statistics();
        assertThat(statistics.scored() + statistics.shed()).isEqualTo(ended);
        assertThat(runtime.openHandles()).isZero();
    }

    private ModelServer.Builder server() {
        return ModelServer.onnx(ModelSource.of(MLP)).runtime(engine).timedBy(clock::get);
    }

    /** Asks until the server refuses, without waiting: the line is long enough for the few that slip in. */
    private static void awaitRefusal(ModelServer server) {
        while (true) {
            try {
                assertThat(server.ask(new float[] {0})).isNotNull();
            } catch (IllegalStateException closed) {
                return;
            }
            Thread.onSpinWait();
        }
    }

    private static Runnable closeOf(ModelServer server) {
        return server::close;
    }

    private static Map<String, Tensor> sum(float[] a, float[] b) {
        return Map.of("a", Tensor.of(a, a.length, 1), "b", Tensor.of(b, b.length, 1));
    }

    private static float[] floats(float... values) {
        return values;
    }

    private static float[] z(CompletableFuture<Answer> answer) {
        return ModelServerTest.scored(answer.join()).output("z").floats();
    }

    private static float y(Answer answer) {
        return ModelServerTest.scored(answer).output().floats()[0];
    }
}
