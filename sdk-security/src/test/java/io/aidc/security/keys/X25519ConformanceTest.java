package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.Wycheproof;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.junit.jupiter.api.Test;

/** X25519 as HPKE does it (Bouncy Castle), and the JDK's as a second opinion. */
class X25519ConformanceTest {
    private static final String SPKI = "302a300506032b656e032100";
    private static final String PKCS8 = "302e020100300506032b656e04220420";

    @Test
    void bouncyCastle_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run(
                "x25519_test\\.json",
                518,
                vector -> agrees(vector, bouncyCastle(vector.hex("private"), vector.hex("public"))));
    }

    @Test
    void jdk_wycheproof_agreesOnEveryCase() throws Exception {
        Wycheproof.run(
                "x25519_test\\.json", 518, vector -> agrees(vector, jdk(vector.hex("private"), vector.hex("public"))));
    }

    private static void agrees(Wycheproof.Case vector, Optional<byte[]> secret) throws Exception {
        if (secret.isPresent()) {
            assertThat(vector.is("invalid")).isFalse();
            assertThat(secret.orElseThrow()).isEqualTo(vector.hex("shared"));
        } else {
            assertThat(vector.is("valid")).isFalse();
        }
        boolean zeros = Arrays.equals(vector.hex("shared"), new byte[32]);
        assertThat(secret.isPresent()).isNotEqualTo(zeros);
    }

    private static Optional<byte[]> bouncyCastle(byte[] privateKey, byte[] publicKey) {
        byte[] secret = new byte[32];
        try {
            new X25519PrivateKeyParameters(privateKey)
                    .generateSecret(new X25519PublicKeyParameters(publicKey), secret, 0);
            return Optional.of(secret);
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> jdk(byte[] privateKey, byte[] publicKey) throws Exception {
        KeyFactory factory = KeyFactory.getInstance("X25519");
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(factory.generatePrivate(new PKCS8EncodedKeySpec(der(PKCS8, privateKey))));
        try {
            agreement.doPhase(factory.generatePublic(new X509EncodedKeySpec(der(SPKI, publicKey))), true);
            return Optional.of(agreement.generateSecret());
        } catch (InvalidKeyException e) {
            return Optional.empty();
        }
    }

    private static byte[] der(String prefix, byte[] key) {
        return HexFormat.of().parseHex(prefix + HexFormat.of().formatHex(key));
    }
}
