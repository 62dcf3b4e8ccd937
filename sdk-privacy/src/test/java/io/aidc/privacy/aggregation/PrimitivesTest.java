package io.aidc.privacy.aggregation;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the protocol is made of, against published vectors and slow references. */
class PrimitivesTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void hkdf_rfc5869Vectors_areReproduced() {
        byte[] repeated = new byte[22];
        Arrays.fill(repeated, (byte) 0x0b);
        assertThat(HEX.formatHex(Hkdf.derive(run(0x00, 13), repeated, run(0xf0, 10), 42)))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
        assertThat(HEX.formatHex(Hkdf.derive(run(0x60, 80), run(0x00, 80), run(0xb0, 80), 82)))
                .isEqualTo("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                        + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                        + "cc30c58179ec3e87c14c01d5c1f3434f1d87");
        assertThat(HEX.formatHex(Hkdf.derive(new byte[0], repeated, new byte[0], 42)))
                .isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    }

    @Test
    void x25519_rfc7748Iteration_isReproduced() {
        byte[] k = new byte[32];
        k[0] = 9;
        byte[] u = k;
        for (int i = 1; i <= 1000; i++) {
            byte[] next = X25519.agree(k, u).orElseThrow();
            u = k;
            k = next;
            if (i == 1) {
                assertThat(HEX.formatHex(k))
                        .isEqualTo("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
            }
        }
        assertThat(HEX.formatHex(k)).isEqualTo("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0900000000000000000000000000000000000000000000000000000000000080",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"
            })
    void x25519_smallOrderOrNotCanonical_agreesOnNothing(String key) {
        assertThat(X25519.agree(run(1, 32), HEX.parseHex(key))).isEmpty();
    }

    @Test
    void field_randomElements_agreeWithBigInteger() {
        BigInteger prime = BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE);
        var random = new SplittableRandom(61);
        List<Long> elements = new ArrayList<>(List.of(0L, 1L, 2L, Field.PRIME - 1, Field.PRIME - 2, 1L << 60));
        random.longs(200, 0, Field.PRIME).forEach(elements::add);
        for (long a : elements) {
            BigInteger big = BigInteger.valueOf(a);
            if (a != 0) {
                assertThat(Field.inverse(a)).isEqualTo(big.modInverse(prime).longValueExact());
            }
            for (long b : elements) {
                BigInteger other = BigInteger.valueOf(b);
                assertThat(Field.add(a, b)).isEqualTo(big.add(other).mod(prime).longValueExact());
                assertThat(Field.subtract(a, b))
                        .isEqualTo(big.subtract(other).mod(prime).longValueExact());
                assertThat(Field.multiply(a, b))
                        .isEqualTo(big.multiply(other).mod(prime).longValueExact());
            }
        }
    }

    @Test
    void shamir_everySubsetOfThreshold_givesTheSecretBackAndFewerDoNot() {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 0xff);
        List<Integer> holders = List.of(0, 3, 4, 7, 999_999);
        try (RandomBits bits = SeededBits.of(3)) {
            for (int threshold = 1; threshold <= 5; threshold++) {
                long[][] shares = Shamir.split(secret, threshold, holders, bits);
                for (int subset = 1; subset < 32; subset++) {
                    List<Shamir.Share> chosen = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        if ((subset >> i & 1) == 1) {
                            chosen.add(new Shamir.Share(holders.get(i), shares[i]));
                        }
                    }
                    assertThat(Arrays.equals(Shamir.combine(chosen), secret)).isEqualTo(chosen.size() >= threshold);
                }
            }
        }
    }

    /** With one share too few, every secret is as likely: the share of a fixed secret is uniform. */
    @Test
    void shamir_oneShareTooFew_isUniform() {
        int[] cells = new int[16];
        try (RandomBits bits = SeededBits.of(4)) {
            for (int i = 0; i < 4000; i++) {
                for (long word : Shamir.split(new byte[32], 2, List.of(0, 1), bits)[1]) {
                    cells[(int) (word >>> 57)]++;
                }
            }
        }
        // fixed seed; 1250 a cell, deviation 34
        assertThat(Arrays.stream(cells).allMatch(count -> count > 1100 && count < 1400))
                .as(Arrays.toString(cells))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1", "16383", "16384", "16385", "40000"})
    void maskStream_words_areTheKeystream(int length) throws Exception {
        byte[] key = run(7, 32);
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        ByteBuffer stream =
                ByteBuffer.wrap(cipher.doFinal(new byte[length * 8])).order(ByteOrder.LITTLE_ENDIAN);
        int[] ints = new int[length];
        long[] longs = new long[length];
        var mask = new MaskStream();
        mask.start(key).addTo(ints);
        mask.start(key).addTo(longs);
        for (int i = 0; i < length; i++) {
            assertThat(ints[i]).isEqualTo(stream.getInt(4 * i));
            assertThat(longs[i]).isEqualTo(stream.getLong(8 * i));
        }
        mask.start(key).subtractFrom(ints);
        mask.start(key).subtractFrom(longs);
        assertThat(ints).containsOnly(0);
        assertThat(longs).containsOnly(0);
    }

    @Test
    void words_everyWidth_survivepacking() {
        var random = new SplittableRandom(5);
        for (int bits = 2; bits <= 62; bits++) {
            for (int length : new int[] {1, 7, 64}) {
                long limit = 1L << (bits - 1);
                long[] values = random.longs(length, -limit, limit).toArray();
                values[0] = -limit;
                var words = new Words(length, bits);
                words.add(values);
                byte[] packed = words.packed();
                assertThat(packed).hasSize((length * bits + 7) / 8);
                var back = new Words(length, bits);
                back.addPacked(packed);
                assertThat(back.signed()).isEqualTo(values);
            }
        }
    }

    @Test
    void keySchedule_otherRoundPartyOrParameters_opensNoBox() {
        SecureSum sum =
                SecureSum.clients(3).curiousServer(0).vector(1).valuesUpTo(1).build();
        SecureSum other =
                SecureSum.clients(3).curiousServer(0).vector(1).valuesUpTo(2).build();
        byte[] agreed = run(1, 32);
        byte[] plain = run(2, 80);
        byte[] sealed = new KeySchedule(sum, new byte[32]).seal(agreed, 0, 1, plain);
        assertThat(new KeySchedule(sum, new byte[32]).open(agreed, 0, 1, sealed))
                .hasValueSatisfying(opened -> assertThat(opened).isEqualTo(plain));
        assertThat(new KeySchedule(sum, run(0, 32)).open(agreed, 0, 1, sealed)).isEmpty();
        assertThat(new KeySchedule(other, new byte[32]).open(agreed, 0, 1, sealed))
                .isEmpty();
        assertThat(new KeySchedule(sum, new byte[32]).open(agreed, 1, 0, sealed))
                .isEmpty();
        sealed[40] ^= 1;
        assertThat(new KeySchedule(sum, new byte[32]).open(agreed, 0, 1, sealed))
                .isEmpty();
    }

    private static byte[] run(int from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }
}
