package io.aidc.security.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.identity.Totp.Algorithm;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The codes of RFC 4226, appendix D, and RFC 6238, appendix B, and the texts of RFC 4648, section 10. */
class TotpCodeTest {
    private static final byte[] DIGITS = "1234567890".repeat(7).getBytes(US_ASCII);

    @ParameterizedTest
    @CsvSource({
        "0, 755224", "1, 287082", "2, 359152", "3, 969429", "4, 338314",
        "5, 254676", "6, 287922", "7, 162583", "8, 399871", "9, 520489"
    })
    void code_counterOfRfc4226_isItsCode(long counter, String expected) {
        assertThat(TotpCode.of(Algorithm.SHA1, Arrays.copyOf(DIGITS, 20), counter, 6))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "59, 94287082, 46119246, 90693936",
        "1111111109, 07081804, 68084774, 25091201",
        "1111111111, 14050471, 67062674, 99943326",
        "1234567890, 89005924, 91819424, 93441116",
        "2000000000, 69279037, 90698825, 38618901",
        "20000000000, 65353130, 77737706, 47863826"
    })
    void code_timeOfRfc6238_isItsCode(long seconds, String sha1, String sha256, String sha512) {
        assertThat(code(Algorithm.SHA1, seconds)).isEqualTo(sha1);
        assertThat(code(Algorithm.SHA256, seconds)).isEqualTo(sha256);
        assertThat(code(Algorithm.SHA512, seconds)).isEqualTo(sha512);
    }

    private static String code(Algorithm algorithm, long seconds) {
        return TotpCode.of(algorithm, Arrays.copyOf(DIGITS, algorithm.keyBytes), seconds / 30, 8);
    }

    @Test
    void step_codesAround_areFoundWithinTheSkew() {
        TotpSecret secret = new TotpSecret(Algorithm.SHA1, 6, 30, Arrays.copyOf(DIGITS, 20));
        assertThat(TotpCode.step(secret, "969429", 3, 0)).hasValue(3);
        assertThat(TotpCode.step(secret, "969429", 4, 1)).hasValue(3);
        assertThat(TotpCode.step(secret, "969429", 2, 1)).hasValue(3);
        assertThat(TotpCode.step(secret, "969429", 5, 1)).isEqualTo(OptionalLong.empty());
        assertThat(TotpCode.step(secret, "", 3, 1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'',''", "f,MY", "fo,MZXQ", "foo,MZXW6", "foob,MZXW6YQ", "fooba,MZXW6YTB", "foobar,MZXW6YTBOI"})
    void base32_textsOfRfc4648_areEncoded(String text, String expected) {
        assertThat(Base32.encode(text.getBytes(US_ASCII))).isEqualTo(expected);
    }
}
