package io.aidc.security.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class Ff1Test {
    private static final String KEY = "2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94";
    private static final byte[] NO_TWEAK = new byte[0];

    /** The nine samples of NIST for AES-128, AES-192 and AES-256. */
    @ParameterizedTest
    @CsvSource({
        "16, 10, '', 0123456789, 2433477484",
        "16, 10, 39383736353433323130, 0123456789, 6124200773",
        "16, 36, 3737373770717273373737, 0123456789abcdefghi, a9tv40mll9kdu509eum",
        "24, 10, '', 0123456789, 2830668132",
        "24, 10, 39383736353433323130, 0123456789, 2496655549",
        "24, 36, 3737373770717273373737, 0123456789abcdefghi, xbj3kv35jrawxv32ysr",
        "32, 10, '', 0123456789, 6657667009",
        "32, 10, 39383736353433323130, 0123456789, 1001623463",
        "32, 36, 3737373770717273373737, 0123456789abcdefghi, xs8a0azh2avyalyzuwd"
    })
    void encrypt_nistSamples_givesTheirCiphertexts(
            int keyBytes, int radix, String tweak, String text, String expected) {
        byte[] key = Arrays.copyOf(HexFormat.of().parseHex(KEY), keyBytes);
        byte[] tweakBytes = HexFormat.of().parseHex(tweak);
        assertThat(Ff1.encrypt(key, radix, tweakBytes, numerals(text, radix))).isEqualTo(numerals(expected, radix));
        assertThat(Ff1.decrypt(key, radix, tweakBytes, numerals(expected, radix)))
                .isEqualTo(numerals(text, radix));
    }

    /** Bouncy Castle as a second opinion. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void encrypt_randomInput_agreesWithBouncyCastle(long seed) {
        Random random = new Random(seed);
        int radix = 2 + random.nextInt(255);
        byte[] key = bytes(random, 16 + 8 * random.nextInt(3));
        byte[] tweak = bytes(random, random.nextInt(40));
        int[] text = random.ints(20 + random.nextInt(150), 0, radix).toArray();
        byte[] buffer = new byte[text.length];
        for (int i = 0; i < text.length; i++) {
            buffer[i] = (byte) text[i];
        }
        FPEFF1Engine engine = new FPEFF1Engine();
        engine.init(true, new FPEParameters(new KeyParameter(key), radix, tweak));
        engine.processBlock(buffer, 0, buffer.length, buffer, 0);
        int[] encrypted = Ff1.encrypt(key, radix, tweak, text);
        for (int i = 0; i < text.length; i++) {
            assertThat(encrypted[i]).isEqualTo(buffer[i] & 0xff);
        }
    }

    /** Powers of two up to the largest radix, odd and even lengths, against the algorithm as it is printed. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void encrypt_randomInput_agreesWithTheStandardToTheLetter(long seed) throws Exception {
        Random random = new Random(seed);
        int radix = random.nextBoolean() ? 2 << random.nextInt(16) : 2 + random.nextInt(65535);
        byte[] key = bytes(random, 32);
        byte[] tweak = bytes(random, random.nextInt(40));
        int[] text = random.ints(20 + random.nextInt(120), 0, radix).toArray();
        int[] encrypted = Ff1.encrypt(key, radix, tweak, text);
        assertThat(encrypted).isEqualTo(literally(key, radix, tweak, text));
        assertThat(Ff1.decrypt(key, radix, tweak, encrypted)).isEqualTo(text);
    }

    /** The largest radices, and halves of 232 bits and more, where a logarithm in floating point would round up wrongly. */
    @ParameterizedTest
    @CsvSource({"2, 464", "4, 232", "16, 116", "256, 58", "65536, 464", "65536, 2", "65535, 3", "10, 2000"})
    void encrypt_awkwardLengths_agreesWithTheStandardToTheLetter(int radix, int length) throws Exception {
        byte[] key = new byte[16];
        int[] text = new Random(1).ints(length, 0, radix).toArray();
        int[] encrypted = Ff1.encrypt(key, radix, NO_TWEAK, text);
        assertThat(encrypted).isEqualTo(literally(key, radix, NO_TWEAK, text));
        assertThat(Ff1.decrypt(key, radix, NO_TWEAK, encrypted)).isEqualTo(text);
    }

    @Test
    void encrypt_outOfRange_isRefused() {
        byte[] key = new byte[16];
        for (int radix : new int[] {1, 65537}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Ff1.encrypt(key, radix, NO_TWEAK, new int[60]));
        }
        for (int[] text : new int[][] {{}, {1}, {1, 2, 10}, {-1, 2, 3}}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Ff1.encrypt(key, 10, NO_TWEAK, text));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Ff1.encrypt(new byte[15], 10, NO_TWEAK, new int[9]));
        assertThatIllegalArgumentException().isThrownBy(() -> Ff1.encrypt(key, 9, NO_TWEAK, new int[2]));
        assertThat(Ff1.encrypt(key, 10, NO_TWEAK, new int[2])).hasSize(2);
    }

    /** SP 800-38G, algorithm 7, step by step and slowly. */
    private static int[] literally(byte[] key, int radix, byte[] tweak, int[] text) throws Exception {
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        int n = text.length;
        int u = n / 2;
        int[] a = Arrays.copyOf(text, u);
        int[] b = Arrays.copyOfRange(text, u, n);
        int bits = 0;
        while (BigInteger.TWO.pow(bits).compareTo(BigInteger.valueOf(radix).pow(n - u)) < 0) {
            bits++;
        }
        int bytes = (bits + 7) / 8;
        int d = 4 * ((bytes + 3) / 4) + 4;
        byte[] p = {1, 2, 1, (byte) (radix >> 16), (byte) (radix >> 8), (byte) radix, 10, (byte) u};
        p = concat(concat(p, four(n)), four(tweak.length));
        for (int i = 0; i < 10; i++) {
            byte[] q = concat(tweak, new byte[Math.floorMod(-tweak.length - bytes - 1, 16)]);
            q = concat(concat(q, new byte[] {(byte) i}), fixed(number(b, radix), bytes));
            byte[] r = new byte[16];
            byte[] input = concat(p, q);
            for (int block = 0; block < input.length; block += 16) {
                r = aes.doFinal(xor(r, Arrays.copyOfRange(input, block, block + 16)));
            }
            byte[] s = r;
            for (int j = 1; s.length < d; j++) {
                s = concat(s, aes.doFinal(xor(r, fixed(BigInteger.valueOf(j), 16))));
            }
            int m = i % 2 == 0 ? u : n - u;
            BigInteger y = new BigInteger(1, Arrays.copyOf(s, d));
            BigInteger c = number(a, radix).add(y).mod(BigInteger.valueOf(radix).pow(m));
            a = b;
            b = new int[m];
            for (int k = m - 1; k >= 0; k--) {
                b[k] = c.mod(BigInteger.valueOf(radix)).intValue();
                c = c.divide(BigInteger.valueOf(radix));
            }
        }
        int[] result = Arrays.copyOf(a, n);
        System.arraycopy(b, 0, result, a.length, b.length);
        return result;
    }

    private static BigInteger number(int[] numerals, int radix) {
        BigInteger number = BigInteger.ZERO;
        for (int numeral : numerals) {
            number = number.multiply(BigInteger.valueOf(radix)).add(BigInteger.valueOf(numeral));
        }
        return number;
    }

    private static byte[] fixed(BigInteger number, int length) {
        byte[] bytes = new byte[length];
        for (int i = length - 1; i >= 0; i--) {
            bytes[i] = number.byteValue();
            number = number.shiftRight(8);
        }
        return bytes;
    }

    private static byte[] four(int number) {
        return fixed(BigInteger.valueOf(number), 4);
    }

    private static byte[] xor(byte[] one, byte[] other) {
        byte[] result = one.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] ^= other[i];
        }
        return result;
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] result = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, result, one.length, other.length);
        return result;
    }

    private static int[] numerals(String text, int radix) {
        return text.chars().map(c -> Character.digit(c, radix)).toArray();
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
