package io.aidc.training.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Augmentation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ImageShapeTest {
    private static final ImageShape SHAPE = new ImageShape(2, 3, 4);

    private static float[] counting(int size) {
        float[] row = new float[size];
        for (int i = 0; i < size; i++) {
            row[i] = i + 1;
        }
        return row;
    }

    private static float[] applied(Augmentation augmentation, float[] row, long seed) {
        float[] copy = row.clone();
        augmentation.apply(copy, new SplittableRandom(seed));
        return copy;
    }

    @Test
    void flip_mirrorsEachLineOfEachChannel() {
        assertThat(applied(SHAPE.flip(), counting(24), 0))
                .containsExactly(4, 3, 2, 1, 8, 7, 6, 5, 12, 11, 10, 9, 16, 15, 14, 13, 20, 19, 18, 17, 24, 23, 22, 21);
    }

    @Test
    void flipVertically_turnsTheLinesOfEachChannelOver() {
        assertThat(applied(SHAPE.flipVertically(), counting(24), 0))
                .containsExactly(9, 10, 11, 12, 5, 6, 7, 8, 1, 2, 3, 4, 21, 22, 23, 24, 17, 18, 19, 20, 13, 14, 15, 16);
    }

    /** A pixel away from the border moves by at most the padding, and every shift comes up. */
    @Test
    void crop_shiftsByEveryAmountUpToThePadding() {
        var shape = new ImageShape(1, 5, 5);
        Set<Integer> places = new HashSet<>();
        for (int seed = 0; seed < 500; seed++) {
            float[] row = new float[25];
            row[12] = 1;
            float[] moved = applied(shape.crop(1, -7), row, seed);
            for (int i = 0; i < 25; i++) {
                if (moved[i] == 1) {
                    places.add(i);
                }
            }
            int filled = 0;
            for (float value : moved) {
                filled += value == -7 ? 1 : 0;
            }
            assertThat(filled).isIn(0, 5, 9);
        }
        assertThat(places).containsExactlyInAnyOrder(6, 7, 8, 11, 12, 13, 16, 17, 18);
    }

    @Test
    void rotate_byARightAngle_turnsASquare() {
        var shape = new ImageShape(1, 3, 3);
        float[] row = counting(9);
        shape.rotate(row, Math.PI / 2, 0);
        float[] expected = {3, 6, 9, 2, 5, 8, 1, 4, 7};
        assertThat(row).containsExactly(expected, within(1e-5f));
    }

    @Test
    void rotate_byNothing_changesNothingAndByAHalfTurnReverses() {
        float[] row = counting(24);
        SHAPE.rotate(row, 0, 0);
        assertThat(row).containsExactly(counting(24));
        SHAPE.rotate(row, Math.PI, 0);
        assertThat(row[0]).isCloseTo(12, within(1e-4f));
        assertThat(row[23]).isCloseTo(13, within(1e-4f));
    }

    @Test
    void brightness_addsOneNumberToAll() {
        float[] row = {0.4f, 0.5f, 0.6f, 0.5f};
        float[] brighter = applied(new ImageShape(1, 2, 2).brightness(0.2, 0, 1), row, 3);
        float added = brighter[0] - row[0];
        assertThat(Math.abs(added)).isBetween(1e-6f, 0.2f);
        for (int i = 0; i < 4; i++) {
            assertThat(brighter[i] - row[i]).isCloseTo(added, within(1e-6f));
        }
        float[] clipped = applied(new ImageShape(1, 2, 2).brightness(100, 0, 1), row, 3);
        assertThat(clipped).containsOnly(clipped[0]);
        assertThat(clipped[0]).isIn(0f, 1f);
    }

    @Test
    void contrast_keepsTheMean() {
        float[] row = {0.4f, 0.5f, 0.6f, 0.3f};
        float[] stretched = applied(new ImageShape(1, 2, 2).contrast(0.5, 0, 1), row, 8);
        assertThat(stretched[0] + stretched[1] + stretched[2] + stretched[3]).isCloseTo(1.8f, within(1e-5f));
        double factor = (stretched[2] - stretched[3]) / 0.3;
        assertThat(factor).isBetween(0.5, 1.5);
        assertThat(Math.abs(factor - 1)).isGreaterThan(1e-3);
    }

    @Test
    void cutout_blanksOneSquareInAllChannels() {
        for (int seed = 0; seed < 200; seed++) {
            float[] cut = applied(SHAPE.cutout(2, 0), counting(24), seed);
            List<Integer> blank = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                if (cut[i] == 0) {
                    blank.add(i);
                }
                assertThat(cut[i] == 0).isEqualTo(cut[i + 12] == 0);
            }
            assertThat(blank.size()).isIn(1, 2, 4);
            int lines = (int) blank.stream().map(i -> i / 4).distinct().count();
            int columns = (int) blank.stream().map(i -> i % 4).distinct().count();
            assertThat(lines * columns).isEqualTo(blank.size());
        }
        assertThat(applied(SHAPE.cutout(Integer.MAX_VALUE, 5), counting(24), 1)).containsOnly(5);
    }

    @Test
    void badInput_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> applied(SHAPE.flip(), new float[23], 0))
                .withMessage("an image of 2 x 3 x 4 needs a row of 24 numbers, got 23");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageShape(0, 1, 1))
                .withMessage("channels must be > 0, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageShape(3, 1 << 15, 1 << 15))
                .withMessageContaining("less than 2^31");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SHAPE.crop(5, 0))
                .withMessage("padding must be in [1, 4], got 5");
        assertThatIllegalArgumentException().isThrownBy(() -> SHAPE.crop(1, Float.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> SHAPE.rotate(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SHAPE.rotate(181, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SHAPE.brightness(-1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SHAPE.contrast(0.5, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SHAPE.contrast(2, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> SHAPE.cutout(0, 0));
    }

    abstract static class ImageContract extends AugmentationContract {
        @Override
        float[] row(SplittableRandom random) {
            float[] row = new float[24];
            for (int i = 0; i < 24; i++) {
                row[i] = (float) random.nextDouble();
            }
            return row;
        }
    }

    @Nested
    class CropTest extends ImageContract {
        @Override
        Augmentation augmentation() {
            return SHAPE.crop(4, 0);
        }
    }

    @Nested
    class RotateTest extends ImageContract {
        @Override
        Augmentation augmentation() {
            return SHAPE.rotate(180, 0);
        }
    }

    @Nested
    class ColourTest extends ImageContract {
        @Override
        Augmentation augmentation() {
            return SHAPE.brightness(0.2, 0, 1).then(SHAPE.contrast(0.2, 0, 1));
        }
    }

    @Nested
    class FlipTest extends ImageContract {
        @Override
        Augmentation augmentation() {
            return SHAPE.flip().withProbability(0.5).then(SHAPE.flipVertically());
        }
    }

    @Nested
    class CutoutTest extends ImageContract {
        @Override
        Augmentation augmentation() {
            return SHAPE.cutout(2, 0);
        }
    }

    @Test
    void size_isTheLengthOfARow() {
        assertThat(SHAPE.size()).isEqualTo(24);
        assertThat(Arrays.equals(applied(SHAPE.flip().then(SHAPE.flip()), counting(24), 0), counting(24)))
                .isTrue();
    }
}
