package io.aidc.security.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Vectors;
import io.aidc.security.Wycheproof;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import org.junit.jupiter.api.Test;

/** The JDK's Ed25519, with the length checked first: on 17 it takes a signature of 65 bytes. */
class Ed25519ConformanceTest {
    @Test
    void jdkEd25519_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run("ed25519_test\\.json", 151, vector -> {
            X509EncodedKeySpec spec = new X509EncodedKeySpec(Vectors.hex(vector.group(), "publicKeyDer"));
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(spec);
            assertThat(verifies(key, vector.hex("msg"), vector.hex("sig"))).isEqualTo(vector.is("valid"));
        });
    }

    private static boolean verifies(PublicKey key, byte[] message, byte[] signature) throws Exception {
        if (signature.length != 64) {
            return false;
        }
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(message);
        try {
            return verifier.verify(signature);
        } catch (SignatureException e) {
            return false;
        }
    }
}
