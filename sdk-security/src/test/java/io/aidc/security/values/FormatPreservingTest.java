package io.aidc.security.values;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.aidc.security.UnsealException;
import io.aidc.security.keys.KeyRing;
import io.aidc.security.keys.TestRings;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FormatPreservingTest {
    private static final byte[] TWEAK = "customers/card".getBytes(UTF_8);
    private static final byte[] NO_TWEAK = new byte[0];

    @TempDir
    private Path directory;

    private KeyRing ring;
    private FormatPreserving cards;

    @BeforeEach
    void makeRing() {
        ring = TestRings.create(directory.resolve("ring"), "passphrase");
        cards = FormatPreserving.ff1(ring, 1, "customers.card", Alphabet.DIGITS);
    }

    @AfterEach
    void closeRing() {
        ring.close();
    }

    @Test
    void encrypt_text_keepsLengthAndAlphabet() {
        String hidden = cards.encrypt("4111111111111111", TWEAK);
        assertThat(hidden).matches("[0-9]{16}").isNotEqualTo("4111111111111111");
        assertThat(cards.decrypt(hidden, TWEAK)).isEqualTo("4111111111111111");
        assertThat(cards.encrypt("4111111111111111", TWEAK)).isEqualTo(hidden);
    }

    @Test
    void encrypt_keptCharacters_stayInPlace() {
        FormatPreserving dashed = cards.keeping("- ");
        String hidden = dashed.encrypt("-4111-1111 1111-1111", TWEAK);
        assertThat(hidden).matches("-[0-9]{4}-[0-9]{4} [0-9]{4}-[0-9]{4}");
        assertThat(hidden.replaceAll("[- ]", "")).isEqualTo(cards.encrypt("4111111111111111", TWEAK));
        assertThat(dashed.decrypt(hidden, TWEAK)).isEqualTo("-4111-1111 1111-1111");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cards.keeping("\ud83d\ude00").encrypt("1234567\ud83d", new byte[0]))
                .withMessageContaining("character 7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cards.keeping("-7"))
                .withMessageContaining("U+0037");
    }

    @Test
    void encrypt_otherTweakPurposeVersionOrAlphabet_givesAnotherText() {
        ring.rotate();
        assertThat(new String[] {
                    cards.encrypt("4111111111111111", TWEAK),
                    cards.encrypt("4111111111111111", NO_TWEAK),
                    FormatPreserving.ff1(ring, 1, "customers.iban", Alphabet.DIGITS)
                            .encrypt("4111111111111111", TWEAK),
                    FormatPreserving.ff1(ring, 2, "customers.card", Alphabet.DIGITS)
                            .encrypt("4111111111111111", TWEAK),
                    FormatPreserving.ff1(ring, 1, "customers.card", Alphabet.HEX)
                            .encrypt("4111111111111111", TWEAK)
                })
                .doesNotHaveDuplicates();
    }

    @Test
    void ff1_givenKey_isTheStandardsFf1() {
        byte[] key = HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94");
        FormatPreserving ff1 = FormatPreserving.ff1(key, Alphabet.DIGITS);
        assertThat(ff1.encrypt("0123456789", HexFormat.of().parseHex("39383736353433323130")))
                .isEqualTo("1001623463");
        key[0] = 0;
        assertThat(ff1.decrypt("1001623463", HexFormat.of().parseHex("39383736353433323130")))
                .isEqualTo("0123456789");
        for (int length : new int[] {0, 15, 31, 33}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatPreserving.ff1(new byte[length], Alphabet.DIGITS))
                    .withMessageContaining("" + length);
        }
    }

    @Test
    void encrypt_domainBelowAMillion_isRefused() {
        FormatPreserving hex = FormatPreserving.ff1(new byte[32], Alphabet.HEX);
        FormatPreserving alphanumeric = FormatPreserving.ff1(new byte[32], Alphabet.ALPHANUMERIC);
        FormatPreserving bits = FormatPreserving.ff1(new byte[32], Alphabet.of("01"));
        assertTooShort(cards, "12345");
        assertTooShort(cards, "");
        assertTooShort(cards.keeping("-"), "1-2-3-4-5");
        assertTooShort(hex, "abcd");
        assertTooShort(alphanumeric, "abc");
        assertTooShort(bits, "0".repeat(19));
        assertThat(cards.encrypt("123456", TWEAK)).hasSize(6);
        assertThat(hex.encrypt("abcde", TWEAK)).hasSize(5);
        assertThat(alphanumeric.encrypt("abcd", TWEAK)).hasSize(4);
        assertThat(bits.encrypt("0".repeat(20), TWEAK)).hasSize(20);
    }

    @Test
    void encrypt_longestText_comesBack() {
        String longest = "1234".repeat(1024);
        assertThat(cards.decrypt(cards.encrypt(longest, TWEAK), TWEAK)).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cards.encrypt(longest + "5", TWEAK))
                .withMessageContaining("4096");
        assertThat(cards.encrypt("123456", new byte[65536])).hasSize(6);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cards.encrypt("123456", new byte[65537]))
                .withMessageContaining("65537");
    }

    @Test
    void encrypt_characterOutsideTheAlphabet_isRefusedWithoutShowingTheText() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cards.encrypt("8675309x1", TWEAK))
                .withMessageContaining("character 7")
                .satisfies(e ->
                        assertThat(e.getMessage()).doesNotContain("8675309").doesNotContain("x1"));
        assertThatIllegalArgumentException().isThrownBy(() -> cards.decrypt("867-530-9-1", TWEAK));
    }

    @Test
    void encrypt_charactersBeyondTheFirstPlane_countAsOne() {
        FormatPreserving clefs = FormatPreserving.ff1(new byte[32], Alphabet.of("\uD834\uDD1E\uD834\uDD22ä"));
        String text = "\uD834\uDD1E\uD834\uDD22ä".repeat(5);
        String hidden = clefs.encrypt(text, TWEAK);
        assertThat(hidden.codePointCount(0, hidden.length())).isEqualTo(15);
        assertThat(clefs.decrypt(hidden, TWEAK)).isEqualTo(text);
        assertThatIllegalArgumentException().isThrownBy(() -> clefs.encrypt(text + "\uD834", TWEAK));
    }

    @Test
    void alphabet_notDistinctOrOutOfRange_isRefused() {
        assertThat(Alphabet.ALPHANUMERIC.size()).isEqualTo(62);
        assertThat(Alphabet.HEX).hasToString("Alphabet[size=16]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Alphabet.of("abca"))
                .withMessageContaining("U+0061");
        assertThatIllegalArgumentException().isThrownBy(() -> Alphabet.of("a"));
        assertThatIllegalArgumentException().isThrownBy(() -> Alphabet.of(""));
        assertThatIllegalArgumentException().isThrownBy(() -> Alphabet.of("ab\uD834"));
        StringBuilder all = new StringBuilder();
        IntStream.range(0, 65536).forEach(i -> all.appendCodePoint(0x10000 + i));
        FormatPreserving widest = FormatPreserving.ff1(new byte[32], Alphabet.of(all.toString()));
        String pair = new StringBuilder()
                .appendCodePoint(0x10000)
                .appendCodePoint(0x1ffff)
                .toString();
        assertThat(widest.decrypt(widest.encrypt(pair, TWEAK), TWEAK)).isEqualTo(pair);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Alphabet.of(all.append('a').toString()));
    }

    @Test
    void ff1_versionThatCannotBeUsed_isRefused() {
        ring.rotate();
        ring.disable(1);
        assertThatExceptionOfType(UnsealException.class).isThrownBy(() -> cards.encrypt("123456", TWEAK));
        assertThatExceptionOfType(UnsealException.class)
                .isThrownBy(() -> FormatPreserving.ff1(ring, 1, "p", Alphabet.DIGITS));
        assertThatIllegalArgumentException().isThrownBy(() -> FormatPreserving.ff1(ring, 3, "p", Alphabet.DIGITS));
        assertThatIllegalArgumentException().isThrownBy(() -> FormatPreserving.ff1(ring, 2, "", Alphabet.DIGITS));
        ring.enable(1);
        assertThat(cards.encrypt("123456", TWEAK)).hasSize(6);
        ring.close();
        assertThatIllegalStateException().isThrownBy(() -> cards.encrypt("123456", TWEAK));
    }

    @SuppressWarnings("NullAway") // a caller without NullAway
    @Test
    void calls_withNull_areRefused() {
        assertThatNullPointerException().isThrownBy(() -> cards.encrypt(null, TWEAK));
        assertThatNullPointerException().isThrownBy(() -> cards.encrypt("123456", null));
        assertThatNullPointerException().isThrownBy(() -> FormatPreserving.ff1(ring, 1, "p", null));
        assertThat(cards).hasToString("FormatPreserving[ff1, radix=10]");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void decrypt_anyText_isThePreimageOrRefused(long seed) {
        Random random = new Random(seed);
        FormatPreserving dashed = cards.keeping("-");
        for (int i = 0; i < 20; i++) {
            String text = random.ints(random.nextInt(40), 0, 100)
                    .mapToObj(c -> c < 80 ? "" + c % 10 : c < 99 ? "-" : "x")
                    .reduce("", String::concat);
            try {
                assertThat(dashed.encrypt(dashed.decrypt(text, TWEAK), TWEAK)).isEqualTo(text);
            } catch (IllegalArgumentException e) {
                assertThat(text.contains("x") || text.replace("-", "").length() < 6)
                        .isTrue();
            }
        }
    }

    @Test
    void encrypt_fromTwoThreads_agrees() {
        Runnable work = () -> IntStream.range(0, 200).forEach(i -> {
            String text = "%06d".formatted(i);
            assertThat(cards.decrypt(cards.encrypt(text, TWEAK), TWEAK)).isEqualTo(text);
        });
        CompletableFuture.allOf(CompletableFuture.runAsync(work), CompletableFuture.runAsync(work))
                .join();
    }

    private static void assertTooShort(FormatPreserving cipher, String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cipher.encrypt(text, TWEAK))
                .withMessageContaining("1000000");
    }
}
