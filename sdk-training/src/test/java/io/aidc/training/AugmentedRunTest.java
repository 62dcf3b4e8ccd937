package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.network.Loss;
import io.aidc.training.optim.Sgd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AugmentedRunTest {
    private static final int ROWS = 50;
    private static final int EPOCHS = 3;
    private static final Dataset DATA = Samples.classes(ROWS, 1);
    private static final Augmentation JITTER = (row, random) -> {
        for (int i = 0; i < row.length; i++) {
            row[i] += (float) random.nextDouble(-0.5, 0.5);
        }
    };

    @TempDir
    Path directory;

    private static TrainingRun run(int workers) {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Sgd.rate(0.1))
                .batchSize(12)
                .epochs(EPOCHS)
                .seed(7)
                .workers(workers);
    }

    private static float[] numbers(TrainingRun run) {
        try (TrainingResult result = run.fit(DATA)) {
            return result.model().numbers();
        }
    }

    @Test
    void augment_onTwoWorkers_givesWhatOneDoes() {
        float[] one = numbers(run(1).augment(JITTER));
        assertThat(numbers(run(2).augment(JITTER))).containsExactly(one, within(1e-5f));
        assertThat(numbers(run(1).augment(JITTER).accumulate(3))).containsExactly(one, within(1e-5f));
        assertThat(numbers(run(1).augment(JITTER))).containsExactly(one);
        float[] plain = numbers(run(1));
        double distance = 0;
        for (int i = 0; i < one.length; i++) {
            distance = Math.max(distance, Math.abs(one[i] - plain[i]));
        }
        assertThat(distance).isGreaterThan(1e-3);
    }

    /** What is drawn for each row, known by its first feature, epoch by epoch. */
    private static Map<Float, List<Long>> draws(TrainingRun run) {
        Map<Float, List<Long>> drawn = new ConcurrentSkipListMap<>();
        run.augment((row, random) -> drawn.computeIfAbsent(row[0], first -> new ArrayList<>())
                        .add(random.nextLong()))
                .fit(DATA)
                .close();
        return new TreeMap<>(drawn);
    }

    @Test
    void augment_drawsAnewForEachRowAndEpoch_whoeverComputesIt() {
        Map<Float, List<Long>> one = draws(run(1));
        assertThat(one).hasSize(ROWS);
        assertThat(one.values()).allSatisfy(row -> assertThat(row).hasSize(EPOCHS));
        assertThat(one.values().stream().flatMap(List::stream)).doesNotHaveDuplicates();
        assertThat(draws(run(2))).isEqualTo(one);
        Map<Float, List<Long>> otherSeed = draws(TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .epochs(EPOCHS)
                .seed(8));
        assertThat(otherSeed.keySet()).isEqualTo(one.keySet());
        assertThat(otherSeed).isNotEqualTo(one);
    }

    @Test
    void augment_leavesValidationRowsAndTheDataAlone() {
        Dataset validation = Samples.classes(30, 2);
        String before = DATA.fingerprint();
        Set<Float> seen = ConcurrentHashMap.newKeySet();
        try (TrainingResult result = run(1).augment((row, random) -> {
                    seen.add(row[0]);
                    row[0] += 100;
                })
                .validate(validation)
                .fit(DATA)) {
            assertThat(seen).hasSize(ROWS).doesNotContainAnyElementsOf(firsts(validation));
            double loss = 0;
            float[][] probabilities = result.model().predictor().predict(rows(validation));
            for (int i = 0; i < validation.rows(); i++) {
                loss -= Math.log(probabilities[i][validation.label(i)]) / validation.rows();
            }
            List<EpochScores> epochs = result.report().epochs();
            assertThat(epochs.get(EPOCHS - 1).validation().getOrDefault("loss", Double.NaN))
                    .isCloseTo(loss, within(1e-5 * loss));
        }
        assertThat(DATA.fingerprint()).isEqualTo(before);
    }

    private static float[][] rows(Dataset data) {
        float[][] rows = new float[data.rows()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = data.row(i);
        }
        return rows;
    }

    private static List<Float> firsts(Dataset data) {
        List<Float> firsts = new ArrayList<>();
        for (float value : data.column(0)) {
            firsts.add(value);
        }
        return firsts;
    }

    @Test
    void augment_thatThrows_endsTheRunAsALostWorker() {
        var cause = new IllegalArgumentException("no image");
        assertThatThrownBy(() -> run(1).augment((row, random) -> {
                            throw cause;
                        })
                        .fit(DATA))
                .isInstanceOf(WorkerLostException.class)
                .hasCause(cause);
    }

    private static Set<Float> firstsOf(int step) {
        int[] order = Shuffle.of(ROWS, seedFor(Seeds.EPOCHS));
        Set<Float> firsts = new HashSet<>();
        for (int i = 12 * (step - 1); i < 12 * step; i++) {
            firsts.add(DATA.row(order[i])[0]);
        }
        return firsts;
    }

    /** As {@code Plan.seedFor} makes it of the run's seed 7. */
    private static long seedFor(long use) {
        return new SplittableRandom(7 ^ (use * 0x9E3779B97F4A7C15L)).nextLong();
    }

    /** Rows of step 3 are read while step 2 is computed, but it is step 3 that fails. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void augment_thatThrowsLater_endsTheRunInTheStepThatNeedsTheRow(int workers) {
        Set<Float> third = firstsOf(3);
        List<Integer> steps = new CopyOnWriteArrayList<>();
        assertThatThrownBy(() -> run(workers)
                        .augment((row, random) -> {
                            if (third.contains(row[0])) {
                                throw new IllegalArgumentException("no image");
                            }
                        })
                        .listener(progress -> steps.add(progress.step()))
                        .fit(DATA))
                .isInstanceOfSatisfying(
                        WorkerLostException.class,
                        lost -> assertThat(lost.step()).isEqualTo(3))
                .hasMessageContaining("no image");
        assertThat(steps).containsExactly(1, 2);
        assertThat(Readers.left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void run_thatIsInterruptedAndResumed_givesTheBitsOfOneWithoutABreak(int workers) {
        float[] whole = numbers(run(workers).augment(JITTER).accumulate(2));
        Thread caller = Thread.currentThread();
        Checkpoints checkpoints = Checkpoints.in(directory).every(4);
        run(workers)
                .augment(JITTER)
                .accumulate(2)
                .checkpoints(checkpoints)
                .listener(progress -> {
                    if (progress.step() == 6) {
                        caller.interrupt();
                    }
                })
                .fit(DATA)
                .close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Readers.left()).isEmpty();
        assertThat(numbers(run(workers)
                        .augment(JITTER)
                        .accumulate(2)
                        .checkpoints(checkpoints)
                        .resume()))
                .containsExactly(whole);
        assertThat(Readers.left()).isEmpty();
    }

    /** A worker that hangs in the caller's code is woken by an interrupt, on whichever thread it hangs. */
    @Test
    void augment_thatHangs_losesTheWorkerInTimeAndLeavesNoThread() throws InterruptedException {
        Set<Float> third = firstsOf(3);
        var woken = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        var first = new AtomicBoolean();
        assertThatThrownBy(() -> run(2).workerTimeout(Duration.ofSeconds(2))
                        .augment((row, random) -> {
                            if (third.contains(row[0]) && first.compareAndSet(false, true)) {
                                try {
                                    never.await();
                                } catch (InterruptedException e) {
                                    woken.countDown();
                                    throw new IllegalStateException("woken", e);
                                }
                            }
                        })
                        .fit(DATA))
                .isInstanceOf(WorkerLostException.class)
                .hasMessageContaining("did not answer within PT2S");
        woken.await();
        for (Thread thread : Readers.left()) {
            thread.join();
        }
    }

    /** The gate decides whether a step is taken before any of its rows is touched. */
    @Test
    void privateRun_readsNoRowOfAStepThatIsNotAdmitted() {
        Set<Float> touched = ConcurrentHashMap.newKeySet();
        DpSgd privacy = DpSgd.clip(1)
                .noiseMultiplier(1)
                .sampling(4, population -> touched.isEmpty() ? new int[] {0, 1, 2, 3} : new int[] {4, 5, 6, 7})
                .noise((sum, deviation) -> {})
                .onStep(step -> step < 2);
        try (TrainingResult result = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .privacy(privacy)
                .accumulate(2)
                .steps(5)
                .seed(7)
                .augment((row, random) -> touched.add(row[0]))
                .fit(DATA)) {
            assertThat(result.report().steps()).isEqualTo(1);
        }
        assertThat(touched).containsExactlyInAnyOrder(DATA.row(0)[0], DATA.row(1)[0], DATA.row(2)[0], DATA.row(3)[0]);
        assertThat(Readers.left()).isEmpty();
    }
}
