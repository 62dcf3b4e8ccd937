package io.aidc.training.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Adam;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MagnitudePruningTest {
    /** Its numbers: 20 weights, 5 biases, 5 gains, 5 biases, 15 weights, 3 biases, 5 means, 5 variances. */
    private static final Network NETWORK =
            Network.of(Layer.linear(4, 5), Layer.batchNorm(5), Layer.tanh(), Layer.linear(5, 3));

    private static final int WEIGHTS = 35;

    private static boolean isWeight(int number) {
        return number < 20 || (number >= 35 && number < 50);
    }

    private static int zeros(float[] numbers, int from, int to) {
        int zeros = 0;
        for (int i = from; i < to; i++) {
            zeros += numbers[i] == 0 ? 1 : 0;
        }
        return zeros;
    }

    private static float[] pruned(MagnitudePruning pruning, float[] numbers) {
        try (TrainedModel model = Blobs.model(NETWORK, numbers)) {
            float[] pruned = pruning.prune(model);
            assertThat(model.numbers()).as("the model itself").containsExactly(numbers);
            return pruned;
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.3, 0.5, 0.9, 0.99})
    void prune_global_zeroesTheExactPartAndNoneThatIsGreaterThanOneKept(double sparsity) {
        float[] numbers = Blobs.numbers(NETWORK, 3);
        float[] pruned = pruned(MagnitudePruning.global(sparsity), numbers);
        assertThat(zeros(pruned, 0, pruned.length)).isEqualTo((int) Math.round(WEIGHTS * sparsity));
        float greatestPruned = 0;
        float leastKept = Float.POSITIVE_INFINITY;
        for (int i = 0; i < numbers.length; i++) {
            if (pruned[i] == 0) {
                assertThat(isWeight(i)).as("number %d", i).isTrue();
                greatestPruned = Math.max(greatestPruned, Math.abs(numbers[i]));
            } else {
                assertThat(pruned[i]).isEqualTo(numbers[i]);
                leastKept = isWeight(i) ? Math.min(leastKept, Math.abs(numbers[i])) : leastKept;
            }
        }
        assertThat(greatestPruned).isLessThanOrEqualTo(leastKept);
    }

    @Test
    void prune_perLayer_takesTheSamePartOfEach() {
        float[] numbers = Blobs.numbers(NETWORK, 3);
        for (int i = 0; i < 20; i++) {
            numbers[i] *= 1000;
        }
        float[] perLayer = pruned(MagnitudePruning.perLayer(0.6), numbers);
        assertThat(zeros(perLayer, 0, 20)).isEqualTo(12);
        assertThat(zeros(perLayer, 35, 50)).isEqualTo(9);
        assertThat(zeros(perLayer, 0, perLayer.length)).isEqualTo(21);
        float[] global = pruned(MagnitudePruning.global(0.6), numbers);
        assertThat(zeros(global, 0, 20)).isEqualTo(6);
        assertThat(zeros(global, 35, 50)).isEqualTo(15);
    }

    @Test
    void prune_ofEqualMagnitudes_isExactAndTakesTheFirst() {
        float[] numbers = new float[Blobs.numbers(NETWORK, 1).length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i % 2 == 0 ? 0.5f : -0.5f;
        }
        numbers[49] = 0.25f;
        float[] pruned = pruned(MagnitudePruning.global(0.2), numbers);
        float[] expected = numbers.clone();
        Arrays.fill(expected, 0, 6, 0);
        expected[49] = 0;
        assertThat(pruned).containsExactly(expected);
    }

    @Test
    void prune_ofWhatIsPruned_takesTheZerosFirst() {
        float[] half = pruned(MagnitudePruning.global(0.5), Blobs.numbers(NETWORK, 5));
        assertThat(pruned(MagnitudePruning.global(0.5), half)).containsExactly(half);
        float[] more = pruned(MagnitudePruning.global(0.8), half);
        assertThat(zeros(more, 0, more.length)).isEqualTo(28);
        for (int i = 0; i < half.length; i++) {
            assertThat(half[i] != 0 || more[i] == 0).isTrue();
        }
    }

    @Test
    void sparsityAt_growsFastThenSlowlyToTheTarget() {
        assertThat(MagnitudePruning.sparsityAt(0.8, 1, 2)).isCloseTo(0.7, within(1e-12));
        assertThat(MagnitudePruning.sparsityAt(0.8, 1, 4)).isCloseTo(0.8 * (1 - 27.0 / 64), within(1e-12));
        assertThat(MagnitudePruning.sparsityAt(0.8, 4, 4)).isEqualTo(0.8);
        assertThat(MagnitudePruning.sparsityAt(0, 1, 3)).isZero();
        double last = 0;
        double growth = 1;
        for (int round = 1; round <= 10; round++) {
            double sparsity = MagnitudePruning.sparsityAt(0.95, round, 10);
            assertThat(sparsity - last).isPositive().isLessThan(growth);
            growth = sparsity - last;
            last = sparsity;
        }
    }

    @Test
    void numbers_outOfRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MagnitudePruning.global(1))
                .withMessage("sparsity must be in [0, 1), got 1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> MagnitudePruning.global(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> MagnitudePruning.perLayer(-0.1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MagnitudePruning.sparsityAt(0.5, 0, 3))
                .withMessage("round must be in [1, 3], got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> MagnitudePruning.sparsityAt(0.5, 4, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> MagnitudePruning.sparsityAt(1, 1, 3));
    }

    /** Adam's momentum and the decay of weights would move a zero, too, if only its gradient were left out. */
    @Test
    void keepZeros_whileFineTuning_keepsEachOfThemAndTrainsTheRest() {
        Network network = Network.of(Layer.linear(4, 16), Layer.relu(), Layer.linear(16, 3));
        Dataset data = Blobs.rows(300, 1);
        float[] pruned;
        try (TrainingResult result = Blobs.trained(network, data)) {
            pruned = MagnitudePruning.perLayer(0.7).prune(result.model());
        }
        assertThat(zeros(pruned, 0, pruned.length)).isEqualTo(45 + 34);
        try (TrainingResult tuned = tuning(network, pruned).keepZeros().fit(data)) {
            float[] after = tuned.model().numbers();
            int moved = 0;
            for (int i = 0; i < after.length; i++) {
                assertThat(pruned[i] != 0 || after[i] == 0).as("number %d", i).isTrue();
                moved += after[i] == pruned[i] ? 0 : 1;
            }
            assertThat(moved).isGreaterThan((after.length - 79) * 9 / 10);
            assertThat(tuned.model().accuracy(Blobs.rows(300, 2))).isGreaterThan(0.9);
        }
        try (TrainingResult loose = tuning(network, pruned).fit(data)) {
            assertThat(zeros(loose.model().numbers(), 0, pruned.length)).isLessThan(10);
        }
    }

    private static TrainingRun tuning(Network network, float[] start) {
        return TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .startFrom(start)
                .optimizer(Adam.rate(0.01).weightDecay(1e-3))
                .epochs(5)
                .seed(2);
    }
}
