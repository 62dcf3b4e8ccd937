package io.aidc.training.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.federated.ClientOutcome.Status;
import io.aidc.training.federated.FederatedReport.StopReason;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FederatedRunTest {
    private static final float[] ZERO = {0, 0};

    private static FederatedClient moving(float first, float second, long examples) {
        return task -> Update.of(new float[] {first, second}, examples);
    }

    private static List<String> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "c%04d".formatted(i)).toList();
    }

    private static int number(String name) {
        return Integer.parseInt(name.substring(1));
    }

    /** Deadlines that the test lets pass. */
    private static final class ManualDeadlines implements Deadlines {
        private final AtomicReference<Runnable> armed = new AtomicReference<>();
        private final AtomicInteger takenBack = new AtomicInteger();

        @Override
        public Runnable after(Duration time, Runnable call) {
            armed.set(call);
            return takenBack::incrementAndGet;
        }

        void pass() {
            Objects.requireNonNull(armed.get()).run();
        }
    }

    @Test
    void average_ofTwoClients_isWeightedByExamples() {
        FederatedResult result = FederatedRun.of(new float[] {1, 1})
                .clients(List.of(moving(1, 10, 30), moving(5, -10, 10)))
                .rounds(1)
                .run();
        assertThat(result.parameters()).containsExactly(1 + 2, 1 + 5);
        RoundReport round = result.report().attempts().get(0);
        assertThat(round.updateNorm()).isCloseTo(Math.sqrt(4 + 25), within(1e-9));
        assertThat(round.survivors()).isEqualTo(2);
        assertThat(round.clients()).extracting(ClientOutcome::client).containsExactly("client-1", "client-2");
    }

    @Test
    void average_uniform_ignoresExamples() {
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(List.of(moving(1, 10, 30), moving(5, -10, 10)))
                .weighting(Weighting.UNIFORM)
                .rounds(1)
                .run();
        assertThat(result.parameters()).containsExactly(3, 0);
    }

    @Test
    void average_ofClientsWithoutExamples_changesNothing() {
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(List.of(moving(1, 1, 0)))
                .rounds(2)
                .run();
        assertThat(result.parameters()).containsExactly(0, 0);
        assertThat(result.report().stopReason()).isEqualTo(StopReason.FINISHED);
    }

    @Test
    void average_withOneFullBatchStep_isCentralGradientDescent() {
        List<SoftmaxClient.Rows> shards = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            shards.add(SoftmaxClient.blobs(10 + 13 * i, 3, i % 3, 0.7, i));
        }
        var schedule = new SoftmaxClient.Schedule(1, 0, 0.3);
        List<FederatedClient> clients = new ArrayList<>();
        shards.forEach(rows -> clients.add(new SoftmaxClient(rows, schedule)));
        SoftmaxClient.Rows all = joined(shards);
        FederatedResult result = FederatedRun.of(new float[all.parameters()])
                .clients(clients)
                .rounds(40)
                .run();

        double[] w = new double[all.parameters()];
        for (int step = 0; step < 40; step++) {
            double[] gradient =
                    SoftmaxClient.gradient(all, w, SoftmaxClient.range(all.labels().length), 0, all.labels().length);
            for (int i = 0; i < w.length; i++) {
                w[i] -= 0.3 * gradient[i];
            }
        }
        for (int i = 0; i < w.length; i++) {
            assertThat((double) result.parameters()[i]).isCloseTo(w[i], within(1e-5)); // float32 between rounds
        }
        assertThat(Arrays.stream(w).map(Math::abs).max().orElseThrow()).isGreaterThan(0.5);
    }

    private static SoftmaxClient.Rows joined(List<SoftmaxClient.Rows> shards) {
        float[][] features =
                shards.stream().flatMap(rows -> Arrays.stream(rows.features())).toArray(float[][]::new);
        int[] labels = shards.stream()
                .flatMapToInt(rows -> Arrays.stream(rows.labels()))
                .toArray();
        return new SoftmaxClient.Rows(features, labels, shards.get(0).classes());
    }

    @Test
    void proximal_whenLarge_keepsClientsNear() {
        SoftmaxClient.Rows rows = SoftmaxClient.blobs(50, 3, 0, 0.9, 1);
        double[] norms = new double[3];
        double[] weights = {0, 1, 90};
        for (int i = 0; i < weights.length; i++) {
            norms[i] = FederatedRun.of(new float[rows.parameters()])
                    .clients(List.of(new SoftmaxClient(rows, new SoftmaxClient.Schedule(200, 0, 0.01))))
                    .proximal(weights[i])
                    .rounds(1)
                    .run()
                    .report()
                    .attempts()
                    .get(0)
                    .updateNorm();
        }
        assertThat(norms[1]).isLessThan(0.8 * norms[0]);
        // at the minimum, mu times the distance is the gradient, which is less than 2 here
        assertThat(norms[2]).isLessThan(2.0 / 90).isGreaterThan(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7})
    void result_withMoreThreads_isTheSameToTheLastBit(int threads) {
        assertThat(simulated(threads)).isEqualTo(simulated(1));
    }

    private static float[] simulated(int threads) {
        return FederatedRun.of(new float[12])
                .clients(
                        names(60),
                        name -> new SoftmaxClient(
                                SoftmaxClient.blobs(20, 3, number(name) % 3, 0.8, number(name)),
                                new SoftmaxClient.Schedule(2, 5, 0.1)))
                .clientsPerRound(20)
                .parallel(threads)
                .rounds(8)
                .seed(11)
                .optimizer(ServerOptimizer.adam(0.05))
                .run()
                .parameters();
    }

    @Test
    void simulation_ofAThousandUnevenClients_learnsInBoundedMemory() {
        SoftmaxClient.Rows test = SoftmaxClient.blobs(500, 5, 0, 0, 999_999);
        var alive = new AtomicInteger();
        var most = new AtomicInteger();
        FederatedResult result = FederatedRun.of(new float[test.parameters()])
                .clients(names(1000), name -> task -> {
                    most.accumulateAndGet(alive.incrementAndGet(), Math::max);
                    Update update = new SoftmaxClient(
                                    SoftmaxClient.blobs(10, 5, number(name) % 5, 0.9, number(name)),
                                    new SoftmaxClient.Schedule(3, 5, 0.2))
                            .train(task);
                    alive.decrementAndGet();
                    return update;
                })
                .fractionPerRound(0.1)
                .parallel(4)
                .rounds(15)
                .seed(3)
                .evaluation(parameters -> Map.of("accuracy", SoftmaxClient.accuracy(test, parameters)))
                .run();
        List<RoundReport> rounds = result.report().attempts();
        assertThat(rounds).hasSize(15).allMatch(round -> round.survivors() == 100);
        assertThat(SoftmaxClient.accuracy(test, new float[test.parameters()])).isLessThan(0.3);
        assertThat(rounds.get(14).evaluation().get("accuracy")).isGreaterThan(0.85);
        assertThat(rounds.get(14).metrics().get("loss"))
                .isLessThan(rounds.get(0).metrics().get("loss"));
        assertThat(most.get()).isLessThanOrEqualTo(4);
        Set<String> everybody = new TreeSet<>();
        rounds.forEach(round -> round.clients().forEach(client -> everybody.add(client.client())));
        // of 1,000 clients drawn 100 at a time, 15 times, 794 are expected to come up, with a deviation below 10
        assertThat(everybody).hasSizeBetween(740, 850);
    }

    @Test
    void clients_thatFail_areNamedAndLeftOut() {
        FederatedClient wrongLength = task -> Update.of(new float[3], 1);
        FederatedClient notANumber = task -> Update.of(new float[] {Float.NaN, 0}, 1);
        FederatedClient huge = task -> Update.of(new float[] {0, -3e6f}, 1);
        FederatedClient throwing = task -> {
            throw new IllegalStateException("no disk");
        };
        FederatedClient dying = task -> {
            throw new StackOverflowError();
        };
        FederatedClient nothing = task -> absent();
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(List.of(wrongLength, notANumber, huge, throwing, dying, nothing, moving(4, 2, 9)))
                .rounds(1)
                .run();
        assertThat(result.parameters()).containsExactly(4, 2);
        assertThat(result.report().attempts().get(0).clients())
                .extracting(ClientOutcome::toString)
                .containsExactly(
                        "client-1 malformed: update must have 2 numbers, got 3",
                        "client-2 malformed: update must be finite and within ±1048576.0, got NaN at index 0",
                        "client-3 malformed: update must be finite and within ±1048576.0, got -3000000.0 at index 1",
                        "client-4 failed: IllegalStateException: no disk",
                        "client-5 failed: StackOverflowError",
                        "client-6 malformed: it answered null",
                        "client-7 answered");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // as code without checks does
    private static <T> T absent() {
        return (T) null;
    }

    @Test
    void client_thatCannotBeMade_isLeftOut() {
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(List.of("good", "lost"), name -> {
                    if (name.equals("lost")) {
                        throw new IllegalArgumentException("no such file");
                    }
                    return moving(1, 1, 1);
                })
                .rounds(1)
                .run();
        assertThat(result.parameters()).containsExactly(1, 1);
        assertThat(result.report().attempts().get(0).dropped().get(0).status()).isEqualTo(Status.FAILED);
    }

    @Test
    void client_thatIsLate_isNamedAndInterrupted() throws InterruptedException {
        var deadlines = new ManualDeadlines();
        var interrupted = new CountDownLatch(1);
        var answered = new CountDownLatch(1);
        FederatedClient late = task -> {
            try {
                answered.await();
                deadlines.pass();
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return Update.of(new float[] {100, 100}, 1);
        };
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(List.of(moving(1, 2, 1), late))
                .rounds(1)
                .parallel(2)
                .roundTimeout(Duration.ofHours(1))
                .time(Clock.systemUTC(), System::nanoTime, deadlines)
                .listener(new RoundListener() {
                    @Override
                    public void onRound(RoundReport report, Supplier<float[]> parameters) {}

                    @Override
                    public void onClient(int round, ClientOutcome outcome) {
                        answered.countDown();
                    }
                })
                .run();
        assertThat(result.parameters()).containsExactly(1, 2);
        assertThat(result.report().attempts().get(0).clients())
                .extracting(ClientOutcome::status)
                .containsExactly(Status.ANSWERED, Status.LATE);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(deadlines.takenBack).hasValue(1);
    }

    @Test
    void clients_thatIgnoreTheirInterrupt_holdUpNobody() {
        var release = new CountDownLatch(1);
        var deadlines = new ManualDeadlines();
        var holding = new CountDownLatch(1);
        try {
            FederatedResult result = FederatedRun.of(ZERO)
                    .clients(names(4), name -> task -> {
                        if (number(name) == 0) {
                            holding.countDown();
                            stubbornly(release);
                        } else if (number(name) == 1) {
                            stubbornly(holding);
                            deadlines.pass();
                            stubbornly(release);
                        }
                        return Update.of(new float[] {1, 1}, 1);
                    })
                    .parallel(2)
                    .rounds(2)
                    .roundTimeout(Duration.ofHours(1))
                    .time(Clock.systemUTC(), System::nanoTime, deadlines)
                    .run();
            // in the first round the two hold both threads; then they are busy, and the others have their turn
            assertThat(result.report().stopReason()).isEqualTo(StopReason.FINISHED);
            List<RoundReport> attempts = result.report().attempts();
            assertThat(attempts.get(attempts.size() - 1).clients())
                    .extracting(ClientOutcome::toString)
                    .containsExactly("c0002 answered", "c0003 answered");
        } finally {
            release.countDown();
        }
    }

    private static void stubbornly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // the client under test ignores it
            }
        }
    }

    @Test
    void round_withTooFewSurvivors_isTriedAgainWithOthers() {
        Set<String> bad = Set.of("c0000", "c0001", "c0002");
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(names(6), name -> task -> {
                    if (bad.contains(name)) {
                        throw new IllegalStateException("offline");
                    }
                    return Update.of(new float[] {1, 1}, 1);
                })
                .clientsPerRound(3)
                .minimumSurvivors(3)
                .retries(5)
                .rounds(4)
                .seed(1)
                .run();
        assertThat(result.report().stopReason()).isEqualTo(StopReason.FINISHED);
        assertThat(result.parameters()).containsExactly(4, 4);
        List<RoundReport> failed = result.report().attempts().stream()
                .filter(attempt -> !attempt.completed())
                .toList();
        assertThat(failed).isNotEmpty().allMatch(attempt -> attempt.reason().endsWith("3 are needed"));
        for (int round = 1; round <= 4; round++) {
            int current = round;
            List<RoundReport> attempts = result.report().attempts().stream()
                    .filter(attempt -> attempt.round() == current)
                    .toList();
            if (attempts.size() > 1) {
                List<String> again = attempts.get(1).clients().stream()
                        .map(ClientOutcome::client)
                        .toList();
                assertThat(attempts.get(0).dropped())
                        .extracting(ClientOutcome::client)
                        .doesNotContainAnyElementsOf(again);
            }
        }
    }

    @Test
    void round_ofAFraction_triedAgain_asksAsManyAsBefore() {
        Set<String> bad = Set.of("c0000", "c0001", "c0002");
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(names(10), name -> task -> {
                    if (bad.contains(name)) {
                        throw new IllegalStateException("offline");
                    }
                    return Update.of(new float[] {1, 1}, 1);
                })
                .fractionPerRound(0.5)
                .minimumSurvivors(5)
                .retries(5)
                .rounds(4)
                .seed(1)
                .run();
        assertThat(result.report().stopReason()).isEqualTo(StopReason.FINISHED);
        assertThat(result.report().attempts())
                .hasSizeGreaterThan(4)
                .allMatch(attempt -> attempt.clients().size() == 5);
    }

    @Test
    void retries_withoutEnd_goOnUntilTheRoundIsCompleted() {
        var failures = new AtomicInteger(3);
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(List.of(task -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("offline");
                    }
                    return Update.of(new float[] {1, 0}, 1);
                }))
                .retries(Integer.MAX_VALUE)
                .rounds(1)
                .run();
        assertThat(result.report().stopReason()).isEqualTo(StopReason.FINISHED);
        assertThat(result.report().attempts()).hasSize(4);
    }

    @Test
    void round_thatFailsInAllAttempts_endsTheRunAndKeepsTheParameters() {
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(List.of(task -> {
                    if (task.round() == 3) {
                        throw new IllegalStateException("offline");
                    }
                    return Update.of(new float[] {1, 0}, 1);
                }))
                .retries(1)
                .rounds(5)
                .run();
        assertThat(result.parameters()).containsExactly(2, 0);
        assertThat(result.report().rounds()).isEqualTo(2);
        assertThat(result.report().stopReason()).isEqualTo(StopReason.TOO_FEW_CLIENTS);
        assertThat(result.report().stopDetail())
                .isEqualTo("round 3 failed in 2 attempts; the last: 0 of 1 clients answered, 1 are needed");
        assertThat(result.report().attempts()).hasSize(4);
    }

    @Test
    void overSelection_takesTheFirstThatAnswer() {
        var hold = new CountDownLatch(1);
        try {
            FederatedResult result = FederatedRun.of(ZERO)
                    .clients(names(4), name -> task -> {
                        if (number(name) >= 2) {
                            try {
                                hold.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                        return Update.of(new float[] {1, 1}, 1);
                    })
                    .clientsPerRound(2)
                    .overSelection(2)
                    .parallel(4)
                    .rounds(1)
                    .run();
            assertThat(result.report().attempts().get(0).clients())
                    .extracting(ClientOutcome::status)
                    .containsExactly(Status.ANSWERED, Status.ANSWERED, Status.SURPLUS, Status.SURPLUS);
        } finally {
            hold.countDown();
        }
    }

    @Test
    void sampling_byFractionCountAndPoisson_asksAsManyAsItSays() {
        IntFunction<List<Integer>> asked = kind -> {
            FederatedRun run = FederatedRun.of(ZERO)
                    .clients(names(100), name -> moving(0, 0, 1))
                    .rounds(30)
                    .seed(4);
            FederatedRun sampled = switch (kind) {
                case 0 -> run.fractionPerRound(0.25);
                case 1 -> run.clientsPerRound(7);
                default -> run.poissonSampling(0.25);
            };
            return sampled.run().report().attempts().stream()
                    .map(attempt -> attempt.clients().size())
                    .toList();
        };
        assertThat(asked.apply(0)).containsOnly(25);
        assertThat(asked.apply(1)).containsOnly(7);
        List<Integer> poisson = asked.apply(2);
        assertThat(Set.copyOf(poisson)).hasSizeGreaterThan(3);
        // fixed seed; the mean of 30 binomials has deviation 0.8
        assertThat(poisson.stream().mapToInt(Integer::intValue).average().orElseThrow())
                .isBetween(21.0, 29.0);
    }

    @Test
    void seeds_differByClientAndRoundAndRepeatWithTheRun() {
        Map<String, Long> first = seedsOf(1);
        assertThat(first).hasSize(12).isEqualTo(seedsOf(1));
        assertThat(Set.copyOf(first.values())).hasSize(12);
        assertThat(Set.copyOf(seedsOf(2).values())).doesNotContainAnyElementsOf(first.values());
    }

    private static Map<String, Long> seedsOf(long seed) {
        Map<String, Long> seeds = new ConcurrentHashMap<>();
        FederatedRun.of(ZERO)
                .clients(names(4), name -> task -> {
                    seeds.put(name + "/" + task.round(), task.seed());
                    return Update.of(task.parameters(), 1);
                })
                .rounds(3)
                .seed(seed)
                .run();
        return seeds;
    }

    @Test
    void parameters_changedByAClient_changeNobodyElses() {
        FederatedResult result = FederatedRun.of(new float[] {1, 1})
                .clients(List.of(
                        task -> {
                            Arrays.fill(task.parameters(), 7);
                            return Update.of(new float[2], 1);
                        },
                        task -> Update.of(task.parameters(), 1)))
                .parallel(1)
                .rounds(1)
                .run();
        assertThat(result.parameters()).containsExactly(1.5f, 1.5f);
    }

    @Test
    void interrupt_endsTheRunWithTheParametersSoFar() {
        Thread caller = Thread.currentThread();
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(List.of(task -> {
                    if (task.round() == 3) {
                        caller.interrupt();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                    return Update.of(new float[] {1, 1}, 1);
                }))
                .run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.report().stopReason()).isEqualTo(StopReason.INTERRUPTED);
        assertThat(result.parameters()).containsExactly(2, 2);
    }

    @Test
    void run_thatDiverges_keepsTheLastParameters() {
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(List.of(task -> Update.of(new float[] {task.round() == 2 ? 1e6f : 0, 1}, 1)))
                .optimizer(new ServerOptimizer.Average(1e35, 0))
                .run();
        assertThat(result.report().stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.report().rounds()).isEqualTo(1);
        assertThat(result.parameters()).containsExactly(0, 1e35f);
    }

    @Test
    void stopWhen_endsTheRun() {
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(List.of(moving(1, 0, 1)))
                .evaluation(parameters -> Map.of("first", (double) parameters[0]))
                .stopWhen(round -> round.evaluation().getOrDefault("first", 0.0) >= 4)
                .run();
        assertThat(result.report().stopReason()).isEqualTo(StopReason.STOPPED);
        assertThat(result.report().rounds()).isEqualTo(4);
    }

    @Test
    void metrics_areAveragedByExamples() {
        RoundReport round = FederatedRun.of(ZERO)
                .clients(List.of(
                        task -> Update.of(new float[2], 1).metric("loss", 4),
                        task -> Update.of(new float[2], 3).metric("loss", 0).metric("own", 5)))
                .rounds(1)
                .run()
                .report()
                .attempts()
                .get(0);
        assertThat(round.metrics()).isEqualTo(Map.of("loss", 1.0, "own", 5.0));
    }

    @Test
    void listener_thatThrows_endsTheRun() {
        assertThatThrownBy(() -> FederatedRun.of(ZERO)
                        .clients(List.of(moving(1, 0, 1)))
                        .listener((report, parameters) -> {
                            throw new UnsupportedOperationException("mine");
                        })
                        .run())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("mine");
        assertThatThrownBy(() -> FederatedRun.of(ZERO)
                        .clients(List.of(moving(1, 0, 1)))
                        .listener(new RoundListener() {
                            @Override
                            public void onRound(RoundReport report, Supplier<float[]> parameters) {}

                            @Override
                            public void onClient(int round, ClientOutcome outcome) {
                                throw new UnsupportedOperationException("mine too");
                            }
                        })
                        .run())
                .hasMessage("mine too");
    }

    @Test
    void aggregation_ofTheCaller_getsUpdatesInTheOrderOfNames() {
        List<Float> seen = new ArrayList<>();
        FederatedResult result = FederatedRun.of(ZERO)
                .clients(names(9), name -> moving(number(name), 0, number(name) + 1))
                .parallel(5)
                .rounds(1)
                .aggregation((updates, weights) -> {
                    for (int i = 0; i < weights.length; i++) {
                        assertThat(weights[i]).isEqualTo(i + 1);
                        seen.add(updates.get(i)[0]);
                    }
                    return new float[] {42, 0};
                })
                .run();
        assertThat(seen).containsExactly(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f);
        assertThat(result.parameters()).containsExactly(42, 0);
    }

    @Test
    void aggregation_withAnUnusableResult_isRefused() {
        FederatedRun run = FederatedRun.of(ZERO).clients(List.of(moving(1, 1, 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        run.aggregation((updates, weights) -> new float[1]).run())
                .withMessage("the aggregation's result must have 2 numbers, got 1");
    }

    @Test
    void threads_afterTheRun_areGone() throws InterruptedException {
        FederatedRun.of(ZERO)
                .clients(names(20), name -> moving(1, 1, 1))
                .roundTimeout(Duration.ofSeconds(30))
                .parallel(4)
                .rounds(2)
                .run();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("aidc-training-client")
                    || thread.getName().equals("aidc-training-deadlines")) {
                thread.join(10_000); // its pool has ended; the thread itself needs a moment
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Weighting.class)
    void report_namesEveryOption(Weighting weighting) {
        FederatedReport report = FederatedRun.of(ZERO)
                .clients(List.of(moving(1, 1, 1)))
                .weighting(weighting)
                .rounds(1)
                .seed(9)
                .run()
                .report();
        assertThat(report.seed()).isEqualTo(9);
        assertThat(report.hyperParameters())
                .containsEntry("weighting", weighting.toString())
                .containsEntry("optimizer", "Average[learningRate=1.0, momentum=0.0]")
                .containsKeys("parameters", "rounds", "sampling", "retries", "roundTimeout", "aggregation", "privacy");
    }

    @Test
    void options_thatAreMissingOrDoNotGoTogether_areNamed() {
        FederatedRun bare = FederatedRun.of(ZERO);
        assertThatIllegalStateException().isThrownBy(bare::run).withMessage("clients are missing");
        bare.clients(List.of(moving(1, 1, 1))).rounds(3);
        assertThatIllegalStateException().isThrownBy(() -> bare.rounds(4)).withMessage("rounds is already set to 3");
        assertThatIllegalStateException()
                .isThrownBy(() -> bare.clients(List.of(moving(1, 1, 1))))
                .withMessage("clients are already set");
        bare.clientsPerRound(1);
        assertThatIllegalStateException().isThrownBy(() -> bare.fractionPerRound(1));
        bare.secureAggregation((round, clients, length) -> {
            throw new AssertionError();
        });
        assertThatIllegalStateException()
                .isThrownBy(bare::run)
                .withMessage("maskedClients and secureAggregation need one another");
    }

    @Test
    void numbers_outOfRange_areRefused() {
        FederatedRun run = FederatedRun.of(ZERO);
        assertThatIllegalArgumentException().isThrownBy(() -> run.rounds(0)).withMessage("rounds must be > 0, got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> run.clientsPerRound(0));
        assertThatIllegalArgumentException().isThrownBy(() -> run.fractionPerRound(1.5));
        assertThatIllegalArgumentException().isThrownBy(() -> run.poissonSampling(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> run.overSelection(0.9));
        assertThatIllegalArgumentException().isThrownBy(() -> run.minimumSurvivors(0));
        assertThatIllegalArgumentException().isThrownBy(() -> run.retries(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> run.roundTimeout(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> run.proximal(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> run.parallel(5000));
        assertThatIllegalArgumentException().isThrownBy(() -> run.clients(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> run.clients(List.of("a", "a"), name -> moving(1, 1, 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> FederatedRun.of(new float[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> FederatedRun.of(new float[] {Float.NaN}));
        assertThatIllegalArgumentException().isThrownBy(() -> Update.of(ZERO, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> Update.of(ZERO, Update.MOST_EXAMPLES + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Update.between(ZERO, new float[3], 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Update.of(ZERO, 1).metric("", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> RoundTask.of(0, 1, 0, ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RoundTask.of(1, 1, 0, ZERO).withClipNorm(0));
    }

    @Test
    void aggregation_thatNeedsMoreUpdates_failsTheRoundAndKeepsThoseBefore() {
        FederatedResult result = FederatedRun.of(ZERO.clone())
                .clients(names(8), name -> task -> {
                    if (task.round() == 2 && number(name) < 2) {
                        throw new IllegalStateException("offline");
                    }
                    return Update.of(new float[] {1, 1}, 1);
                })
                .aggregation(Aggregation.krum(2, 3))
                .retries(1)
                .rounds(3)
                .run();
        assertThat(result.report().stopReason()).isEqualTo(FederatedReport.StopReason.TOO_FEW_CLIENTS);
        assertThat(result.report().stopDetail()).contains("needs 7 updates, got 6");
        assertThat(result.parameters()).containsExactly(1, 1);
    }
}
