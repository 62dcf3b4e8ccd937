package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Wycheproof;
import java.nio.ByteBuffer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * PBKDF2, which this module does not use: it shows the JDK's HMAC at work. The JDK's own PBKDF2 takes characters, and cannot
 * express the vectors whose password is not UTF-8.
 */
class Pbkdf2ConformanceTest {
    @Test
    void hmac_wycheproofPbkdf2_agreesOnEveryCase() throws Exception {
        Wycheproof.run("pbkdf2_hmacsha\\d+_test\\.json", 60, vector -> {
            String hmac = vector.file().replaceAll("pbkdf2_hmacsha(\\d+)_test.json", "HmacSHA$1");
            byte[] derived = pbkdf2(
                    hmac,
                    vector.hex("password"),
                    vector.hex("salt"),
                    vector.integer("iterationCount"),
                    vector.integer("dkLen"));
            assertThat(vector.is("valid")).isTrue();
            assertThat(derived).isEqualTo(vector.hex("dk"));
        });
    }

    private static byte[] pbkdf2(String hmac, byte[] password, byte[] salt, int iterations, int length)
            throws Exception {
        Mac mac = Mac.getInstance(hmac);
        mac.init(new SecretKeySpec(password.length == 0 ? new byte[1] : password, hmac)); // both pad to zeros
        byte[] output = new byte[length];
        for (int done = 0, block = 1; done < length; done += mac.getMacLength(), block++) {
            mac.update(salt);
            byte[] turn = mac.doFinal(ByteBuffer.allocate(4).putInt(block).array());
            byte[] sum = turn.clone();
            for (int i = 1; i < iterations; i++) {
                turn = mac.doFinal(turn);
                for (int j = 0; j < sum.length; j++) {
                    sum[j] ^= turn[j];
                }
            }
            System.arraycopy(sum, 0, output, done, Math.min(sum.length, length - done));
        }
        return output;
    }
}
