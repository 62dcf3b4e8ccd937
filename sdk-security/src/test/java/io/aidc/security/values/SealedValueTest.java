package io.aidc.security.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.aidc.security.MalformedSealException;
import io.aidc.security.MalformedSealException.Reason;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SealedValueTest {
    private static final String RING = "0123456789abcdef".repeat(2);

    @Test
    void of_visibleFaults_areNamed() {
        byte[] good = value(ValueSuite.XAES_256_GCM, 7, 0);
        assertThat(SealedValue.of(ByteBuffer.wrap(good)).version()).isEqualTo(7);
        assertReason(Reason.NOT_SEALED, new byte[0]);
        assertReason(Reason.NOT_SEALED, new byte[100]);
        assertReason(Reason.NOT_SEALED, new byte[] {'A', 'I', 'D', 'V'});
        assertReason(Reason.UNSUPPORTED, with(good, 4, 2));
        assertReason(Reason.UNSUPPORTED, with(good, 5, 0));
        assertReason(Reason.UNSUPPORTED, with(good, 5, 3));
        assertReason(Reason.BROKEN_HEADER, new byte[] {'A', 'I', 'D', 'V', 1, 1});
        assertReason(Reason.BROKEN_HEADER, value(ValueSuite.XAES_256_GCM, 7, -1));
        assertReason(Reason.BROKEN_HEADER, value(ValueSuite.AES_256_GCM_SIV, 7, -1));
        assertReason(Reason.BROKEN_HEADER, value(ValueSuite.XAES_256_GCM, 0, 0));
        assertReason(Reason.BROKEN_HEADER, value(ValueSuite.XAES_256_GCM, -1, 0));
        assertReason(Reason.OVER_LIMIT, value(ValueSuite.XAES_256_GCM, 7, 65537));
        assertReason(Reason.OVER_LIMIT, value(ValueSuite.AES_256_GCM_SIV, 7, 65537));
        assertThat(SealedValue.of(ByteBuffer.wrap(value(ValueSuite.AES_256_GCM_SIV, 7, 65536)))
                        .bytes()
                        .remaining())
                .isEqualTo(65590);
    }

    @Test
    void parse_anythingButTheOneToken_isRefused() {
        String token = SealedValue.of(ByteBuffer.wrap(value(ValueSuite.XAES_256_GCM, 7, 1)))
                .token();
        assertThat(token).hasSize(90).endsWith("A");
        assertThat(SealedValue.parse(token).token()).isEqualTo(token);
        for (String bad : new String[] {
            "", "A", "=", " " + token, token + "\n", token + "==", token.substring(0, 89) + "B", token.replace('E', '+')
        }) {
            assertReason(Reason.NOT_SEALED, bad);
        }
        assertReason(Reason.OVER_LIMIT, "A".repeat(200_000));
        String longest = SealedValue.of(ByteBuffer.wrap(value(ValueSuite.XAES_256_GCM, 7, 65536)))
                .token();
        assertThat(SealedValue.parse(longest).token()).isEqualTo(longest);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void of_garbage_isReadOrRefusedAsDocumented(long seed) {
        Random random = new Random(seed);
        byte[] good = value(
                random.nextBoolean() ? ValueSuite.XAES_256_GCM : ValueSuite.AES_256_GCM_SIV,
                1 + random.nextInt(9),
                random.nextInt(50));
        for (int i = 0; i < 200; i++) {
            byte[] bad = random.nextInt(4) == 0 ? new byte[random.nextInt(120)] : good.clone();
            for (int changes = random.nextInt(4); changes >= 0 && bad.length > 0; changes--) {
                bad[random.nextInt(random.nextBoolean() ? Math.min(30, bad.length) : bad.length)] =
                        (byte) random.nextInt();
            }
            Throwable fromBytes = catchThrowable(() ->
                    assertThat(SealedValue.of(ByteBuffer.wrap(bad)).bytes()).isEqualTo(ByteBuffer.wrap(bad)));
            String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bad);
            Throwable fromToken = catchThrowable(
                    () -> assertThat(SealedValue.parse(token).token()).isEqualTo(token));
            if (fromBytes == null) {
                assertThat(fromToken).isNull();
            } else {
                assertThat(fromBytes).isInstanceOf(MalformedSealException.class);
                assertThat(fromToken).hasSameClassAs(fromBytes).hasMessage(fromBytes.getMessage());
            }
        }
    }

    /** A value whose plaintext would have so many bytes. */
    private static byte[] value(ValueSuite suite, int keyVersion, int size) {
        byte[] header = SealedValue.header(suite, RING, keyVersion);
        return ByteBuffer.allocate(header.length + suite.nonceBytes + 16 + size)
                .put(header)
                .array();
    }

    private static void assertReason(Reason reason, byte[] bytes) {
        assertThatExceptionOfType(MalformedSealException.class)
                .isThrownBy(() -> SealedValue.of(ByteBuffer.wrap(bytes)))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static void assertReason(Reason reason, String token) {
        assertThatExceptionOfType(MalformedSealException.class)
                .isThrownBy(() -> SealedValue.parse(token))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static byte[] with(byte[] bytes, int index, int value) {
        byte[] changed = bytes.clone();
        changed[index] = (byte) value;
        return changed;
    }
}
