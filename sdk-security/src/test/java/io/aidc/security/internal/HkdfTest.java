package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HkdfTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void expand_rfc5869FirstCase_givesItsOutput() {
        byte[] prk = HEX.parseHex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
        byte[] info = HEX.parseHex("f0f1f2f3f4f5f6f7f8f9");
        assertThat(Hkdf.expand("HmacSHA256", prk, info, 42))
                .isEqualTo(HEX.parseHex(
                        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
    }

    @Test
    void expand_rfc5869SecondAndThirdCase_giveTheirOutputs() {
        byte[] info = new byte[80];
        for (int i = 0; i < info.length; i++) {
            info[i] = (byte) (0xb0 + i);
        }
        byte[] prk = HEX.parseHex("06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244");
        assertThat(Hkdf.expand("HmacSHA256", prk, info, 82))
                .isEqualTo(
                        HEX.parseHex(
                                "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                                        + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"));
        byte[] unsalted = HEX.parseHex("19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
        assertThat(Hkdf.expand("HmacSHA256", unsalted, new byte[0], 42))
                .isEqualTo(HEX.parseHex(
                        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"));
    }

    @Test
    void expand_lengthOutOfRange_isRefused() {
        byte[] prk = new byte[64];
        assertThat(Hkdf.expand("HmacSHA512", prk, new byte[0], 255 * 64)).hasSize(255 * 64);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hkdf.expand("HmacSHA512", prk, new byte[0], 255 * 64 + 1))
                .withMessageContaining("16321");
        assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.expand("HmacSHA512", prk, new byte[0], 0));
    }

    @Test
    void expand_unknownHash_isNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Hkdf.expand("HmacNone", new byte[1], new byte[0], 1))
                .withMessageContaining("HmacNone");
    }
}
