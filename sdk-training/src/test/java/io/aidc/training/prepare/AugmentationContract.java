package io.aidc.training.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.Augmentation;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What every augmentation keeps to: chance from its argument only, no state, finite numbers, changes inside the row. */
abstract class AugmentationContract {
    private static final int ROUNDS = 200;

    /** The augmentation under test. */
    abstract Augmentation augmentation();

    /** A row that it takes. */
    abstract float[] row(SplittableRandom random);

    @Test
    void apply_fromOneGeneratorState_givesOneResult() {
        for (int seed = 0; seed < ROUNDS; seed++) {
            float[] row = row(new SplittableRandom(seed));
            float[] again = row.clone();
            augmentation().apply(row, new SplittableRandom(seed));
            augmentation().apply(again, new SplittableRandom(seed));
            assertThat(again).containsExactly(row);
        }
    }

    @Test
    void apply_keepsNoStateBetweenRows() {
        Augmentation shared = augmentation();
        shared.apply(row(new SplittableRandom(99)), new SplittableRandom(99));
        float[] after = row(new SplittableRandom(1));
        float[] fresh = after.clone();
        shared.apply(after, new SplittableRandom(1));
        augmentation().apply(fresh, new SplittableRandom(1));
        assertThat(after).containsExactly(fresh);
    }

    @Test
    void apply_changesSomeRowsAndKeepsThemFinite() {
        boolean changed = false;
        for (int seed = 0; seed < ROUNDS; seed++) {
            float[] row = row(new SplittableRandom(seed));
            float[] before = row.clone();
            augmentation().apply(row, new SplittableRandom(seed));
            for (int i = 0; i < row.length; i++) {
                assertThat(Float.isFinite(row[i])).isTrue();
                changed |= row[i] != before[i];
            }
        }
        assertThat(changed).isTrue();
    }
}
