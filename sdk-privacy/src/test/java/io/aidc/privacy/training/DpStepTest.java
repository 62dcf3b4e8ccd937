package io.aidc.privacy.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Sampling;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.noise.BulkNoise;
import io.aidc.privacy.noise.SeededBits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clip 0.5, z = 4, divided by 10: noise of deviation 0.2 a coordinate, or 0.4 for replacing. Fixed seeds. */
class DpStepTest {
    private static final int PARAMETERS = 40_000;

    @ParameterizedTest
    @CsvSource({
        "0, ADD_OR_REMOVE, 0.2",
        "1, ADD_OR_REMOVE, 0.2",
        "7, ADD_OR_REMOVE, 0.2",
        "0, REPLACE_ONE, 0.4",
        "7, REPLACE_ONE, 0.4"
    })
    void noisedMean_anyNumberOfExamples_hasTheNoiseOfTheClip(int examples, Neighbours neighbours, double deviation) {
        float[] mean = fullBatch(7, PARAMETERS, neighbours, step -> {
            for (int i = 0; i < examples; i++) {
                step.add(new float[PARAMETERS]);
            }
            return step.noisedMean();
        });
        assertNoise(mean, 0, deviation);
    }

    @Test
    void noisedMean_emptyBatch_isNoised() {
        try (DpRun run = Runs.run(Sampling.poisson(1e-9), 3, PARAMETERS, Neighbours.ADD_OR_REMOVE)) {
            DpStep step = run.next();
            assertThat(step.indices()).isEmpty();
            assertNoise(step.noisedMean(), 0, 0.2);
        }
    }

    /** Seven vectors of norm 20 (0.1 a coordinate) count as 0.5 each. Fixed seed. */
    @Test
    void noised_longGradients_areClippedOneByOne() {
        float[] gradient = new float[PARAMETERS];
        Arrays.fill(gradient, 0.1f);
        var sum = new ClippedSum(PARAMETERS, 0.5, 0.01, 1);
        for (int i = 0; i < 7; i++) {
            sum.add(gradient);
        }
        double[] noised;
        try (BulkNoise source = SeededBits.bulkNoise(1, 3)) {
            noised = sum.noised(source);
        }
        // along the gradient the noise is 0.005; clipped as a whole, the sum would be 0.5
        double along = Arrays.stream(noised).sum() / Math.sqrt(PARAMETERS);
        assertThat(along).isCloseTo(3.5, within(0.05));
    }

    @Test
    void clippedSum_withoutNoise_isTheSumOfClippedVectors() {
        var sum = new ClippedSum(2, 0.5, 1000, 1);
        assertThat(sum.add(new float[] {30, 40})).isFalse();
        assertThat(sum.add(new float[] {0.1f, -0.2f})).isTrue();
        double step = 0x1p-22;
        assertThat(sum.steps()[0] * step).isCloseTo(0.3 + 0.1f, within(1e-6));
        assertThat(sum.steps()[1] * step).isCloseTo(0.4 - 0.2f, within(1e-6));
    }

    /** The norm of what is added, in exact integers, never exceeds the clip norm. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-60, 0.1, 1, 3e7, 1e60})
    void clippedSum_anyGradient_isWithinTheClip(double clip) {
        var random = new SplittableRandom(3);
        for (int round = 0; round < 300; round++) {
            int length = 1 + random.nextInt(50);
            var sum = new ClippedSum(length, clip, 0.7, 1);
            float[] gradient = new float[length];
            for (int i = 0; i < length; i++) {
                gradient[i] = Float.intBitsToFloat(random.nextInt());
            }
            sum.add(gradient);
            var squares = BigInteger.ZERO;
            for (long step : sum.steps()) {
                squares = squares.add(BigInteger.valueOf(step).pow(2));
            }
            double steps = clip / Math.scalb(1.0, Math.getExponent(clip * 0.7) - 30);
            assertThat(new BigDecimal(squares)).isLessThanOrEqualTo(new BigDecimal(steps).pow(2));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void add_notFinite_countsAsZeros(float value) {
        var sum = new ClippedSum(2, 0.5, 1, 1);
        assertThat(sum.add(new float[] {0.1f, value})).isFalse();
        assertThat(sum.steps()).containsOnly(0);
        try (DpRun run = Runs.run(Sampling.fullBatch(), 1, 2, Neighbours.ADD_OR_REMOVE)) {
            DpStep step = run.next();
            step.add(new float[] {value, 1});
            assertThatThrownBy(() -> step.add(new float[2])).hasMessageContaining("added once");
        }
    }

    @Test
    void add_order_doesNotMatter() {
        var random = new SplittableRandom(4);
        float[][] gradients = new float[50][5];
        for (float[] gradient : gradients) {
            for (int i = 0; i < 5; i++) {
                gradient[i] = (float) random.nextDouble(-1e6, 1e6);
            }
        }
        var forth = new ClippedSum(5, 1, 1, 1);
        var back = new ClippedSum(5, 1, 1, 1);
        for (int i = 0; i < 50; i++) {
            forth.add(gradients[i]);
            back.add(gradients[49 - i]);
        }
        assertThat(forth.steps()).isEqualTo(back.steps());
    }

    @Test
    void noisedMean_anyInput_liesOnTheLattice() {
        var sum = new ClippedSum(100, 0.5, 4, 1);
        sum.add(filled(0.012345f));
        try (var source = SeededBits.bulkNoise(1, 1)) {
            for (double shown : sum.noised(source)) {
                double steps = shown / 0x1p-29;
                assertThat(steps).isEqualTo(Math.rint(steps));
            }
        }
    }

    private static float[] filled(float value) {
        float[] vector = new float[100];
        Arrays.fill(vector, value);
        return vector;
    }

    @Test
    void release_clippedElsewhere_getsTheSameNoise() {
        float[] sum = new float[PARAMETERS];
        Arrays.fill(sum, 100);
        assertNoise(fullBatch(7, PARAMETERS, Neighbours.ADD_OR_REMOVE, step -> step.release(sum)), 10, 0.2);
        assertNoise(fullBatch(7, PARAMETERS, Neighbours.REPLACE_ONE, step -> step.release(sum)), 10, 0.4);
    }

    @Test
    void release_badSum_isNamedAndLeavesTheStepOpen() {
        try (DpRun run = Runs.run(Sampling.fullBatch(), 1, 2, Neighbours.ADD_OR_REMOVE)) {
            DpStep step = run.next();
            assertThatThrownBy(() -> step.release(new float[3])).hasMessage("a vector must have 2 parameters, got 3");
            assertThatThrownBy(() -> step.release(new float[] {Float.NaN, 0}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> step.release(new float[] {Float.MAX_VALUE, 0}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(step.release(new float[2])).hasSize(2);
            assertReleased(step);
        }
    }

    @Test
    void release_afterAdding_isRefused() {
        try (DpRun run = Runs.run(Sampling.fullBatch(), 1, 2, Neighbours.ADD_OR_REMOVE)) {
            DpStep step = run.next();
            step.add(new float[2]);
            assertThatThrownBy(() -> step.release(new float[2])).hasMessageContaining("nothing was added");
        }
    }

    @Test
    void privatise_rows_areAddedAndReleased() {
        float[] mean = fullBatch(2, PARAMETERS, Neighbours.ADD_OR_REMOVE, step -> {
            float[][] rows = new float[2][PARAMETERS];
            rows[0][0] = 1e9f;
            return step.privatise(rows);
        });
        assertNoise(mean, 0, 0.2);
        try (DpRun run = Runs.run(Sampling.fullBatch(), 1, 2, Neighbours.ADD_OR_REMOVE)) {
            DpStep step = run.next();
            assertThatThrownBy(() -> step.privatise(new float[2][2])).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> step.privatise(new float[][] {new float[3]}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(step.privatise(new float[1][2])).hasSize(2);
            assertReleased(step);
        }
    }

    @Test
    void step_releasedTwice_isRefused() {
        try (DpRun run = Runs.run(Sampling.fullBatch(), 3, 2, Neighbours.ADD_OR_REMOVE)) {
            DpStep step = run.next();
            step.noisedMean();
            assertReleased(step);
            assertThatThrownBy(() -> step.add(new float[2])).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> step.release(new float[2])).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void step_laterOneDrawn_isLost() {
        try (DpRun run = Runs.run(Sampling.fullBatch(), 3, 2, Neighbours.ADD_OR_REMOVE)) {
            DpStep first = run.next();
            DpStep second = run.next();
            assertReleased(first);
            assertThat(second.noisedMean()).hasSize(2);
            assertThat(run.stepsLeft()).isEqualTo(8);
        }
    }

    @Test
    void next_beyondThePlan_isRefused() {
        try (DpRun run = Runs.run(Sampling.fullBatch(), 3, 2, Neighbours.ADD_OR_REMOVE)) {
            for (int i = 0; i < 10; i++) {
                run.next();
            }
            assertThatThrownBy(run::next).hasMessage("all 10 steps are used");
        }
    }

    @Test
    void run_afterClose_isRefused() {
        DpRun run = Runs.run(Sampling.fullBatch(), 3, 2, Neighbours.ADD_OR_REMOVE);
        DpStep step = run.next();
        run.close();
        run.close();
        assertThatThrownBy(run::next).hasMessage("this run is closed");
        assertThatThrownBy(step::noisedMean).hasMessage("this run is closed");
        assertThatThrownBy(() -> step.add(new float[2])).hasMessage("this run is closed");
    }

    @Test
    void add_tooManyOrWrongLength_isRefused() {
        try (DpRun run = Runs.run(Sampling.fullBatch(), 1, 2, Neighbours.ADD_OR_REMOVE)) {
            DpStep step = run.next();
            assertThatThrownBy(() -> step.add(new float[3])).hasMessage("a vector must have 2 parameters, got 3");
            step.add(new float[2]);
            assertThatThrownBy(() -> step.add(new float[2])).hasMessage("every unit of this batch has been added once");
        }
    }

    @Test
    void indices_changedByTheCaller_stayTheirs() {
        try (DpRun run = Runs.run(Sampling.fullBatch(), 3, 2, Neighbours.ADD_OR_REMOVE)) {
            DpStep step = run.next();
            step.indices()[0] = 99;
            assertThat(step.indices()).containsExactly(0, 1, 2);
        }
    }

    private static void assertReleased(DpStep step) {
        assertThatThrownBy(step::noisedMean).hasMessage("this step is already released, or a later one was drawn");
    }

    private static float[] fullBatch(int units, int parameters, Neighbours neighbours, Function<DpStep, float[]> use) {
        try (DpRun run = Runs.run(Sampling.fullBatch(), units, parameters, neighbours)) {
            return use.apply(run.next());
        }
    }

    /** Mean and variance over coordinates within five standard errors. */
    private static void assertNoise(float[] values, double mean, double deviation) {
        double squares = 0;
        for (float value : values) {
            squares += (value - mean) * (value - mean);
        }
        assertThat(sum(values) / values.length).isCloseTo(mean, within(5 * deviation / Math.sqrt(values.length)));
        assertThat(squares / values.length / (deviation * deviation))
                .isCloseTo(1, within(5 * Math.sqrt(2.0 / values.length)));
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
