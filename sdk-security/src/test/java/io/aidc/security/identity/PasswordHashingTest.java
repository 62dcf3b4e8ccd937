package io.aidc.security.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.aidc.security.CredentialException;
import io.aidc.security.CredentialException.Reason;
import io.aidc.security.UnsealException;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.TestRings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashingTest {
    static final Argon2Cost CHEAP = new Argon2Cost(64, 1, 1);

    private static final char[] PASSWORD = "correct horse".toCharArray();

    @TempDir
    private Path directory;

    private final PasswordHashing hashing = PasswordHashing.of(CHEAP);

    @Test
    void argon2_vectorOfRfc9106_isReproduced() {
        byte[] hash = PasswordHashing.argon2(
                new Argon2Cost(32, 3, 4), filled(32, 1), filled(16, 2), filled(8, 3), filled(12, 4), 32);
        assertThat(HexFormat.of().formatHex(hash))
                .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** Made by the command line program of the reference implementation. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "password $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "password $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "password $argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
                "differentpassword $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94",
                "password $argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw"
            })
    void verify_hashOfTheReferenceProgram_isRightAndOld(String password, String stored) {
        assertThat(hashing.verify(password.toCharArray(), stored)).isEqualTo(PasswordMatch.RIGHT_REHASH);
        assertThat(hashing.verify("another one".toCharArray(), stored)).isEqualTo(PasswordMatch.WRONG);
    }

    @Test
    void verify_whatWasHashed_isRight() {
        String stored = hashing.hash(PASSWORD);
        assertThat(stored)
                .matches("\\$argon2id\\$v=19\\$m=64,t=1,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}")
                .isNotEqualTo(hashing.hash(PASSWORD));
        assertThat(hashing.verify(PASSWORD, stored)).isEqualTo(PasswordMatch.RIGHT);
        assertThat(hashing.verify("correct horsE".toCharArray(), stored)).isEqualTo(PasswordMatch.WRONG);
        assertThat(hashing.verify(new char[0], stored)).isEqualTo(PasswordMatch.WRONG);
        assertThat(PASSWORD).containsExactly("correct horse".toCharArray());
    }

    @Test
    void verify_otherCost_asksForAnotherHash() {
        String stored = hashing.hash(PASSWORD);
        PasswordHashing dearer = PasswordHashing.of(new Argon2Cost(128, 1, 1));
        assertThat(dearer.verify(PASSWORD, stored)).isEqualTo(PasswordMatch.RIGHT_REHASH);
    }

    @Test
    void presets_costWhatTheySay() {
        assertThat(PasswordHashing.argon2id(PasswordCost.OWASP_19_MIB).hash(PASSWORD))
                .contains("$m=19456,t=2,p=1$");
        assertThat(PasswordCost.OWASP_46_MIB.argon2()).isEqualTo(new Argon2Cost(47104, 1, 1));
        assertThat(PasswordCost.RFC_9106_64_MIB.argon2()).isEqualTo(new Argon2Cost(65536, 3, 4));
        for (PasswordCost cost : PasswordCost.values()) {
            assertThat(cost.argon2().isAllowed()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "\u00e9\u00e9\u00e9\u00e9abcd, e\u0301e\u0301e\u0301e\u0301abcd",
        "\ufb01\ufb01\ufb01\ufb01, fifififi",
        "\uff41bcdefgh, abcdefgh"
    })
    void verify_samePasswordOfAnotherKeyboard_isRight(String one, String other) {
        assertThat(hashing.verify(other.toCharArray(), hashing.hash(one.toCharArray())))
                .isEqualTo(PasswordMatch.RIGHT);
    }

    @Test
    void hash_atTheLimits_isTaken() {
        for (int length : new int[] {8, 1024}) {
            char[] password = "x".repeat(length).toCharArray();
            assertThat(hashing.verify(password, hashing.hash(password))).isEqualTo(PasswordMatch.RIGHT);
        }
        char[] emojis = "\ud83d\ude00".repeat(8).toCharArray();
        assertThat(hashing.verify(emojis, hashing.hash(emojis))).isEqualTo(PasswordMatch.RIGHT);
    }

    @Test
    void hash_flawedPassword_isRefusedWithoutShowingIt() {
        assertRefused("sevenXY", "TOO_SHORT");
        assertRefused("\ud83d\ude00".repeat(7), "TOO_SHORT");
        assertRefused("x".repeat(1025), "TOO_LONG");
        assertRefused("\u20ac".repeat(342), "TOO_LONG");
        assertRefused("\ufdfa".repeat(60), "TOO_LONG");
        assertRefused("abcdefgh\ud83d", "MALFORMED");
        assertRefused("\ude00abcdefgh", "MALFORMED");
    }

    private void assertRefused(String password, String flaw) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hashing.hash(password.toCharArray()))
                .withMessage("password is " + flaw);
        assertThat(hashing.verify(password.toCharArray(), hashing.hash(PASSWORD)))
                .isEqualTo(PasswordMatch.WRONG);
    }

    @Test
    void peppered_otherRing_isWrong() {
        try (KeyRing ring = ring("one");
                KeyRing other = ring("other")) {
            String stored = hashing.peppered(ring).hash(PASSWORD);
            assertThat(stored).contains(",keyid=AAAAAQ$");
            assertThat(hashing.peppered(ring).verify(PASSWORD, stored)).isEqualTo(PasswordMatch.RIGHT);
            assertThat(hashing.peppered(other).verify(PASSWORD, stored)).isEqualTo(PasswordMatch.WRONG);
            assertThatIllegalStateException().isThrownBy(() -> hashing.verify(PASSWORD, stored));
        }
    }

    @Test
    void peppered_rotatedRing_asksForAnotherHashUntilTheOldVersionGoes() {
        try (KeyRing ring = ring("one")) {
            PasswordHashing peppered = hashing.peppered(ring);
            String stored = peppered.hash(PASSWORD);
            ring.rotate();
            assertThat(peppered.verify(PASSWORD, stored)).isEqualTo(PasswordMatch.RIGHT_REHASH);
            ring.disable(1);
            assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> peppered.verify(PASSWORD, stored));
            assertThatExceptionOfType(UnsealException.class)
                    .isThrownBy(() -> peppered.verify(PASSWORD, stored.replace("AAAAAQ", "AAAACQ")));
        }
    }

    @Test
    void peppered_plainHash_asksForAnotherHash() {
        try (KeyRing ring = ring("one")) {
            assertThat(hashing.peppered(ring).verify(PASSWORD, hashing.hash(PASSWORD)))
                    .isEqualTo(PasswordMatch.RIGHT_REHASH);
        }
    }

    @Test
    void peppered_closedRing_fails() {
        KeyRing ring = ring("one");
        ring.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> hashing.peppered(ring).hash(PASSWORD));
    }

    private KeyRing ring(String name) {
        return TestRings.create(directory.resolve(name), "passphrase");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m=262145,t=1,p=1",
                "m=8,t=17,p=1",
                "m=256,t=1,p=17",
                "m=262144,t=5,p=1",
                "m=999999999,t=999999999,p=999999999",
                "m=7,t=1,p=1",
                "m=0,t=1,p=1",
                "m=64,t=0,p=1",
                "m=64,t=1,p=0"
            })
    void verify_costOverTheLimits_isRefusedBeforeAnyIsSpent(String cost) {
        String stored = hashing.hash(PASSWORD).replace("m=64,t=1,p=1", cost);
        assertThatExceptionOfType(CredentialException.class)
                .isThrownBy(() -> hashing.verify(PASSWORD, stored))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.OVER_LIMIT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=16$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=064,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$t=1,m=64,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPd",
                "$argon2id$v=19$m=64,t=1,p=1$c29tZXM$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6M",
                "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc\n",
                "$argon2id$v=19$m=64,t=1,p=1$A$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
            })
    void verify_notOneOfOurs_isRefused(String stored) {
        assertThatExceptionOfType(CredentialException.class)
                .isThrownBy(() -> hashing.verify(PASSWORD, stored))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DAMAGED));
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 50), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void parse_rubbish_isRefusedOrReadExactly(long seed) {
        Random random = new Random(seed);
        String alphabet = "$argon2id$v=19$m=64,t=1,p=1$keyid+/AZaz09\u0660\n ";
        String good = hashing.hash(PASSWORD);
        for (int i = 0; i < 500; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? good : "");
            for (int j = random.nextInt(6); j >= 0; j--) {
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                int at = random.nextInt(text.length() + 1);
                if (random.nextBoolean() || at == text.length()) {
                    text.insert(at, c);
                } else {
                    text.setCharAt(at, c);
                }
            }
            try {
                assertThat(PhcString.parse(text.toString()).text()).isEqualTo(text.toString());
            } catch (CredentialException e) {
                assertThat(e.reason()).isIn(Reason.DAMAGED, Reason.OVER_LIMIT);
            }
        }
    }

    @Test
    void parse_longText_isRefusedAtOnce() {
        String good = hashing.hash(PASSWORD);
        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThatExceptionOfType(CredentialException.class)
                        .isThrownBy(() -> PhcString.parse(good.repeat(100_000))));
    }

    @Test
    void verify_fromManyThreads_agrees() throws Exception {
        String stored = hashing.hash(PASSWORD);
        assertThat(Race.of(8, () -> hashing.verify(PASSWORD, stored))).containsOnly(PasswordMatch.RIGHT);
    }

    @Test
    void toString_showsTheCostAlone() {
        assertThat(hashing).hasToString("PasswordHashing[Argon2Cost[memoryKib=64, passes=1, lanes=1], peppered=false]");
        String stored = hashing.hash(PASSWORD);
        assertThat(PhcString.parse(stored).toString()).doesNotContain(stored.substring(stored.length() - 43));
        assertThatCode(() -> PhcString.parse(stored)).doesNotThrowAnyException();
        assertThat(stored.getBytes(UTF_8)).hasSizeLessThan(200);
    }
}
