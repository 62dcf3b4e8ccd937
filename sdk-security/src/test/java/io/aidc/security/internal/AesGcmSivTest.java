package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import org.bouncycastle.crypto.modes.GCMSIVBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Known answers of RFC 8452, appendices C.2 and C.3. */
class AesGcmSivTest {
    private static final byte[] KEY = new byte[32];
    private static final byte[] NONCE = new byte[12];
    private static final byte[] AAD = {1, 2, 3};

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "01*|03*|''|''|07f5f4169bbf55a8400cd47ea6fd400f",
                "01*|03*|''|0100000000000000|c2ef328e5c71c83b843122130f7364b761e0b97427e3df28",
                "01*|03*|01|0200000000000000|1de22967237a813291213f267e3b452f02d01ae33e4ec854",
                "01*|03*|01|0200000000000000000000000000000003000000000000000000000000000000"
                        + "|07dad364bfc2b9da89116d7bef6daaaf6f255510aa654f920ac81b94e8bad365"
                        + "aea1bad12702e1965604374aab96dbbc",
                "d1894728b3fed1473c528b8426a582995929a1499e9ad8780c8d63d0ab4149c0|9f572c614b4745914474e7c7"
                        + "|489c8fde2be2cf97e74e932d4ed87d|c9882e5386fd9f92ec"
                        + "|0df9e308678244c44bc0fd3dc6628dfe55ebb0b9fb2295c8c2",
                // the counter wraps
                "00*|00*|''|000000000000000000000000000000004db923dc793ee6497c76dcc03a98e108"
                        + "|f3f80f2cf0cb2dd9c5984fcda908456cc537703b5ba70324a6793a7bf218d3ea"
                        + "ffffffff000000000000000000000000"
            })
    void encrypt_rfc8452_givesItsCiphertexts(String key, String nonce, String aad, String plaintext, String expected)
            throws Exception {
        byte[] ciphertext = AesGcmSiv.encrypt(hex(key, 32), hex(nonce, 12), hex(plaintext, 0), hex(aad, 0));
        assertThat(HexFormat.of().formatHex(ciphertext)).isEqualTo(expected);
        assertThat(AesGcmSiv.decrypt(hex(key, 32), hex(nonce, 12), ciphertext, hex(aad, 0)))
                .isEqualTo(hex(plaintext, 0));
    }

    @Test
    void decrypt_anythingChanged_isRefused() {
        byte[] good = AesGcmSiv.encrypt(KEY, NONCE, new byte[20], AAD);
        for (int i = 0; i < 8 * good.length; i++) {
            byte[] bad = good.clone();
            bad[i / 8] ^= (byte) (1 << i % 8);
            assertRefused(NONCE, bad, AAD);
        }
        for (int length = 0; length < good.length; length++) {
            assertRefused(NONCE, Arrays.copyOf(good, length), AAD);
        }
        assertRefused(Arrays.copyOf(new byte[] {1}, 12), good, AAD);
        assertRefused(NONCE, good, new byte[0]);
    }

    @Test
    void encrypt_wrongLengths_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AesGcmSiv.encrypt(new byte[24], NONCE, AAD, AAD))
                .withMessageContaining("24");
        assertThatIllegalArgumentException().isThrownBy(() -> AesGcmSiv.encrypt(KEY, new byte[13], AAD, AAD));
    }

    /** Bouncy Castle as a second opinion. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void encrypt_randomInput_agreesWithBouncyCastle(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] key = bytes(random, random.nextBoolean() ? 16 : 32);
        byte[] nonce = bytes(random, 12);
        byte[] aad = bytes(random, random.nextInt(100));
        byte[] plaintext = bytes(random, random.nextInt(300));
        GCMSIVBlockCipher other = new GCMSIVBlockCipher();
        other.init(true, new AEADParameters(new KeyParameter(key), 128, nonce, aad));
        byte[] expected = new byte[plaintext.length + 16];
        other.processBytes(plaintext, 0, plaintext.length, expected, 0);
        other.doFinal(expected, 0);
        assertThat(AesGcmSiv.encrypt(key, nonce, plaintext, aad)).isEqualTo(expected);
        assertThat(AesGcmSiv.decrypt(key, nonce, expected, aad)).isEqualTo(plaintext);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void assertRefused(byte[] nonce, byte[] ciphertext, byte[] aad) {
        assertThatExceptionOfType(AEADBadTagException.class)
                .isThrownBy(() -> AesGcmSiv.decrypt(KEY, nonce, ciphertext, aad));
    }

    /** Hex digits; a star fills up with zeros. */
    private static byte[] hex(String digits, int length) {
        return digits.endsWith("*")
                ? Arrays.copyOf(HexFormat.of().parseHex(digits.substring(0, 2)), length)
                : HexFormat.of().parseHex(digits);
    }
}
