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
