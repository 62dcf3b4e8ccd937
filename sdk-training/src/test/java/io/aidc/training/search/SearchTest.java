package io.aidc.training.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SearchTest {
    private static double parabola(Trial trial) {
        double x = trial.uniform("x", -10, 10);
        return (x - 2) * (x - 2);
    }

    private static List<Double> values(SearchResult result, String name) {
        return result.trials().stream()
                .map(trial -> trial.parameter(name).number())
                .toList();
    }

    @Test
    void run_ofASmoothFunction_comesNearTheBest() {
        SearchResult result =
                Search.minimise(SearchTest::parabola).seed(1).trials(60).run();
        TrialRecord best = result.best().orElseThrow();
        assertThat(best.parameter("x").number()).isBetween(1.8, 2.2);
        assertThat(result.trials()).hasSize(60);
        assertThat(result.ranking().get(0)).isEqualTo(best);
    }

    @Test
    void maximise_findsTheLargestValue() {
        SearchResult result =
                Search.maximise(trial -> -parabola(trial)).seed(1).trials(60).run();
        assertThat(result.best().orElseThrow().value().orElseThrow()).isBetween(-0.04, 0.0);
        assertThat(result.ranking().get(59).value().orElseThrow())
                .isLessThan(result.ranking().get(0).value().orElseThrow());
    }

    @Test
    void run_twiceWithOneSeed_givesTheSameTrials() {
        SearchResult first =
                Search.minimise(SearchTest::parabola).seed(5).trials(30).run();
        SearchResult again =
                Search.minimise(SearchTest::parabola).seed(5).trials(30).run();
        SearchResult other =
                Search.minimise(SearchTest::parabola).seed(6).trials(30).run();
        assertThat(values(again, "x")).isEqualTo(values(first, "x")).isNotEqualTo(values(other, "x"));
    }

    @Test
    void parameters_stayInTheirDomains() {
        SearchResult result = Search.minimise(trial -> {
                    double real = trial.uniform("real", -1, 1);
                    double log = trial.logUniform("log", 1e-5, 1e-1);
                    int whole = trial.integer("whole", -3, 3);
                    int wide = trial.logInteger("wide", 1, 1000);
                    double step = trial.step("step", 0.1, 0.75, 0.2);
                    String option = trial.choice("option", "a", "b", "c");
                    TimeUnit unit = trial.choice("unit", TimeUnit.class);
                    boolean flag = trial.flag("flag");
                    assertThat(real).isBetween(-1.0, 1.0).isEqualTo(trial.uniform("real", -1, 1));
                    assertThat(log).isBetween(1e-5, 1e-1);
                    assertThat(whole).isBetween(-3, 3);
                    assertThat(wide).isBetween(1, 1000);
                    assertThat(step).isIn(0.1, 0.1 + 0.2, 0.1 + 2 * 0.2, 0.1 + 3 * 0.2);
                    assertThat(option).isIn("a", "b", "c");
                    assertThat(trial.uniform("only", 3, 3)).isEqualTo(3);
                    return real
                            + whole
                            + step
                            + unit.name().length()
                            + (flag ? 1 : 0)
                            + Math.log(wide)
                            + option.charAt(0);
                })
                .sampler(RandomSampler.seeded(2))
                .trials(200)
                .run();
        assertThat(result.trials())
                .allSatisfy(trial -> assertThat(trial.outcome()).isInstanceOf(Outcome.Completed.class));
        for (String name : List.of("whole", "step", "option", "unit", "flag")) {
            int values = Set.copyOf(values(result, name)).size();
            assertThat(values)
                    .as(name)
                    .isEqualTo(Map.of("whole", 7, "step", 4, "option", 3, "unit", 7, "flag", 2)
                            .get(name));
        }
    }

    @Test
    void domains_thatMakeNoSense_failTheTrialByName() {
        record Bad(String message, Objective objective) {}
        List<Bad> all = List.of(
                new Bad("low must be <= high, both finite, got [2.0, 1.0]", trial -> trial.uniform("x", 2, 1)),
                new Bad("low must be <= high, both finite, got [NaN, 1.0]", trial -> trial.uniform("x", Double.NaN, 1)),
                new Bad("low must be > 0 on a log scale, got 0.0", trial -> trial.logUniform("x", 0, 1)),
                new Bad("low must be > 0 on a log scale, got 0.0", trial -> trial.logInteger("x", 0, 1)),
                new Bad("step must be > 0 and finite, got 0.0", trial -> trial.step("x", 0, 1, 0)),
                new Bad(
                        "options must be distinct, got 'a' twice",
                        trial -> trial.choice("x", "a", "a").length()),
                new Bad(
                        "options must be 1 to 1000, got 0",
                        trial -> trial.choice("x").length()),
                new Bad("name must be 1 to 200 characters", trial -> trial.uniform(" ", 0, 1)));
        for (Bad bad : all) {
            assertThatExceptionOfType(TrialFailedException.class)
                    .isThrownBy(() -> Search.minimise(bad.objective())
                            .trials(1)
                            .failFast()
                            .run())
                    .withMessageContaining(bad.message())
                    .withCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void parameters_thatChangeTheirDomain_failTheTrialByName() {
        SearchResult result = Search.minimise(trial -> trial.uniform("x", 0, 1 + trial.number()))
                .trials(2)
                .run();
        assertThat(result.trials().get(1).outcome())
                .isEqualTo(new Outcome.Failed("java.lang.IllegalArgumentException: parameter 'x' must keep its domain"
                        + " uniform [0.0, 1.0], got uniform [0.0, 2.0]"));
    }

    @Test
    void trials_thatThrowOrAreNotFinite_areRecordedAndTheSearchGoesOn() {
        SearchResult result = Search.minimise(trial -> {
                    double x = trial.uniform("x", 0, 1);
                    if (trial.number() == 1) {
                        throw new java.io.IOException("disk on fire");
                    } else if (trial.number() == 2) {
                        return Double.NaN;
                    } else if (trial.number() == 3) {
                        throw new OutOfMemoryError("too wide");
                    } else if (trial.number() == 4) {
                        trial.report(7, Double.POSITIVE_INFINITY);
                        assertThat(trial.shouldPrune()).isTrue();
                    }
                    return x;
                })
                .trials(6)
                .run();
        assertThat(result.trials().stream().skip(1).limit(4).map(TrialRecord::outcome))
                .containsExactly(
                        new Outcome.Failed("java.io.IOException: disk on fire"),
                        new Outcome.Failed("value must be finite, got NaN"),
                        new Outcome.Failed("java.lang.OutOfMemoryError: too wide"),
                        new Outcome.Failed("value at step 7 must be finite, got Infinity"));
        assertThat(result.ranking()).hasSize(2);
    }

    @Test
    void failFast_throwsTheFirstFailureWithItsCause() {
        var cause = new IllegalStateException("no data");
        assertThatExceptionOfType(TrialFailedException.class)
                .isThrownBy(() -> Search.minimise(trial -> {
                            trial.integer("n", 4, 4);
                            throw cause;
                        })
                        .failFast()
                        .run())
                .withMessage("Trial 0 with parameters {n=4} failed: java.lang.IllegalStateException: no data")
                .withCause(cause)
                .satisfies(e -> assertThat(e.trial()).isZero());
    }

    @Test
    void run_whenNothingCompletes_hasNoBest() {
        SearchResult result = Search.minimise(trial -> Double.NaN).trials(3).run();
        assertThat(result.best()).isEmpty();
        assertThat(result.importances()).isEmpty();
        assertThat(result.html()).contains("No trial completed");
        assertThat(result.table(5)).contains("3 trials: 0 completed, 0 pruned, 3 failed, 0 interrupted");
    }

    @Test
    void parameter_thatTheTrialDoesNotHave_isNamed() {
        TrialRecord trial =
                Search.minimise(SearchTest::parabola).trials(1).run().trials().get(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trial.parameter("y"))
                .withMessage("trial 0 has no parameter 'y'; it has [x]");
    }

    @Test
    void tryFirst_runsTheGivenValuesBeforeAllOthers() {
        SearchResult result = Search.minimise(
                        trial -> trial.uniform("x", 0, 1) + trial.step("s", 0, 1, 0.1) + (trial.flag("f") ? 1 : 0))
                .tryFirst(Map.of("x", 0.25, "s", 0.3, "f", true))
                .tryFirst(Map.of("x", 7))
                .trials(3)
                .run();
        assertThat(result.trials().get(0).parameters().toString()).isEqualTo("{x=0.25, s=0.30000000000000004, f=true}");
        assertThat(result.trials().get(1).outcome().toString())
                .contains("'x' must be inside uniform [0.0, 1.0], got 7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Search.minimise(SearchTest::parabola).tryFirst(Map.of("x", List.of())));
    }

    @Test
    void parallelTrials_runAtOnceOnNamedThreadsThatEnd() throws Exception {
        var together = new CyclicBarrier(4);
        Set<String> names = java.util.concurrent.ConcurrentHashMap.newKeySet();
        SearchResult result = Search.minimise(trial -> {
                    together.await(30, TimeUnit.SECONDS);
                    names.add(Thread.currentThread().getName());
                    assertThat(Thread.currentThread().isDaemon()).isTrue();
                    return parabola(trial);
                })
                .parallel(4)
                .trials(20)
                .seed(3)
                .run();
        assertThat(result.ranking()).hasSize(20);
        assertThat(result.trials().stream().map(TrialRecord::number).distinct()).hasSize(20);
        assertThat(names)
                .allMatch(name -> name.matches("aidc-training-trial-[0-3]"))
                .hasSize(4);
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .collect(Collectors.toSet()))
                .noneMatch(name -> name.startsWith("aidc-training-trial"));
    }

    @Test
    void executor_ofTheCaller_runsTrialsAndIsNotShutDown() {
        var tasks = new AtomicInteger();
        SearchResult result = Search.minimise(SearchTest::parabola)
                .executor(task -> {
                    tasks.incrementAndGet();
                    task.run();
                })
                .parallel(2)
                .trials(5)
                .run();
        assertThat(result.ranking()).hasSize(5);
        assertThat(tasks.get()).isEqualTo(5);
    }

    @Test
    void executor_thatRefuses_endsTheSearch() {
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> Search.minimise(SearchTest::parabola)
                        .executor(task -> {
                            throw new RejectedExecutionException("full");
                        })
                        .run())
                .withMessage("full");
    }

    @Test
    void stopWhen_endsAfterTheTrialThatIsGoodEnough() {
        SearchResult result = Search.minimise(trial -> 10 - trial.number())
                .stopWhen(progress -> progress.best().orElseThrow().value().orElseThrow() <= 4)
                .run();
        assertThat(result.trials()).hasSize(7);
    }

    @Test
    void listener_hearsOfEachTrialAndWhatItThrowsEndsTheSearch() {
        List<Integer> heard = new ArrayList<>();
        Search.minimise(SearchTest::parabola)
                .trials(4)
                .listener(trial -> heard.add(trial.number()))
                .run();
        assertThat(heard).containsExactly(0, 1, 2, 3);
        var thrown = new IllegalStateException("screen is gone");
        assertThatIllegalStateException()
                .isThrownBy(() -> Search.minimise(SearchTest::parabola)
                        .listener(trial -> {
                            throw thrown;
                        })
                        .run())
                .isSameAs(thrown);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Search.minimise(SearchTest::parabola)
                        .trials(2)
                        .listener(trial -> {
                            throw new AssertionError("trial " + trial.number());
                        })
                        .run())
                .withMessage("trial 0");
    }

    @Test
    void timeout_whenTimeIsUp_beginsNoTrial() {
        var time = new AtomicLong();
        SearchResult result = Search.minimise(trial -> {
                    time.addAndGet(Duration.ofMinutes(1).toNanos());
                    return parabola(trial);
                })
                .timeout(Duration.ofMinutes(3))
                .time(Clock.systemUTC(), time::get, Search.GRACE)
                .run();
        assertThat(result.trials()).hasSize(3);
        assertThat(result.trials().get(0).duration()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void timeout_whenATrialHangs_interruptsIt() {
        var time = new AtomicLong();
        SearchResult result = Search.minimise(trial -> {
                    time.set(Duration.ofHours(1).toNanos());
                    new CountDownLatch(1).await();
                    return 0;
                })
                .timeout(Duration.ofMillis(20))
                .time(Clock.systemUTC(), time::get, Search.GRACE)
                .run();
        assertThat(result.trials())
                .singleElement()
                .satisfies(trial -> assertThat(trial.outcome()).isEqualTo(new Outcome.Interrupted()));
    }

    @Test
    void timeout_whenATrialIgnoresTheInterrupt_leavesItBehind() throws InterruptedException {
        var hour = Duration.ofHours(1).toNanos();
        var release = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        var late = new AtomicReference<Throwable>();
        var over = new CountDownLatch(1);
        SearchResult result = Search.minimise(trial -> {
                    begun.countDown();
                    while (release.getCount() > 0) {
                        Thread.onSpinWait();
                    }
                    try {
                        assertThat(trial.shouldPrune()).isTrue();
                        trial.uniform("x", 0, 1);
                    } catch (IllegalStateException e) {
                        late.set(e);
                    }
                    over.countDown();
                    return 0;
                })
                .timeout(Duration.ofMillis(20))
                .time(
                        Clock.systemUTC(),
                        () -> begun.getCount() > 0 ? 0 : hour + System.nanoTime(),
                        Duration.ofMillis(20))
                .run();
        assertThat(result.trials().get(0).outcome()).isEqualTo(new Outcome.Interrupted());
        release.countDown();
        assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(late.get()).hasMessage("trial 0 is over");
    }

    @Test
    void interrupt_ofTheCaller_endsTheSearchAndKeepsTheFlag() {
        Thread caller = Thread.currentThread();
        SearchResult result = Search.minimise(trial -> {
                    caller.interrupt();
                    new CountDownLatch(1).await();
                    return 0;
                })
                .run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.trials().get(0).outcome()).isEqualTo(new Outcome.Interrupted());
    }

    @Test
    void interrupt_ofACallerWhoRunsTheTrials_endsTheSearchAndKeepsTheFlag() {
        SearchResult result = Search.minimise(trial -> {
                    Thread.currentThread().interrupt();
                    return parabola(trial);
                })
                .executor(Runnable::run)
                .trials(5)
                .run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.trials()).hasSize(1);
    }

    @Test
    void report_outOfOrder_isRefused() {
        SearchResult result = Search.minimise(trial -> {
                    trial.report(2, 1.0);
                    trial.report(2, 1.0);
                    return 0;
                })
                .trials(1)
                .run();
        assertThat(result.trials().get(0).outcome().toString()).contains("step must be >= 0 and > 2, got 2");
    }

    @Test
    void options_setTwiceOrOutOfRange_areRefused() {
        Search search = Search.minimise(SearchTest::parabola).seed(1).trials(1).parallel(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> search.sampler(RandomSampler.seeded(1)))
                .withMessage("seed is set already, to 1");
        assertThatIllegalStateException().isThrownBy(() -> search.trials(2)).withMessage("trials is set already, to 1");
        assertThatIllegalStateException().isThrownBy(() -> search.parallel(2));
        assertThatIllegalStateException()
                .isThrownBy(() -> search.journal(Path.of("a")).journal(Path.of("b")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Search.minimise(SearchTest::parabola).trials(0))
                .withMessage("trials must be >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Search.minimise(SearchTest::parabola).parallel(5000));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Search.minimise(SearchTest::parabola).timeout(Duration.ZERO));
    }
}
