package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.network.Loss;
import io.aidc.training.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
}
