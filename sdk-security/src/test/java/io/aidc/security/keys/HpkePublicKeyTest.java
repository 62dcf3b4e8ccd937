package io.aidc.security.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HpkePublicKeyTest {
    private static final HpkePublicKey X25519 =
            InsecureHpkeSeeds.pair(HpkeSuite.X25519, new byte[32]).publicKey();

    /** The points of order 1, 2, 4 and 8, and encodings of them that are not reduced (RFC 7748, section 6.1). */
    static final List<String> LOW_ORDER = List.of(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157");

    @ParameterizedTest
    @EnumSource
    void text_parsed_isTheSameKey(HpkeSuite suite) {
        HpkePublicKey key = HpkeKeyPair.generate(suite).publicKey();
        HpkePublicKey again = HpkePublicKey.parse(" " + key.text() + "\n");
        assertThat(again).isEqualTo(key).hasSameHashCodeAs(key).isNotEqualTo(X25519);
        assertThat(again.suite()).isEqualTo(suite);
        assertThat(again.bytes()).isEqualTo(key.bytes()).hasSize(suite.publicKeyBytes());
        assertThat(HpkePublicKey.of(suite, key.bytes())).isEqualTo(key);
        assertThat(key.text())
                .startsWith(suite.label() + ":")
                .matches("[-_:a-z0-9A-Z]+")
                .hasSize(suite == HpkeSuite.X_WING ? 1638 : 60);
        assertThat(key.toString()).contains(suite.name(), key.id()).hasSizeLessThan(100);
    }

    @Test
    void id_isTheBeginningOfAHashOverKemAndKey() throws Exception {
        byte[] input = new byte[34];
        input[1] = 0x20;
        System.arraycopy(X25519.bytes(), 0, input, 2, 32);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(input));
        assertThat(X25519.id()).isEqualTo(hash.substring(0, 32));
    }

    @Test
    void text_goldenKey_staysReadable() {
        String text = "aidc-x25519:L-V9o0fNYkMVKNqsX7spBzD_9oSvxM_C7ZCZX1jLO3Ts-OS4";
        assertThat(X25519.text()).isEqualTo(text);
        assertThat(HpkePublicKey.parse(text)).isEqualTo(X25519);
    }

    @Test
    void parse_somethingElse_isRefused() {
        String text = X25519.text();
        for (String bad : List.of(
                "",
                "aidc-xwing:" + text.substring(12),
                "AIDC-X25519:" + text.substring(12),
                "age1qqqq",
                text + "=",
                text.substring(0, 59),
                text + "A",
                text.replace(':', ' '),
                text.substring(0, 20) + " " + text.substring(20),
                text.substring(0, 20) + "+" + text.substring(21))) {
            assertThatIllegalArgumentException().as(bad).isThrownBy(() -> HpkePublicKey.parse(bad));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HpkePublicKey.parse("some\nthing"))
                .withMessageContaining("got 10 characters")
                .withMessageContaining("aidc-xwing:");
    }

    @Test
    void parse_everyOtherLetter_isRefused() {
        String text = X25519.text();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'B' ? 'C' : 'B';
            String bad = text.substring(0, i) + other + text.substring(i + 1);
            assertThatIllegalArgumentException().as(bad).isThrownBy(() -> HpkePublicKey.parse(bad));
        }
    }

    @Test
    void of_lowOrderPoint_isRefused() {
        byte[] xWing = HpkeKeyPair.generate(HpkeSuite.X_WING).publicKey().bytes();
        for (String hex : LOW_ORDER) {
            byte[] point = HexFormat.of().parseHex(hex);
            assertThatIllegalArgumentException()
                    .as(hex)
                    .isThrownBy(() -> HpkePublicKey.of(HpkeSuite.X25519, point))
                    .withMessageContaining("X25519");
            System.arraycopy(point, 0, xWing, 1184, 32);
            assertThatIllegalArgumentException()
                    .as(hex)
                    .isThrownBy(() -> HpkePublicKey.of(HpkeSuite.X_WING, xWing))
                    .withMessageContaining("X_WING");
        }
    }

    @Test
    void of_coefficientOutOfRange_isRefused() {
        byte[] xWing = HpkeKeyPair.generate(HpkeSuite.X_WING).publicKey().bytes();
        for (int at : new int[] {0, 384, 1149}) {
            byte[] bad = xWing.clone();
            bad[at] = (byte) 0x01; // 0xd01 is q, 3329
            bad[at + 1] = (byte) ((bad[at + 1] & 0xf0) | 0x0d);
            assertThatIllegalArgumentException().isThrownBy(() -> HpkePublicKey.of(HpkeSuite.X_WING, bad));
        }
    }

    @Test
    void parse_unusableKeyWithItsChecksum_isRefused() throws Exception {
        byte[] whole = new byte[36];
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(new byte[] {0, 0x20});
        System.arraycopy(sha256.digest(new byte[32]), 0, whole, 32, 4);
        String text = "aidc-x25519:" + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HpkePublicKey.parse(text))
                .withMessageContaining("no usable");
    }

    @Test
    void of_wrongLength_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HpkePublicKey.of(HpkeSuite.X25519, new byte[33]))
                .withMessageContaining("32")
                .withMessageContaining("33");
        assertThatIllegalArgumentException().isThrownBy(() -> HpkePublicKey.of(HpkeSuite.X_WING, new byte[0]));
    }

    @Test
    void bytes_areCopiedBothWays() {
        byte[] bytes = X25519.bytes();
        HpkePublicKey key = HpkePublicKey.of(HpkeSuite.X25519, bytes);
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(key.bytes(), (byte) 0);
        assertThat(key).isEqualTo(X25519);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void parse_garbledText_isRefused(long seed) {
        Random random = new Random(seed);
        String text = X25519.text();
        for (int i = 0; i < 100; i++) {
            StringBuilder garbled = new StringBuilder(text);
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                garbled.setCharAt(random.nextInt(garbled.length()), (char) random.nextInt(0x180));
            }
            garbled.setLength(text.length() - random.nextInt(2));
            String bad = garbled.toString();
            if (!bad.strip().equals(text)) {
                assertThatIllegalArgumentException().isThrownBy(() -> HpkePublicKey.parse(bad));
            }
        }
    }
}
