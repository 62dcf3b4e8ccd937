package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.security.Vectors;
import io.aidc.security.Wycheproof;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The JDK's AES-GCM, under all that this module encrypts in bulk. */
class AesGcmConformanceTest {
    @Test
    void jdkAesGcm_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run("aes_gcm_test\\.json", 316, vector -> {
            byte[] ciphertext = vector.hex("ct");
            byte[] tag = vector.hex("tag");
            byte[] sealed = Arrays.copyOf(ciphertext, ciphertext.length + tag.length);
            System.arraycopy(tag, 0, sealed, ciphertext.length, tag.length);
            if (vector.is("valid")) {
                assertThat(run(Cipher.ENCRYPT_MODE, vector, vector.hex("msg"))).isEqualTo(sealed);
                assertThat(run(Cipher.DECRYPT_MODE, vector, sealed)).isEqualTo(vector.hex("msg"));
            } else {
                assertThatThrownBy(() -> run(Cipher.DECRYPT_MODE, vector, sealed))
                        .isInstanceOfAny(GeneralSecurityException.class, IllegalArgumentException.class);
            }
        });
    }

    private static byte[] run(int mode, Wycheproof.Case vector, byte[] input) throws Exception {
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        int tagBits = Vectors.integer(vector.group(), "tagSize");
        gcm.init(mode, new SecretKeySpec(vector.hex("key"), "AES"), new GCMParameterSpec(tagBits, vector.hex("iv")));
        gcm.updateAAD(vector.hex("aad"));
        return gcm.doFinal(input);
    }
}
