package io.aidc.training.data.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** Written by hand after the descriptions: a literal, a copy that overlaps with itself, a long literal. */
    @ParameterizedTest
    @CsvSource({
        "SNAPPY, 0708616263010100, -",
        "SNAPPY, 0808616263120300, abcabcab",
        "SNAPPY, 0700610901, aaaaaaa",
        "SNAPPY, 03f0026162 63, abc",
        "LZ4_BLOCK, 30616263, abc",
        "LZ4_BLOCK, 3161626303001078, abcabcabx",
        "LZ4_BLOCK, 1f61010000 1062, aaaaaaaaaaaaaaaaaaaab"
    })
    void unpack_followsTheFormat(Compression codec, String packed, String text) throws IOException {
        byte[] bytes = hex(packed.replace(" ", ""));
        if (text.equals("-")) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> codec.unpack(bytes, 7));
            return;
        }
        assertThat(new String(codec.unpack(bytes, text.length()), StandardCharsets.US_ASCII))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @EnumSource
    void unpack_ofAStatedSizeThatNothingReaches_takesNoMemory(Compression codec) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> codec.unpack(new byte[16], Integer.MAX_VALUE - 8))
                .withMessage("16 bytes of %s cannot become 2147483639", codec);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> codec.unpack(new byte[16], -1));
    }

    @ParameterizedTest
    @EnumSource
    void unpack_ofGarbage_isBytesOrRefused(Compression codec) {
        var random = new SplittableRandom(3);
        int refused = 0;
        for (int i = 0; i < 4_000; i++) {
            byte[] garbage = new byte[random.nextInt(40)];
            random.nextBytes(garbage);
            if (codec == Compression.LZ4_FRAME && garbage.length > 6) {
                System.arraycopy(hex("04224d1860"), 0, garbage, 0, 5);
            }
            int size = random.nextInt(64);
            try {
                if (codec.unpack(garbage, size).length != size) {
                    throw new AssertionError("another size than " + size);
                }
            } catch (IOException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void halves_areConvertedExactly() {
        assertThat(Half.toFloat((short) 0x3C00)).isEqualTo(1);
        assertThat(Half.toFloat((short) 0xC000)).isEqualTo(-2);
        assertThat(Half.toFloat((short) 0x7BFF)).isEqualTo(65504);
        assertThat(Half.toFloat((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(Half.toFloat((short) 0x03FF)).isEqualTo(1023 * 0x1p-24f);
        assertThat(Half.toFloat((short) 0x7C00)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(Half.toFloat((short) 0xFC00)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(Half.toFloat((short) 0x7E00)).isNaN();
        assertThat(Float.floatToRawIntBits(Half.toFloat((short) 0x8000))).isEqualTo(0x8000_0000);
    }
}
