package io.aidc.security.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;

class PassphraseKeyTest {
    private static final byte[] SALT = new byte[16];

    @Test
    void argon2id_referenceImplementationsAnswer_isGiven() {
        byte[] key = PassphraseKey.argon2id(
                "password".getBytes(US_ASCII), "somesalt".getBytes(US_ASCII), new PassphraseCost(65536, 2, 1), 32);
        assertThat(HexFormat.of().formatHex(key))
                .isEqualTo("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7");
    }

    /** The library below us, with the inputs that we do not use (RFC 9106, section 5.3). */
    @Test
    void library_rfc9106_givesTheTag() {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(32)
                .withIterations(3)
                .withParallelism(4)
                .withSalt(filled(16, 2))
                .withSecret(filled(8, 3))
                .withAdditional(filled(12, 4))
                .build());
        byte[] tag = new byte[32];
        argon2.generateBytes(filled(32, 1), tag);
        assertThat(HexFormat.of().formatHex(tag))
                .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    @Test
    void derive_passphrase_isReadAsUtf8AndKept() {
        char[] passphrase = "Grüße 😀".toCharArray();
        PassphraseKey key = PassphraseKey.derive(passphrase, SALT, TestRings.CHEAP);
        byte[] expected = PassphraseKey.argon2id(
                "Grüße 😀".getBytes(java.nio.charset.StandardCharsets.UTF_8), SALT, TestRings.CHEAP, 64);
        assertThat(key.key()).isEqualTo(Arrays.copyOf(expected, 32));
        assertThat(key.commitment()).isEqualTo(Arrays.copyOfRange(expected, 32, 64));
        assertThat(passphrase).isEqualTo("Grüße 😀".toCharArray());
        key.wipe();
        assertThat(key.key()).isEqualTo(new byte[32]);
    }

    @Test
    void derive_emptyOrBrokenPassphrase_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PassphraseKey.derive(new char[0], SALT, TestRings.CHEAP))
                .withMessageContaining("empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PassphraseKey.derive(new char[] {'\ud800'}, SALT, TestRings.CHEAP))
                .withMessageContaining("UTF-16");
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
