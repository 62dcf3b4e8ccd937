package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.Wycheproof;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The JDK's AES key wrap with padding (RFC 5649), for keys that wrap keys. */
class AesKwpConformanceTest {
    @Test
    void jdkAesKwp_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run("aes_kwp_test\\.json", 254, vector -> {
            if (vector.is("valid")) {
                assertThat(run(Cipher.DECRYPT_MODE, vector, "ct")).isEqualTo(vector.hex("msg"));
                assertThat(run(Cipher.ENCRYPT_MODE, vector, "msg")).isEqualTo(vector.hex("ct"));
            } else {
                assertThatThrownBy(() -> run(Cipher.DECRYPT_MODE, vector, "ct"))
                        .isInstanceOf(GeneralSecurityException.class);
            }
        });
    }

    private static byte[] run(int mode, Wycheproof.Case vector, String input) throws Exception {
        Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
        kwp.init(mode, new SecretKeySpec(vector.hex("key"), "AES"));
        return kwp.doFinal(vector.hex(input));
    }
}
