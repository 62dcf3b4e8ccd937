package io.aidc.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
    @Test
    void toF16_ofEveryF16_givesItBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfPrecision.fromF16((short) bits);
            short back = HalfPrecision.toF16(value);
            if (Float.isNaN(value)) {
                assertThat(HalfPrecision.fromF16(back)).isNaN();
            } else {
                assertThat(back).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void toBf16_ofEveryBf16_givesItBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfPrecision.fromBf16((short) bits);
            short back = HalfPrecision.toBf16(value);
            if (Float.isNaN(value)) {
                assertThat(HalfPrecision.fromBf16(back)).isNaN();
            } else {
                assertThat(back).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void toF16_betweenTwoNeighbours_takesTheNearerAndOnATieTheEven() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float low = HalfPrecision.fromF16((short) bits);
            float middle = low + (HalfPrecision.fromF16((short) (bits + 1)) - low) / 2;
            assertThat(HalfPrecision.toF16(middle)).isEqualTo((short) (bits + (bits & 1)));
            assertThat(HalfPrecision.toF16(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(HalfPrecision.toF16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
        }
    }

    @Test
    void toF16_ofANanWhoseLowBitsAloneAreSet_staysNan() {
        assertThat(HalfPrecision.fromF16(HalfPrecision.toF16(Float.intBitsToFloat(0x7f80_0001))))
                .isNaN();
        assertThat(HalfPrecision.fromBf16(HalfPrecision.toBf16(Float.intBitsToFloat(0xff80_0001))))
                .isNaN();
    }
}
