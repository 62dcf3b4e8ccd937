package io.aidc.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TensorTest {
    @Test
    void of_eachArrayType_givesTheSameValuesBack() {
        assertThat(Tensor.of(new float[] {1, Float.NaN}, 2).floats()).containsExactly(1, Float.NaN);
        assertThat(Tensor.of(new double[] {1, -0.0}, 1, 2).doubles()).containsExactly(1, -0.0);
        assertThat(Tensor.of(new short[] {Short.MIN_VALUE}, 1).shorts()).containsExactly(Short.MIN_VALUE);
        assertThat(Tensor.of(new int[] {Integer.MAX_VALUE}, 1).ints()).containsExactly(Integer.MAX_VALUE);
        assertThat(Tensor.of(new long[] {Long.MIN_VALUE, 7}, 2).longs()).containsExactly(Long.MIN_VALUE, 7);
        assertThat(Tensor.of(new boolean[] {true, false}, 2).booleans()).containsExactly(true, false);
        assertThat(Tensor.of(new String[] {"a", ""}, 2).strings()).containsExactly("a", "");
    }

    @Test
    void of_array_isCopiedInAndOut() {
        float[] values = {1, 2};
        long[] shape = {2};
        Tensor tensor = Tensor.of(values, shape);
        values[0] = 9;
        shape[0] = 9;
        tensor.floats()[1] = 9;
        tensor.shape()[0] = 9;

        assertThat(tensor.floats()).containsExactly(1, 2);
        assertThat(tensor.shape()).containsExactly(2);
        assertThat(tensor.bytes().isReadOnly()).isTrue();
    }

    @Test
    void of_noShape_isAScalar() {
        Tensor scalar = Tensor.of(new long[] {5});

        assertThat(scalar.rank()).isZero();
        assertThat(scalar.elements()).isOne();
    }

    @Test
    void of_zeroDimension_isEmpty() {
        Tensor empty = Tensor.of(new float[0], 3, 0, 5);

        assertThat(empty.elements()).isZero();
        assertThat(empty.dimension(2)).isEqualTo(5);
    }

    @Test
    void of_wrongNumberOfValues_namesBoth() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new float[3], 2, 2))
                .withMessage("a FLOAT32 tensor of shape [2, 2] needs 16 bytes, got 12");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new String[] {"a", "b", "c"}, 2))
                .withMessageContaining("needs 2 strings, got 3");
    }

    @Test
    void of_impossibleShape_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new float[1], 1, -1))
                .withMessageContaining("must be >= 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new float[1], Integer.MAX_VALUE, 2))
                .withMessageContaining("at most 2147483647");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(new float[1], Long.MAX_VALUE, Long.MAX_VALUE))
                .withMessageContaining("at most 2147483647");
    }

    @Test
    void of_nullText_isRefused() {
        assertThatNullPointerException()
                .isThrownBy(() -> Tensor.of(new String[] {"a", null}, 2))
                .withMessageContaining("values[1]");
    }

    @Test
    void of_bytesOfText_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(ElementType.STRING, ByteBuffer.allocate(0), 0))
                .withMessageContaining("STRING");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.wrapping(ElementType.STRING, ByteBuffer.allocate(0), 0));
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, mode = EnumSource.Mode.EXCLUDE, names = "STRING")
    void of_bytes_keepsEveryBit(ElementType type) {
        byte[] bytes = new byte[6 * type.bytes()];
        new Random(1).nextBytes(bytes);
        ByteBuffer source = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
        Tensor tensor = Tensor.of(type, source, 2, 3);

        assertThat(tensor.bytes()).isEqualTo(ByteBuffer.wrap(bytes));
        assertThat(source.remaining()).isEqualTo(bytes.length);
        assertThat(tensor)
                .isEqualTo(Tensor.wrapping(type, source, 2, 3))
                .hasSameHashCodeAs(Tensor.of(type, source, 2, 3));
    }

    @Test
    void floats_halfPrecision_areWidenedExactly() {
        short[] halves = {0x3c00, (short) 0xc000, 0x7bff, 0x0001, (short) 0x8000, 0x7c00, (short) 0xfc00, 0x7e00, 0x3555
        };
        float[] wide = {
            1, -2, 65504, 0x1p-24f, -0f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, 0x1.554p-2f
        };

        assertThat(Tensor.of(ElementType.FLOAT16, shorts(halves), 9).floats()).containsExactly(wide);
    }

    @Test
    void floats_bfloat16_areWidenedExactly() {
        short[] halves = {0x3f80, (short) 0xc000, 0x7f80, 0x7fc0, 0x0001};
        float[] wide = {1, -2, Float.POSITIVE_INFINITY, Float.NaN, Float.intBitsToFloat(0x10000)};

        assertThat(Tensor.of(ElementType.BFLOAT16, shorts(halves), 5).floats()).containsExactly(wide);
    }

    @Test
    void readers_otherType_sayWhich() {
        Tensor longs = Tensor.of(new long[2], 1, 2);
        Tensor text = Tensor.of(new String[] {"a"}, 1);

        assertThatThrownBy(longs::floats)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("floats() reads a tensor of FLOAT32, this one is INT64[1, 2]");
        for (ThrowingCallable reader : new ThrowingCallable[] {
            longs::doubles, longs::shorts, longs::ints, longs::booleans, longs::strings, text::longs, text::bytes
        }) {
            assertThatThrownBy(reader).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void equals_comparesTypeShapeAndBits() {
        Tensor one = Tensor.of(new float[] {1, 2}, 2);

        assertThat(one).isEqualTo(Tensor.of(new float[] {1, 2}, 2));
        assertThat(one).isNotEqualTo(Tensor.of(new float[] {1, 2}, 1, 2));
        assertThat(one).isNotEqualTo(Tensor.of(new float[] {1, 3}, 2));
        assertThat(Tensor.of(new float[] {0}, 1)).isNotEqualTo(Tensor.of(new float[] {-0f}, 1));
        assertThat(Tensor.of(new float[] {Float.NaN}, 1)).isEqualTo(Tensor.of(new float[] {Float.NaN}, 1));
        assertThat(Tensor.of(new int[1], 1)).isNotEqualTo(Tensor.of(new float[1], 1));
        assertThat(Tensor.of(new String[] {"a"}, 1)).isNotEqualTo(Tensor.of(new String[] {"b"}, 1));
    }

    @Test
    void toString_showsNoValue() {
        assertThat(Tensor.of(new float[] {4711}, 1, 1)).hasToString("FLOAT32[1, 1]");
        assertThat(Tensor.of(new String[] {"Ada"}, 1)).hasToString("STRING[1]");
    }

    @Test
    void dimension_unknownAxis_isRefused() {
        assertThatThrownBy(() -> Tensor.of(new float[1], 1).dimension(1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.serving.Seeds#stream")
    void of_randomShapes_roundTrip(long seed) {
        Random random = new Random(seed);
        long[] shape = new long[random.nextInt(5)];
        int elements = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = random.nextInt(4);
            elements *= (int) shape[i];
        }
        long[] values = random.longs(elements).toArray();
        Tensor tensor = Tensor.of(values, shape);

        assertThat(tensor.longs()).containsExactly(values);
        assertThat(tensor.shape()).containsExactly(shape);
        assertThat(Tensor.of(ElementType.INT64, tensor.bytes(), shape)).isEqualTo(tensor);
    }

    private static ByteBuffer shorts(short... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.nativeOrder());
        bytes.asShortBuffer().put(values);
        return bytes;
    }
}
