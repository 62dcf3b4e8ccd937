package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final Augmentation ADD = (row, random) -> row[0] += 1;
    private static final Augmentation DOUBLE = (row, random) -> row[0] *= 2;

    private static float after(Augmentation augmentation, long seed) {
        float[] row = {3};
        augmentation.apply(row, new SplittableRandom(seed));
        return row[0];
    }

    @Test
    void then_appliesInOrder() {
        assertThat(after(ADD.then(DOUBLE), 1)).isEqualTo(8);
        assertThat(after(DOUBLE.then(ADD), 1)).isEqualTo(7);
    }

    @Test
    void withProbability_changesThatShareOfRows() {
        var random = new SplittableRandom(7);
        int changed = 0;
        for (int i = 0; i < 10_000; i++) {
            float[] row = {0};
            ADD.withProbability(0.3).apply(row, random);
            changed += (int) row[0];
        }
        // Standard deviation 46; the seed is fixed.
        assertThat(changed).isBetween(2770, 3230);
    }

    @Test
    void withProbability_atTheEnds_isNeverAndAlways() {
        for (int seed = 0; seed < 100; seed++) {
            assertThat(after(ADD.withProbability(0), seed)).isEqualTo(3);
            assertThat(after(ADD.withProbability(1), seed)).isEqualTo(4);
        }
    }

    @Test
    void withProbability_outsideItsRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ADD.withProbability(1.1))
                .withMessage("probability must be in [0, 1], got 1.1");
        assertThatIllegalArgumentException().isThrownBy(() -> ADD.withProbability(Double.NaN));
    }
}
