package io.aidc.security.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vectors;
import io.aidc.security.Wycheproof;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;

/** The Ed25519 that checks checkpoints. */
class NoteKeyConformanceTest {
    @Test
    void ed25519_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run("ed25519_test\\.json", 151, vector -> {
            byte[] der = Vectors.hex(vector.group(), "publicKeyDer");
            byte[] key = Arrays.copyOfRange(der, der.length - 32, der.length);
            byte[] message = vector.hex("msg");
            byte[] signature = vector.hex("sig");
            boolean verifies = signature.length == Ed25519.SIGNATURE_SIZE
                    && Ed25519.verify(signature, 0, key, 0, message, 0, message.length);
            assertThat(verifies).isEqualTo(vector.is("valid"));
        });
    }
}
