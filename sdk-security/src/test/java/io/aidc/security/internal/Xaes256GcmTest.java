package io.aidc.security.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.Test;

/** Known answers of c2sp.org/XAES-256-GCM. */
class Xaes256GcmTest {
    private static final byte[] NONCE = "ABCDEFGHIJKLMNOPQRSTUVWX".getBytes(US_ASCII);
    private static final byte[] PLAINTEXT = "XAES-256-GCM".getBytes(US_ASCII);

    @Test
    void encrypt_specificationVectors_givesTheirCiphertexts() {
        assertThat(HexFormat.of().formatHex(Xaes256Gcm.encrypt(key(1), NONCE, PLAINTEXT, new byte[0])))
                .isEqualTo("ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271");
        byte[] aad = "c2sp.org/XAES-256-GCM".getBytes(US_ASCII);
        assertThat(HexFormat.of().formatHex(Xaes256Gcm.encrypt(key(3), NONCE, PLAINTEXT, aad)))
                .isEqualTo("986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d");
    }

    @Test
    void encrypt_tenThousandRandomMessages_givesTheAccumulatedHash() throws Exception {
        SHAKEDigest random = new SHAKEDigest(128);
        SHAKEDigest accumulated = new SHAKEDigest(128);
        for (int i = 0; i < 10_000; i++) {
            byte[] key = next(random, 32);
            byte[] nonce = next(random, 24);
            byte[] plaintext = next(random, next(random, 1)[0] & 0xff);
            byte[] aad = next(random, next(random, 1)[0] & 0xff);
            byte[] ciphertext = Xaes256Gcm.encrypt(key, nonce, plaintext, aad);
            accumulated.update(ciphertext, 0, ciphertext.length);
            assertThat(Xaes256Gcm.decrypt(key, nonce, ciphertext, aad)).isEqualTo(plaintext);
        }
        assertThat(HexFormat.of().formatHex(next(accumulated, 32)))
                .isEqualTo("e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
    }

    @Test
    void decrypt_anythingChanged_isRefused() {
        byte[] good = Xaes256Gcm.encrypt(key(1), NONCE, PLAINTEXT, new byte[0]);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            assertThatExceptionOfType(AEADBadTagException.class)
                    .isThrownBy(() -> Xaes256Gcm.decrypt(key(1), NONCE, bad, new byte[0]));
        }
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatExceptionOfType(AEADBadTagException.class)
                    .isThrownBy(() -> Xaes256Gcm.decrypt(key(1), NONCE, cut, new byte[0]));
        }
    }

    @Test
    void encrypt_wrongLengths_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Xaes256Gcm.encrypt(new byte[31], NONCE, PLAINTEXT, PLAINTEXT))
                .withMessageContaining("31");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Xaes256Gcm.encrypt(key(1), new byte[12], PLAINTEXT, PLAINTEXT));
    }

    private static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    private static byte[] next(SHAKEDigest digest, int length) {
        byte[] bytes = new byte[length];
        digest.doOutput(bytes, 0, length);
        return bytes;
    }
}
