package io.aidc.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.metrics.ClassificationScores;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CrossValidationTest {
    private static final Dataset CLOUDS = Learners.clouds(90, 1);
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void everyRow_isAnsweredByAPredictorThatDidNotSeeIt() {
        int rows = 600;
        float[][] features = new float[rows][1];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            features[i][0] = i;
            labels[i] = i % 2;
        }
        Dataset data = Dataset.classification(features, labels, 2);
        CrossValidationResult result =
                CrossValidation.of(Learners.MEMORY).folds(4).seed(3).run(data);
        // Guessing gets 300 of 600 right, deviation 12.2: a leak of all rows gives 600. Beyond 240…360 by chance: 1e-6.
        assertThat(ClassificationScores.of(result.outOfFold(), labels).accuracy())
                .isBetween(0.4, 0.6);
    }

    @Test
    void scores_areThoseOfTheFolds() {
        CrossValidationResult result = CrossValidation.of(Learners.NEAREST_CENTROID)
                .folds(3)
                .repeats(2)
                .stratified()
                .seed(7)
                .run(CLOUDS);
        assertThat(result.folds()).hasSize(6);
        assertThat(result.folds()).extracting(FoldScores::repeat).containsExactly(0, 0, 0, 1, 1, 1);
        assertThat(result.folds()).extracting(FoldScores::fold).containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(result.folds()).allSatisfy(fold -> {
            assertThat(fold.trainRows()).isEqualTo(60);
            assertThat(fold.testRows()).isEqualTo(30);
        });
        double mean = result.folds().stream()
                .mapToDouble(fold -> fold.scores().get("accuracy"))
                .average()
                .orElseThrow();
        assertThat(mean).isGreaterThan(0.7);
        assertThat(result.estimate("accuracy").mean()).isCloseTo(mean, within(1e-12));
        assertThat(result.means()).containsKeys("logLoss", "rocAuc").hasSameSizeAs(result.names());
        assertThat(result.estimate("accuracy")).isEqualTo(Estimate.of(result.values("accuracy"), 0.5, 0.95));
        assertThat(result.toString()).contains("accuracy").contains("95 % interval");
    }

    @Test
    void outOfFold_isTheMeanOverRepeats() {
        CrossValidation one = CrossValidation.of(Learners.CONSTANT).folds(2).repeats(3);
        float[][] answers = one.run(CLOUDS).outOfFold();
        assertThat(answers.length).isEqualTo(90);
        for (float[] row : answers) {
            assertThat(row[0] + row[1] + row[2]).isCloseTo(1, within(1e-5f));
        }
        float[][] line = CrossValidation.of(Learners.CONSTANT)
                .folds(2)
                .seed(1)
                .run(Learners.line(2))
                .outOfFold();
        assertThat(line).isDeepEqualTo(new float[][] {{1, 2}, {0, 0}});
    }

    @Test
    void constantOfTheTrainingRows_scoresAsToldByHand() {
        CrossValidationResult result =
                CrossValidation.of(Learners.CONSTANT).folds(2).run(Learners.line(2));
        // Each of the two rows is answered with the other: errors of 1 and 2.
        assertThat(result.values("mae")).containsExactly(1.5, 1.5);
        assertThat(result.values("maxError")).containsExactly(2, 2);
        assertThat(result.estimate("r2").mean())
                .as("one test row has no variance")
                .isNaN();
    }

    @Test
    void sameSeed_givesTheSameResultAlsoInParallel() {
        Learner learner = Bagging.of(Learners.NEAREST_CENTROID).members(3);
        CrossValidationResult one =
                CrossValidation.of(learner).repeats(2).seed(5).run(CLOUDS);
        CrossValidationResult two =
                CrossValidation.of(learner).repeats(2).seed(5).parallel(threads).run(CLOUDS);
        assertThat(two.folds()).isEqualTo(one.folds());
        assertThat(two.outOfFold()).isDeepEqualTo(one.outOfFold());
        assertThat(CrossValidation.of(learner).repeats(2).seed(6).run(CLOUDS).folds())
                .isNotEqualTo(one.folds());
        assertThat(threads.isShutdown()).isFalse();
    }

    @Test
    void learner_getsAnotherSeedForEachFold() {
        Set<Long> seeds = new ConcurrentSkipListSet<>();
        CrossValidation.of((data, seed) -> {
                    seeds.add(seed);
                    return Learners.CONSTANT.fit(data, seed);
                })
                .folds(5)
                .repeats(3)
                .run(CLOUDS);
        assertThat(seeds).hasSize(15);
    }

    @Test
    void groups_stayOnOneSide() {
        int[] groups = IntStream.range(0, 90).map(i -> i / 9).toArray();
        float[][] features = new float[90][1];
        for (int i = 0; i < 90; i++) {
            features[i][0] = i;
        }
        Dataset data = Dataset.classification(features, new int[90], 2);
        CrossValidation.of((train, seed) -> {
                    Set<Integer> trained = new ConcurrentSkipListSet<>();
                    for (int i = 0; i < train.rows(); i++) {
                        trained.add(groups[(int) train.row(i)[0]]);
                    }
                    return rows -> {
                        for (float[] row : rows) {
                            assertThat(trained).doesNotContain(groups[(int) row[0]]);
                        }
                        return Learners.CONSTANT.fit(train, seed).predict(rows);
                    };
                })
                .grouped(groups)
                .run(data);
    }

    @Test
    void ownScore_standsBesideTheOthers() {
        CrossValidationResult result = CrossValidation.of(Learners.CONSTANT)
                .score("cost", (data, answers) -> data.rows() + answers[0].length)
                .run(CLOUDS);
        assertThat(result.values("cost")).containsOnly(21);
        assertThat(result.names()).contains("accuracy", "cost");
    }

    @Test
    void predictors_areAllClosed() {
        Learners.Counting counting = new Learners.Counting(Learners.CONSTANT);
        CrossValidation.of(counting).repeats(2).run(CLOUDS);
        assertThat(counting.made).hasValue(10);
        assertThat(counting.open).hasValue(0);
        CrossValidation.of(counting).parallel(threads).run(CLOUDS);
        assertThat(counting.open).hasValue(0);
    }

    @Test
    void failure_closesWhatIsOpenAndStopsTheRest() {
        AtomicInteger predictions = new AtomicInteger();
        Learners.Counting counting = new Learners.Counting((data, seed) -> rows -> {
            if (predictions.incrementAndGet() == 2) {
                throw new IllegalStateException("no answer");
            }
            return Learners.CONSTANT.fit(data, seed).predict(rows);
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> CrossValidation.of(counting).run(CLOUDS))
                .withMessage("no answer");
        assertThat(counting.made).hasValue(2);
        assertThat(counting.open).hasValue(0);
        predictions.set(0);
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            assertThatIllegalStateException()
                    .isThrownBy(() ->
                            CrossValidation.of(counting).parallel(one).folds(30).run(CLOUDS))
                    .withMessage("no answer");
            assertThat(counting.made).as("two more").hasValue(4);
        } finally {
            one.shutdownNow();
        }
        assertThat(counting.open).hasValue(0);
    }

    /** Folds that were not begun for its sake end before it in the order of the folds. */
    @Test
    void failure_ofALaterFold_isWhatIsThrown() {
        AtomicInteger fits = new AtomicInteger();
        Learner broken = (data, seed) -> {
            throw new IllegalStateException("fit " + fits.incrementAndGet());
        };
        assertThatIllegalStateException()
                .isThrownBy(() -> CrossValidation.of(broken)
                        .folds(LastFirst.TASKS)
                        .parallel(new LastFirst())
                        .run(CLOUDS))
                .withMessage("fit 1");
    }

    /** Waits for some tasks and then runs them, the last first. */
    private static final class LastFirst extends AbstractExecutorService {
        static final int TASKS = 4;

        private final Deque<Runnable> waiting = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            waiting.push(task);
            if (waiting.size() == TASKS) {
                waiting.forEach(Runnable::run);
            }
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    @Test
    void error_isThrownAsItIs() {
        Learner broken = (data, seed) -> {
            throw new AssertionError("broken");
        };
        assertThatThrownBy(() -> CrossValidation.of(broken).parallel(threads).run(CLOUDS))
                .isInstanceOf(AssertionError.class)
                .hasMessage("broken");
    }

    @Test
    void interrupt_endsTheRunWithNothingRunningOrOpen() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Learners.Counting counting = new Learners.Counting((data, seed) -> rows -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("stopped");
        });
        boolean[] flag = new boolean[1];
        Throwable[] thrown = new Throwable[1];
        int[] open = {-1};
        Thread caller = new Thread(() -> {
            try {
                CrossValidation.of(counting).parallel(threads).run(CLOUDS);
            } catch (RuntimeException e) {
                thrown[0] = e;
                flag[0] = Thread.currentThread().isInterrupted();
                open[0] = counting.open.get();
            }
        });
        caller.start();
        begun.await();
        caller.interrupt();
        caller.join();
        assertThat(thrown[0]).isInstanceOf(CancellationException.class);
        assertThat(flag[0]).isTrue();
        assertThat(open[0]).isZero();
    }

    @Test
    void wrongAnswers_areNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CrossValidation.of((data, seed) -> rows -> new float[1][3])
                        .run(CLOUDS))
                .withMessage("predictor must answer each of 18 rows, got 1 answers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CrossValidation.of((data, seed) -> rows -> new float[rows.length][2])
                        .run(CLOUDS))
                .withMessage("predictor must answer 3 probabilities for row 0, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CrossValidation.of((data, seed) -> rows -> {
                            float[][] logits = new float[rows.length][];
                            Arrays.setAll(logits, i -> new float[] {3, 0, -3});
                            return logits;
                        })
                        .run(CLOUDS))
                .withMessageContaining("are these logits?");
    }

    @Test
    void misuse_isNamed() {
        CrossValidation validation =
                CrossValidation.of(Learners.CONSTANT).folds(2).stratified();
        assertThatIllegalStateException()
                .isThrownBy(() -> validation.folds(3))
                .withMessage("folds is already set to 2");
        assertThatIllegalStateException().isThrownBy(() -> validation.grouped(1, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CrossValidation.of(Learners.CONSTANT).folds(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CrossValidation.of(Learners.CONSTANT).repeats(0));
        assertThatIllegalArgumentException().isThrownBy(() -> validation.run(Learners.line(4)));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        CrossValidation.of(Learners.CONSTANT).grouped(1, 2).run(CLOUDS))
                .withMessage("grouped must be one group for each of 90 rows, got 2");
        CrossValidationResult result = validation.run(CLOUDS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> result.values("profit"))
                .withMessageStartingWith("no score 'profit'; there are [accuracy, ");
        assertThatIllegalArgumentException().isThrownBy(() -> result.estimate("accuracy", 0));
    }

    @Test
    void outOfFold_ofManyCertainRepeats_areProbabilities() {
        Dataset data = Learners.clouds(30, 1);
        Learner certain = (rows, seed) -> asked -> {
            float[][] answers = new float[asked.length][data.classes()];
            for (float[] answer : answers) {
                answer[0] = 1;
            }
            return answers;
        };
        float[][] answers =
                CrossValidation.of(certain).folds(3).repeats(10).run(data).outOfFold();
        for (float[] answer : answers) {
            assertThat(answer[0]).isEqualTo(1);
        }
    }
}
