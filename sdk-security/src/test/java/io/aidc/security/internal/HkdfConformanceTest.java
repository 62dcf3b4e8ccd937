package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.security.Vectors;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class HkdfConformanceTest {
    @Test
    void expand_wycheproofVectors_agrees() throws Exception {
        Json file = Vectors.json(Vectors.folder("wycheproof").resolve("hkdf_sha256_test.json"));
        int cases = 0;
        for (Json group : file.get("testGroups").asItems()) {
            for (Json test : group.get("tests").asItems()) {
                byte[] prk = extract(Vectors.hex(test, "salt"), Vectors.hex(test, "ikm"));
                byte[] info = Vectors.hex(test, "info");
                int size = Vectors.integer(test, "size");
                if (test.get("result").asText().equals("valid")) {
                    assertThat(Hkdf.expand("HmacSHA256", prk, info, size))
                            .as("tcId %s", test.get("tcId"))
                            .isEqualTo(Vectors.hex(test, "okm"));
                } else {
                    assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.expand("HmacSHA256", prk, info, size));
                }
                cases++;
            }
        }
        Vectors.report("HKDF-SHA-256", cases);
        assertThat(cases).isGreaterThanOrEqualTo(86);
    }

    /** HKDF-Extract, which the module itself does not need: its input keys are uniform already. */
    private static byte[] extract(byte[] salt, byte[] inputKey) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(salt.length == 0 ? new byte[32] : Arrays.copyOf(salt, salt.length), "HmacSHA256"));
        return mac.doFinal(inputKey);
    }
}
