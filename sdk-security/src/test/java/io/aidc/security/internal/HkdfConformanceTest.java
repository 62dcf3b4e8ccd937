package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.Wycheproof;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HkdfConformanceTest {
    @Test
    void expand_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run("hkdf_sha\\d+_test\\.json", 86, vector -> {
            String hmac = vector.file().replaceAll("hkdf_sha(\\d+)_test.json", "HmacSHA$1");
            byte[] prk = extract(hmac, vector.hex("salt"), vector.hex("ikm"));
            byte[] info = vector.hex("info");
            int size = vector.integer("size");
            if (vector.is("valid")) {
                assertThat(Hkdf.expand(hmac, prk, info, size)).isEqualTo(vector.hex("okm"));
            } else {
                assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.expand(hmac, prk, info, size));
            }
        });
    }

    /** HKDF-Extract, which the module itself does not need: its input keys are uniform already. */
    private static byte[] extract(String hmac, byte[] salt, byte[] inputKey) throws Exception {
        Mac mac = Mac.getInstance(hmac);
        mac.init(new SecretKeySpec(salt.length == 0 ? new byte[mac.getMacLength()] : salt, hmac));
        return mac.doFinal(inputKey);
    }
}
