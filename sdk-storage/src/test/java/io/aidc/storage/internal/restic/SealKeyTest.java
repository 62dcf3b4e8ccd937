package io.aidc.storage.internal.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealKeyTest {
    private static final HexFormat HEX = HexFormat.of();

    private final SealKey key = SealKey.random(new SecureRandom());

    /** The four examples in appendix B of the Poly1305-AES paper. */
    @ParameterizedTest
    @CsvSource({
        "f3f6, ec074c835580741701425b623235add6, 851fc40c3467ac0be05cc20404f3f700,"
                + " fb447350c4e868c52ac3275cf9d4327e, f4c633c3044fc145f84f335cb81953de",
        "'', 75deaa25c09f208e1dc4ce6b5cad3fbf, a0f3080000f46400d0c7e9076c834403,"
                + " 61ee09218d29b0aaed7e154a2c5509cc, dd3fab2251f11ac759f0887129cc2ee7",
        "663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136, 6acb5f61a7176dd320c5c1eb2edcdc74,"
                + " 48443d0bb0d21109c89a100b5ce2c208, ae212a55399729595dea458bc621ff0e, 0ee1c16bb73f0f4fd19881753c01cdbe",
        "ab0812724a7f1e342742cbed374d94d136c6b8795d45b3819830f2c04491faf0990c62e48b8018b2c3e4a0fa3134cb67fa83e158c994d961c4cb"
                + "21095c1bf9, e1a5668a4d5b66a5f68cc5424ed5982d, 12976a08c4426d0ce8a82407c4f48207,"
                + " 9ae831e743978d3a23527c7128149e3a, 5154ad0d2cb26e01274fc51148491f1b",
    })
    void mac_publishedExamples_givesThePublishedTag(String message, String k, String r, String nonce, String tag) {
        var published = new SealKey(new byte[32], HEX.parseHex(k), HEX.parseHex(r));
        byte[] content = HEX.parseHex(message);
        byte[] out = new byte[16];

        published.mac(HEX.parseHex(nonce), content, 0, content.length, out, 0);

        assertThat(HEX.formatHex(out)).isEqualTo(tag);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 8191, 8192, 8193, 16_384, 100_000})
    void open_ofWhatWasSealed_givesItBack(int length) {
        byte[] plain = new byte[length];
        new Random(length).nextBytes(plain);

        byte[] sealed = key.seal(plain);

        assertThat(sealed).hasSize(length + SealKey.OVERHEAD_BYTES);
        assertThat(key.open(sealed))
                .hasValueSatisfying(opened -> assertThat(opened).isEqualTo(plain));
        byte[] within = new byte[sealed.length + 9];
        System.arraycopy(sealed, 0, within, 4, sealed.length);
        assertThat(key.open(within, 4, sealed.length))
                .hasValueSatisfying(opened -> assertThat(opened).isEqualTo(plain));
    }

    @Test
    void seal_twice_differs() {
        assertThat(key.seal(new byte[20])).isNotEqualTo(key.seal(new byte[20]));
    }

    @Test
    void open_anyBitFlippedOrByteMissing_isEmpty() {
        byte[] sealed = key.seal("content".getBytes(StandardCharsets.UTF_8));
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(key.open(flipped)).as("bit %d", bit).isEmpty();
        }
        for (int length = 0; length < sealed.length; length++) {
            assertThat(key.open(Arrays.copyOf(sealed, length))).isEmpty();
        }
        assertThat(SealKey.random(new SecureRandom()).open(sealed)).isEmpty();
    }

    @Test
    void parse_ofItsJson_givesTheSameKey() {
        SealKey again = SealKey.parse(Json.parse(key.toJson()));

        assertThat(again.open(key.seal(new byte[5]))).isPresent();
    }

    @Test
    void constructor_wrongLengths_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SealKey(new byte[31], new byte[16], new byte[16]))
                .withMessageContaining("got 31, 16 and 16");
    }
}
