package io.aidc.security.values;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.aidc.security.UnsealException;
import io.aidc.security.keys.InsecureDataKeys;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.TestRings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PseudonymsTest {
    private static final byte[] KEY = new byte[32];

    @TempDir
    private Path directory;

    private KeyRing ring;
    private Pseudonyms patients;

    @BeforeEach
    void makeRing() {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
        patients = Pseudonyms.hmacSha256(ring, 1, "patient");
    }

    @AfterEach
    void closeRing() {
        ring.close();
    }

    @Test
    void of_sameValue_isTheSameForEver() {
        String pseudonym = patients.of("4711");
        assertThat(pseudonym).matches("[A-Za-z0-9_-]{43}");
        ring.rotate();
        assertThat(patients.of("4711")).isEqualTo(pseudonym);
        assertThat(Pseudonyms.hmacSha256(ring, 1, "patient").of("4711")).isEqualTo(pseudonym);
    }

    @Test
    void of_otherValueDomainVersionOrKey_isAnother() {
        ring.rotate();
        assertThat(new String[] {
                    patients.of("4711"),
                    patients.of("4711 "),
                    patients.of(""),
                    Pseudonyms.hmacSha256(ring, 1, "invoice").of("4711"),
                    Pseudonyms.hmacSha256(ring, 1, "patient4").of("711"),
                    Pseudonyms.hmacSha256(ring, 2, "patient").of("4711"),
                    Pseudonyms.hmacSha256(KEY, "patient").of("4711")
                })
                .doesNotHaveDuplicates();
    }

    @Test
    void of_anyValue_isHmacUnderTheDerivedKey() throws Exception {
        byte[] derived = InsecureDataKeys.derive(ring, 1, "pseudonym v1 hmac-sha-256/patient", 32);
        assertThat(patients.of("Jos\u00e9")).isEqualTo(base64(hmac("HmacSHA256", derived, "Jos\u00e9")));

        byte[] expanded = hmac("HmacSHA512", KEY, "io.aidc derived key v1\0pseudonym v1 hmac-sha-256/patient\1");
        assertThat(Pseudonyms.hmacSha256(KEY, "patient").of("4711"))
                .isEqualTo(base64(hmac("HmacSHA256", Arrays.copyOf(expanded, 32), "4711")));
    }

    @Test
    void of_bytes_isThatOfTheirText() {
        ByteBuffer direct = ByteBuffer.allocateDirect(8).put("xx4711xx".getBytes(UTF_8));
        direct.position(2).limit(6);
        assertThat(patients.of(direct)).isEqualTo(patients.of("4711"));
        assertThat(direct.position()).isEqualTo(2);
        String longer = "patient".repeat(10_000);
        assertThat(patients.of(ByteBuffer.allocateDirect(70_000)
                        .put(longer.getBytes(UTF_8))
                        .flip()))
                .isEqualTo(Pseudonyms.hmacSha256(ring, 1, "patient").of(longer));
    }

    @Test
    void bits_fewer_givesTheBeginning() {
        String whole = patients.of("4711");
        assertThat(patients.bits(128).of("4711")).hasSize(22);
        assertThat(whole).startsWith(patients.bits(192).of("4711"));
        assertThat(patients.bits(128).bits(256).of("4711")).isEqualTo(whole);
        for (int bits : new int[] {0, 120, 129, 264, -128}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> patients.bits(bits))
                    .withMessageContaining("" + bits);
        }
    }

    @Test
    void hmacSha256_brokenArguments_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pseudonyms.hmacSha256(new byte[31], "patient"))
                .withMessageContaining("31");
        assertThatIllegalArgumentException().isThrownBy(() -> Pseudonyms.hmacSha256(KEY, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> Pseudonyms.hmacSha256(KEY, "x".repeat(201)));
        assertThatIllegalArgumentException().isThrownBy(() -> Pseudonyms.hmacSha256(KEY, "\uD834"));
        assertThatIllegalArgumentException().isThrownBy(() -> Pseudonyms.hmacSha256(ring, 2, "patient"));
        assertThatIllegalArgumentException().isThrownBy(() -> patients.of("broken \uDC00"));
        assertThat(Pseudonyms.hmacSha256(KEY, "x".repeat(200))).hasToString("Pseudonyms[hmacSha256, bits=256]");
    }

    @SuppressWarnings("NullAway") // a caller without NullAway
    @Test
    void calls_withNull_areRefused() {
        assertThatNullPointerException().isThrownBy(() -> patients.of((String) null));
        assertThatNullPointerException().isThrownBy(() -> patients.of((ByteBuffer) null));
        assertThatNullPointerException().isThrownBy(() -> Pseudonyms.hmacSha256(KEY, null));
    }

    @Test
    void of_versionDisabledOrRingClosed_isRefused() {
        ring.rotate();
        ring.disable(1);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> patients.of("4711"));
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> Pseudonyms.hmacSha256(ring, 1, "patient"));
        ring.close();
        assertThatIllegalStateException().isThrownBy(() -> patients.of("4711"));
    }

    @Test
    void of_fromTwoThreads_agrees() {
        String expected = patients.of("4711");
        Runnable work = () -> IntStream.range(0, 500)
                .forEach(i -> assertThat(patients.of("4711")).isEqualTo(expected));
        CompletableFuture.allOf(CompletableFuture.runAsync(work), CompletableFuture.runAsync(work))
                .join();
    }

    private static byte[] hmac(String name, byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance(name);
        mac.init(new SecretKeySpec(key, name));
        return mac.doFinal(text.getBytes(UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
