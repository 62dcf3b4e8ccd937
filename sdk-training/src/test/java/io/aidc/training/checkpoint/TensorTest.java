package io.aidc.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void of_copiesItsNumbers() {
        float[] values = {1, 2};
        Tensor tensor = Tensor.of(values, 2);
        values[0] = 9;
        assertThat(tensor.floats()).containsExactly(1, 2);
        assertThat(tensor.type()).isEqualTo(TensorType.F32);
        assertThat(tensor.shape()).containsExactly(2L);
        assertThat(tensor).hasToString("F32[2]");
    }

    @Test
    void of_aShapeOfAnotherSize_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new float[5], 2, 3))
                .withMessage("shape [2, 3] takes 6 numbers, got 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(TensorType.I16, new byte[5], 3))
                .withMessage("shape [3] of I16 takes 6 bytes, got 5");
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(new float[5], -5, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(new float[0], 1L << 40, 1L << 40, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(new float[1], new long[65]));
    }

    @Test
    void view_showsItsBufferFromPositionToLimit_andDetachedDoesNot() {
        FloatBuffer buffer =
                ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder()).asFloatBuffer();
        buffer.put(new float[] {1, 2, 3, 4}).position(1).limit(3);
        Tensor view = Tensor.view(buffer, 2);
        Tensor copy = view.detached();
        buffer.put(1, 7);
        assertThat(view.floats()).containsExactly(7, 3);
        assertThat(copy.floats()).containsExactly(2, 3);
        assertThat(copy.detached()).isSameAs(copy);
    }

    @Test
    void copyTo_fillsABufferFromItsPosition() {
        FloatBuffer into = FloatBuffer.allocate(3).position(1);
        Tensor.of(new float[] {5, 6}, 2).copyTo(into);
        assertThat(into.array()).containsExactly(0, 5, 6);
        assertThat(into.position()).isEqualTo(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new float[] {5}).copyTo(into))
                .withMessage("the buffer must have room for 1 numbers, got 0");
    }

    @Test
    void reads_ofTheOtherKind_areRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Tensor.of(new long[] {1}).floats())
                .withMessage("numbers of type I64 are read with longs()");
        assertThatIllegalStateException()
                .isThrownBy(() -> Tensor.of(new float[] {1}).longs())
                .withMessage("numbers of type F32 are read with floats()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new float[] {1}).as(TensorType.I8));
        assertThatIllegalStateException()
                .isThrownBy(() -> Tensor.of(new long[] {1}).as(TensorType.F32));
    }

    @Test
    void as_roundsOnce_evenFromFloat64() {
        // Just above a tie of F16 by less than a float32 can tell: rounding twice would give 1.
        double value = 1 + 0x1p-11 + 0x1p-40;
        assertThat(Tensor.of(new double[] {value}).as(TensorType.F16).doubles()).containsExactly(1 + 0x1p-10);
        assertThat(Tensor.of(new double[] {-value}).as(TensorType.F16).doubles())
                .containsExactly(-1 - 0x1p-10);
        double wide = 1 + 0x1p-8 + 0x1p-40;
        assertThat(Tensor.of(new double[] {wide}).as(TensorType.BF16).doubles()).containsExactly(1 + 0x1p-7);
        assertThat(Tensor.of(new double[] {1e300, Double.NaN}, 2)
                        .as(TensorType.F16)
                        .floats())
                .containsExactly(Float.POSITIVE_INFINITY, Float.NaN);
    }

    @Test
    void equals_comparesBits() {
        assertThat(Tensor.of(new float[] {0f})).isNotEqualTo(Tensor.of(new float[] {-0f}));
        assertThat(Tensor.of(new float[] {Float.NaN}))
                .isEqualTo(Tensor.of(new float[] {Float.NaN}))
                .hasSameHashCodeAs(Tensor.of(new float[] {Float.NaN}));
        assertThat(Tensor.of(new float[] {1}, 1)).isNotEqualTo(Tensor.of(new float[] {1}));
        float[] large = new float[600_000];
        Tensor one = Tensor.of(large, large.length);
        large[599_999] = 1;
        assertThat(Tensor.of(large, large.length)).isNotEqualTo(one);
    }

    @Test
    void bytes_areLittleEndian() {
        assertThat(Tensor.of(new int[] {1, -2}, 2).bytes()).containsExactly(1, 0, 0, 0, -2, -1, -1, -1);
    }
}
