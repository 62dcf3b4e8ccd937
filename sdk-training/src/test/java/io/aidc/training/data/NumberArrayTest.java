package io.aidc.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.training.Dataset;
import org.junit.jupiter.api.Test;

class NumberArrayTest {
    @Test
    void of_givesBackWhatItWasGiven() {
        float[] elements = {1, 2, 3, 4};
        NumberArray array = NumberArray.of(elements, 2, 2);
        elements[0] = 9;
        assertThat(array.floats()).containsExactly(1, 2, 3, 4);
        assertThat(array.doubles()).containsExactly(1, 2, 3, 4);
        assertThat(array.shape()).containsExactly(2, 2);
        assertThat(array.type()).isEqualTo(ElementType.FLOAT32);
        assertThat(array).hasToString("FLOAT32[2, 2]");
        assertThat(NumberArray.of(new double[] {0.1}, 1).doubles()).containsExactly(0.1);
        assertThat(NumberArray.of(new int[] {-1}, 1).longs()).containsExactly(-1);
        assertThat(NumberArray.of(new long[] {1L << 60}, 1).longs()).containsExactly(1L << 60);
        assertThat(NumberArray.of(ElementType.UINT8, new byte[] {-1}, 1).longs())
                .containsExactly(255);
        assertThat(NumberArray.of(new float[] {2.5f}).size()).isEqualTo(1);
    }

    @Test
    void of_aShapeOfAnotherSize_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NumberArray.of(new float[3], 2, 2))
                .withMessage("shape [2, 2] has 4 elements, got 3");
        assertThatIllegalArgumentException().isThrownBy(() -> NumberArray.of(new float[1], -1, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NumberArray.of(new float[0], 1 << 16, 1 << 16))
                .withMessageContaining("more than 2147483647 elements");
        assertThatIllegalArgumentException().isThrownBy(() -> NumberArray.of(ElementType.INT32, new byte[3], 1));
    }

    @Test
    void unsignedElements_areRoundedToTheNearest() {
        byte[] large = {1, 4, 0, 0, 0, 0, 0, (byte) 0x80}; // 2^63 + 1025, just above half of an ulp of 2048
        NumberArray array = NumberArray.of(ElementType.UINT64, large, 1);
        assertThat(array.doubles()).containsExactly(0x1p63 + 2048);
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(array::longs)
                .withMessage("element 0 is 2^63 or more");
        assertThatIllegalStateException()
                .isThrownBy(() -> NumberArray.of(new float[1], 1).longs());
    }

    @Test
    void classification_flattensRowsAndCountsClasses() {
        Dataset data = NumberArray.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2)
                .classification(NumberArray.of(new long[] {3, 0}, 2));
        assertThat(data.rows()).isEqualTo(2);
        assertThat(data.row(1)).containsExactly(5, 6, 7, 8);
        assertThat(data.classes()).isEqualTo(4);
        assertThat(data.label(0)).isEqualTo(3);
        assertThat(NumberArray.of(new float[2], 2, 1)
                        .classification(NumberArray.of(new int[2], 2, 1))
                        .classes())
                .isEqualTo(2);
    }

    @Test
    void regression_takesOneOrMoreTargetsForARow() {
        NumberArray features = NumberArray.of(new float[] {1, 2}, 2, 1);
        assertThat(features.regression(NumberArray.of(new double[] {0.5, 1.5}, 2))
                        .target(1))
                .containsExactly(1.5f);
        assertThat(features.regression(NumberArray.of(new float[] {1, 2, 3, 4}, 2, 2))
                        .target(1))
                .containsExactly(3, 4);
    }

    @Test
    void labels_thatDoNotFit_areRefused() {
        NumberArray features = NumberArray.of(new float[2], 2, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> features.classification(NumberArray.of(new int[3], 3)))
                .withMessage("labels of shape [3] are not one for each row of features of shape [2, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> features.classification(NumberArray.of(new float[2], 2)))
                .withMessage("labels must be integers, got FLOAT32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> features.classification(NumberArray.of(new int[] {0, -1}, 2)))
                .withMessage("label of row 1 must be in [0, 1000000]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NumberArray.of(new float[1]).regression(NumberArray.of(new float[1], 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> NumberArray.of(new float[] {Float.NaN}, 1, 1).regression(NumberArray.of(new float[1], 1)))
                .withMessageContaining("row 0, column 0 must be finite");
    }

    @Test
    void equals_comparesTypeShapeAndBits() {
        NumberArray array = NumberArray.of(new float[] {1, 2}, 2);
        assertThat(array)
                .isEqualTo(NumberArray.of(new float[] {1, 2}, 2))
                .hasSameHashCodeAs(NumberArray.of(new float[] {1, 2}, 2))
                .isNotEqualTo(NumberArray.of(new float[] {1, 2}, 2, 1))
                .isNotEqualTo(NumberArray.of(new float[] {1, 3}, 2))
                .isNotEqualTo(NumberArray.of(new double[] {1, 2}, 2));
    }
}
