package io.aidc.security.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The codes of RFC 6238, appendix B, and RFC 4226, appendix D, which the JDK's three HMACs must give. */
class OneTimeCodeTest {
    private static final String DIGITS = "1234567890".repeat(7);

    @ParameterizedTest
    @CsvSource({
        "59, 94287082, 46119246, 90693936",
        "1111111109, 07081804, 68084774, 25091201",
        "1111111111, 14050471, 67062674, 99943326",
        "1234567890, 89005924, 91819424, 93441116",
        "2000000000, 69279037, 90698825, 38618901",
        "20000000000, 65353130, 77737706, 47863826"
    })
    void hmac_timeOfRfc6238_givesItsCodes(long seconds, String sha1, String sha256, String sha512) throws Exception {
        assertThat(code("HmacSHA1", 20, seconds / 30, 8)).isEqualTo(sha1);
        assertThat(code("HmacSHA256", 32, seconds / 30, 8)).isEqualTo(sha256);
        assertThat(code("HmacSHA512", 64, seconds / 30, 8)).isEqualTo(sha512);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 755224", "1, 287082", "2, 359152", "3, 969429", "4, 338314",
        "5, 254676", "6, 287922", "7, 162583", "8, 399871", "9, 520489"
    })
    void hmac_counterOfRfc4226_givesItsCode(long counter, String expected) throws Exception {
        assertThat(code("HmacSHA1", 20, counter, 6)).isEqualTo(expected);
    }

    private static String code(String hmac, int keyBytes, long counter, int digits) throws Exception {
        Mac mac = Mac.getInstance(hmac);
        mac.init(new SecretKeySpec(Arrays.copyOf(DIGITS.getBytes(US_ASCII), keyBytes), hmac));
        byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(counter).array());
        int truncated = ByteBuffer.wrap(hash).getInt(hash[hash.length - 1] & 0xf) & Integer.MAX_VALUE;
        return "%0".concat(digits + "d").formatted(truncated % (int) Math.pow(10, digits));
    }
}
