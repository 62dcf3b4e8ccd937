package io.aidc.security.values;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.fail;

import io.aidc.security.MalformedSealException;
import io.aidc.security.UnsealException;
import io.aidc.security.internal.Xaes256Gcm;
import io.aidc.security.keys.InsecureDataKeys;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.SecretBytes;
import io.aidc.security.keys.TestRings;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ValueSealerTest {
    private static final byte[] SECRET = "DE02120300000000202051".getBytes(UTF_8);
    private static final byte[] ROW = "row 4711".getBytes(UTF_8);

    @TempDir
    private Path directory;

    private KeyRing ring;

    @BeforeEach
    void makeRing() {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
    }

    @AfterEach
    void closeRing() {
        ring.close();
    }

    @ParameterizedTest
    @EnumSource(ValueSuite.class)
    void unseal_anySize_givesTheSecretBack(ValueSuite suite) {
        ValueSealer sealer = sealer(suite, "purpose");
        for (int size : new int[] {0, 1, 15, 16, 17, 1000, 65536}) {
            byte[] secret = new byte[size];
            new Random(size).nextBytes(secret);
            SealedValue sealed = sealer.seal(ByteBuffer.wrap(secret), ROW);
            assertThat(sealed.bytes().remaining()).isEqualTo(size + (suite == ValueSuite.XAES_256_GCM ? 66 : 54));
            assertThat(unseal(sealer, SealedValue.parse(sealed.token()), ROW)).isEqualTo(secret);
            assertThat(unseal(sealer, SealedValue.of(sealed.bytes()), ROW)).isEqualTo(secret);
        }
    }

    @Test
    void seal_xaes_isAsDocumented() throws Exception {
        SealedValue sealed = ValueSealer.xaes256Gcm(ring, "customers.iban").seal(ByteBuffer.wrap(SECRET), ROW);
        ByteBuffer in = sealed.bytes();
        byte[] header = new byte[26];
        byte[] nonce = new byte[24];
        byte[] ciphertext = new byte[in.remaining() - 50];
        in.get(header).get(nonce).get(ciphertext);
        assertThat(HexFormat.of().formatHex(header)).isEqualTo("414944560101" + ring.id() + "00000001");
        byte[] key = InsecureDataKeys.derive(ring, 1, "sealed value v1 xaes-256-gcm/customers.iban", 32);
        byte[] aad = Arrays.copyOf(header, header.length + ROW.length);
        System.arraycopy(ROW, 0, aad, header.length, ROW.length);
        assertThat(Xaes256Gcm.decrypt(key, nonce, ciphertext, aad)).isEqualTo(SECRET);
        assertThat(sealed.token()).startsWith("QUlEVgE");
        assertThat(sealed.ring()).isEqualTo(ring.id());
        assertThat(sealed.version()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(ValueSuite.class)
    void unseal_anyBitFlippedOrCut_isRefused(ValueSuite suite) {
        ValueSealer sealer = sealer(suite, "purpose");
        byte[] good = bytes(sealer.seal(ByteBuffer.wrap(SECRET)));
        for (int i = 0; i < 8 * good.length; i++) {
            byte[] bad = good.clone();
            bad[i / 8] ^= (byte) (1 << i % 8);
            assertRefused(sealer, bad);
        }
        for (int length = 0; length <= good.length + 1; length++) {
            if (length != good.length) {
                assertRefused(sealer, Arrays.copyOf(good, length));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ValueSuite.class)
    void unseal_otherPurposeContextRingOrCipher_failAlike(ValueSuite suite) {
        ValueSealer sealer = sealer(suite, "purpose");
        SealedValue sealed = sealer.seal(ByteBuffer.wrap(SECRET), ROW);
        assertUnsealFails(sealer(suite, "purpose2"), sealed, ROW);
        assertUnsealFails(sealer, sealed, new byte[0]);
        assertUnsealFails(sealer, sealed, "row 4712".getBytes(UTF_8));
        for (ValueSuite other : ValueSuite.values()) {
            if (other != suite) {
                assertUnsealFails(sealer(other, "purpose"), sealed, ROW);
            }
        }
        try (KeyRing otherRing = TestRings.create(directory.resolve("other"), "passphrase")) {
            assertUnsealFails(ValueSealer.of(otherRing, suite, "purpose", new SecureRandom()), sealed, ROW);
        }
        assertThat(unseal(sealer, sealed, ROW)).isEqualTo(SECRET);
    }

    @Test
    void unseal_afterRotation_worksUntilTheVersionIsDisabled() {
        ValueSealer sealer = ValueSealer.xaes256Gcm(ring, "purpose");
        SealedValue old = sealer.seal(ByteBuffer.wrap(SECRET));
        ring.rotate();
        SealedValue fresh = sealer.seal(ByteBuffer.wrap(SECRET));
        assertThat(fresh.version()).isEqualTo(2);
        assertThat(unseal(sealer, old, new byte[0])).isEqualTo(SECRET);
        ring.disable(1);
        assertUnsealFails(sealer, old, new byte[0]);
        ring.enable(1);
        assertThat(unseal(sealer, old, new byte[0])).isEqualTo(SECRET);
        ring.destroy(1);
        assertUnsealFails(sealer, old, new byte[0]);
        assertThat(unseal(sealer, fresh, new byte[0])).isEqualTo(SECRET);
    }

    @Test
    void seal_twice_givesAnotherValue() {
        ValueSealer sealer = ValueSealer.xaes256Gcm(ring, "purpose");
        SealedValue one = sealer.seal(ByteBuffer.wrap(SECRET));
        assertThat(sealer.seal(ByteBuffer.wrap(SECRET))).isNotEqualTo(one);
        assertThat(SealedValue.of(one.bytes())).isEqualTo(one).hasSameHashCodeAs(one);
        assertThat(one).hasToString("SealedValue[ring=%s, version=1, size=88]".formatted(ring.id()));
        assertThat(sealer).hasToString("ValueSealer[sealed value v1 xaes-256-gcm/purpose]");
    }

    @Test
    void seal_sivWithRepeatedRandomness_showsEqualityAndNoMore() {
        ValueSealer sealer = ValueSealer.of(ring, ValueSuite.AES_256_GCM_SIV, "purpose", new StuckRandom());
        byte[] one = bytes(sealer.seal(ByteBuffer.wrap(new byte[64])));
        byte[] other = bytes(sealer.seal(ByteBuffer.wrap(Arrays.copyOf(new byte[] {1}, 64))));
        assertThat(bytes(sealer.seal(ByteBuffer.wrap(new byte[64])))).isEqualTo(one);
        for (int block = 38; block < one.length; block += 16) {
            assertThat(Arrays.copyOfRange(one, block, block + 16))
                    .isNotEqualTo(Arrays.copyOfRange(other, block, block + 16));
        }
    }

    @Test
    void seal_outOfRange_isRefused() {
        ValueSealer sealer = ValueSealer.xaes256Gcm(ring, "purpose");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sealer.seal(ByteBuffer.allocate(65537)))
                .withMessageContaining("65537");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sealer.seal(ByteBuffer.allocate(1), new byte[65537]))
                .withMessageContaining("65537");
        SealedValue sealed = sealer.seal(ByteBuffer.allocate(1), new byte[65536]);
        assertThatIllegalArgumentException().isThrownBy(() -> sealer.unseal(sealed, new byte[65537]));
        assertThatIllegalArgumentException().isThrownBy(() -> ValueSealer.xaes256Gcm(ring, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> ValueSealer.aes256GcmSiv(ring, "x".repeat(201)));
        assertThatIllegalArgumentException().isThrownBy(() -> ValueSealer.aes256GcmSiv(ring, "\uDC00"));
    }

    @SuppressWarnings("NullAway") // a caller without NullAway
    @Test
    void calls_withNull_areRefused() {
        ValueSealer sealer = ValueSealer.xaes256Gcm(ring, "purpose");
        assertThatNullPointerException().isThrownBy(() -> ValueSealer.aes256GcmSiv(null, "x"));
        assertThatNullPointerException().isThrownBy(() -> ValueSealer.aes256GcmSiv(ring, null));
        assertThatNullPointerException().isThrownBy(() -> sealer.seal(null));
        assertThatNullPointerException().isThrownBy(() -> sealer.unseal(null));
    }

    @Test
    void sealAndUnseal_ringClosed_areRefused() {
        ValueSealer sealer = ValueSealer.xaes256Gcm(ring, "purpose");
        SealedValue sealed = sealer.seal(ByteBuffer.wrap(SECRET));
        ring.close();
        assertThatIllegalStateException().isThrownBy(() -> sealer.seal(ByteBuffer.wrap(SECRET)));
        assertThatIllegalStateException().isThrownBy(() -> sealer.unseal(sealed));
    }

    @Test
    void seal_buffer_isReadFromPositionToLimitAndLeftAlone() {
        ValueSealer sealer = ValueSealer.aes256GcmSiv(ring, "purpose");
        ByteBuffer direct = ByteBuffer.allocateDirect(10).put(new byte[] {0, 0, 1, 2, 3});
        direct.flip().position(2);
        SealedValue sealed = sealer.seal(direct);
        assertThat(direct.position()).isEqualTo(2);
        assertThat(unseal(sealer, sealed, new byte[0])).containsExactly(1, 2, 3);
    }

    @Test
    void sealAndUnseal_fromTwoThreadsWhileAThirdRotates_work() {
        ValueSealer sealer = ValueSealer.xaes256Gcm(ring, "purpose");
        Set<Integer> versions = new HashSet<>();
        Runnable work = () -> IntStream.range(0, 300).forEach(i -> {
            SealedValue sealed = sealer.seal(ByteBuffer.wrap(SECRET), ROW);
            synchronized (versions) {
                versions.add(sealed.version());
            }
            try {
                assertThat(unseal(sealer, sealed, ROW)).isEqualTo(SECRET);
            } catch (UnsealException e) {
                assertThat(sealed.version()).isLessThan(ring.primary()); // disabled meanwhile
            }
        });
        Runnable rotation = () -> IntStream.range(0, 20).forEach(i -> ring.disable(ring.rotate() - 1));
        CompletableFuture.allOf(
                        CompletableFuture.runAsync(work),
                        CompletableFuture.runAsync(work),
                        CompletableFuture.runAsync(rotation))
                .join();
        assertThat(versions).isNotEmpty();
    }

    @Test
    void unseal_goldenValuesOfVersion1_stillOpen() throws IOException {
        Files.write(directory.resolve("golden.ring"), resource("/golden/keyring-v1.bin"));
        Properties golden = new Properties();
        golden.load(new StringReader(new String(resource("/golden/values-v1.properties"), UTF_8)));
        byte[] row = "row 1".getBytes(UTF_8);
        try (KeyRing old = KeyRing.open(directory.resolve("golden.ring"), "golden".toCharArray())) {
            byte[] expected = "sealed once, readable for ever\n".getBytes(UTF_8);
            SealedValue xaes = SealedValue.parse(golden.getProperty("xaes-256-gcm"));
            SealedValue siv = SealedValue.parse(golden.getProperty("aes-256-gcm-siv"));
            assertThat(unseal(ValueSealer.xaes256Gcm(old, "golden.value"), xaes, row))
                    .isEqualTo(expected);
            assertThat(unseal(ValueSealer.aes256GcmSiv(old, "golden.value"), siv, row))
                    .isEqualTo(expected);
            assertThat(Pseudonyms.hmacSha256(old, 3, "golden.patient").of("4711"))
                    .isEqualTo(golden.getProperty("pseudonym"));
            assertThat(FormatPreserving.ff1(old, 3, "golden.card", Alphabet.DIGITS)
                            .decrypt(golden.getProperty("ff1"), row))
                    .isEqualTo("4111111111111111");
        }
    }

    private static void assertRefused(ValueSealer sealer, byte[] bad) {
        try {
            sealer.unseal(SealedValue.of(ByteBuffer.wrap(bad))).close();
            fail("opened");
        } catch (UnsealException | MalformedSealException e) {
            assertThat(e.getCause()).isNull();
        }
    }

    private static void assertUnsealFails(ValueSealer sealer, SealedValue sealed, byte[] context) {
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> sealer.unseal(sealed, context))
                .withMessage(new UnsealException().getMessage())
                .withNoCause();
    }

    private ValueSealer sealer(ValueSuite suite, String purpose) {
        return suite == ValueSuite.XAES_256_GCM
                ? ValueSealer.xaes256Gcm(ring, purpose)
                : ValueSealer.aes256GcmSiv(ring, purpose);
    }

    private static byte[] unseal(ValueSealer sealer, SealedValue sealed, byte[] context) {
        try (SecretBytes secret = sealer.unseal(sealed, context)) {
            byte[] bytes = new byte[secret.size()];
            secret.buffer().get(bytes);
            return bytes;
        }
    }

    private static byte[] bytes(SealedValue sealed) {
        byte[] bytes = new byte[sealed.bytes().remaining()];
        sealed.bytes().get(bytes);
        return bytes;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ValueSealerTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    /** The random numbers of a machine that was cloned. */
    private static final class StuckRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 7);
        }
    }
}
