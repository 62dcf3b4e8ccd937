package io.aidc.training.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.training.Augmentation;
import io.aidc.training.Dataset;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RowAugmentationsTest {
    private static final Dataset SOURCE =
            Dataset.classification(new float[][] {{10, 20, 30}, {11, 21, 31}}, new int[] {0, 1}, 2);

    @Test
    void gaussianNoise_hasItsMeanAndDeviation() {
        float[] row = new float[10_000];
        RowAugmentations.gaussianNoise(2).apply(row, new SplittableRandom(4));
        double sum = 0;
        double squares = 0;
        for (float value : row) {
            sum += value;
            squares += (double) value * value;
        }
        // Five standard errors: 2/100 for the mean, 2/√20000 for the deviation; the seed is fixed.
        assertThat(sum / row.length).isBetween(-0.1, 0.1);
        assertThat(Math.sqrt(squares / row.length)).isBetween(1.93, 2.07);
    }

    @Test
    void gaussianNoise_ofSomeFeatures_leavesTheOthers() {
        float[] row = {1, 2, 3};
        RowAugmentations.gaussianNoise(1, 1).apply(row, new SplittableRandom(4));
        assertThat(row[0]).isEqualTo(1);
        assertThat(row[1]).isNotEqualTo(2);
        assertThat(row[2]).isEqualTo(3);
        float[] greatest = {Float.MAX_VALUE};
        RowAugmentations.gaussianNoise(1e300).apply(greatest, new SplittableRandom(4));
        assertThat(greatest).containsExactly(Float.MAX_VALUE);
    }

    @Test
    void dropout_replacesThatShare() {
        float[] row = new float[10_000];
        Arrays.fill(row, 1);
        RowAugmentations.dropout(0.2, -5).apply(row, new SplittableRandom(4));
        int dropped = 0;
        for (float value : row) {
            assertThat(value).isIn(1f, -5f);
            dropped += value == -5 ? 1 : 0;
        }
        // Five standard deviations of 40; the seed is fixed.
        assertThat(dropped).isBetween(1800, 2200);
    }

    @Test
    void swap_takesTheSameFeatureOfAnotherRow() {
        for (int seed = 0; seed < 100; seed++) {
            float[] row = {1, 2, 3};
            RowAugmentations.swap(1, SOURCE).apply(row, new SplittableRandom(seed));
            assertThat(row[0]).isIn(10f, 11f);
            assertThat(row[1]).isIn(20f, 21f);
            assertThat(row[2]).isIn(30f, 31f);
        }
    }

    @Test
    void tokenDropout_sparesPadding() {
        float[] row = {5, 6, 0, 0};
        RowAugmentations.tokenDropout(1, 1, 0).apply(row, new SplittableRandom(1));
        assertThat(row).containsExactly(1, 1, 0, 0);
    }

    @Test
    void badInput_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RowAugmentations.gaussianNoise(0))
                .withMessage("deviation must be > 0 and finite, got 0.0");
        assertThatIllegalArgumentException().isThrownBy(() -> RowAugmentations.gaussianNoise(1, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RowAugmentations.gaussianNoise(1, 3).apply(new float[3], new SplittableRandom(1)))
                .withMessage("feature 3 must be in [0, 3), the length of the row");
        assertThatIllegalArgumentException().isThrownBy(() -> RowAugmentations.dropout(-0.1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> RowAugmentations.dropout(0.1, Float.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RowAugmentations.swap(1, SOURCE).apply(new float[2], new SplittableRandom(1)))
                .withMessage("the row must have 3 features, got 2");
        assertThatIllegalArgumentException().isThrownBy(() -> RowAugmentations.tokenDropout(0.1, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> RowAugmentations.tokenDropout(2, 1, 0));
    }

    abstract static class RowContract extends AugmentationContract {
        @Override
        float[] row(SplittableRandom random) {
            return new float[] {random.nextInt(5), random.nextInt(5), random.nextInt(5)};
        }
    }

    @Nested
    class NoiseTest extends RowContract {
        @Override
        Augmentation augmentation() {
            return RowAugmentations.gaussianNoise(1);
        }
    }

    @Nested
    class DropoutTest extends RowContract {
        @Override
        Augmentation augmentation() {
            return RowAugmentations.dropout(0.5, 0);
        }
    }

    @Nested
    class SwapTest extends RowContract {
        @Override
        Augmentation augmentation() {
            return RowAugmentations.swap(0.5, SOURCE);
        }
    }

    @Nested
    class TokenTest extends RowContract {
        @Override
        Augmentation augmentation() {
            return RowAugmentations.tokenDropout(0.5, 1, 0);
        }
    }
}
