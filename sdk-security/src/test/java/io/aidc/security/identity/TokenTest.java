package io.aidc.security.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenTest {
    private final SecureRandom random = new SecureRandom();
    private final Token token = Token.fresh("aidc", random);

    @Test
    void fresh_hasTheFormThatScannersKnow() {
        assertThat(token.text())
                .matches("aidc_[a-z2-7]{16}_[a-z2-7]{59}")
                .hasSize(81)
                .contains("_" + token.id() + "_");
        assertThat(Token.fresh("aidc", random).text()).isNotEqualTo(token.text());
    }

    /** Computed apart, with the CRC-32 and Base32 of Python. */
    @Test
    void parse_textOfToday_isReadForEver() {
        String text = "aidc_aaaaaaaaaaaaaaaa_" + "b".repeat(52);
        assertThat(Token.parse("aidc", text + "gypzx2q").map(Token::id)).hasValue("aaaaaaaaaaaaaaaa");
    }

    @Test
    void parse_ownText_hasItsHash() {
        Token parsed = Token.parse("aidc", token.text()).orElseThrow();
        assertThat(parsed.id()).isEqualTo(token.id());
        assertThat(parsed.hasHash(token.hash())).isTrue();
        assertThat(parsed.hasHash(Token.NO_HASH)).isFalse();
    }

    @Test
    void parse_anyCharacterChanged_isRefused() {
        String text = token.text();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'a' ? 'b' : 'a';
            assertThat(Token.parse("aidc", text.substring(0, i) + other + text.substring(i + 1)))
                    .isEmpty();
            assertThat(Token.parse("aidc", text.substring(0, i) + text.substring(i + 1)))
                    .isEmpty();
            assertThat(Token.parse("aidc", text.substring(0, i) + other + text.substring(i)))
                    .isEmpty();
        }
    }

    @Test
    void parse_otherPrefixOrCase_isRefused() {
        assertThat(Token.parse("aidcs", token.text())).isEmpty();
        assertThat(Token.parse("aidc", token.text().toUpperCase(java.util.Locale.ROOT)))
                .isEmpty();
        assertThat(Token.parse("aidc", token.text() + "\n")).isEmpty();
    }

    static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 20), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void parse_rubbish_isRefused(long seed) {
        Random rubbish = new Random(seed);
        String alphabet = "aidc_234567\u0660\ud83d\0 ";
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder(rubbish.nextBoolean() ? "aidc_" : "");
            for (int j = rubbish.nextInt(90); j > 0; j--) {
                text.append(alphabet.charAt(rubbish.nextInt(alphabet.length())));
            }
            assertThat(Token.parse("aidc", text.toString())).isEqualTo(Optional.empty());
        }
    }

    @Test
    void parse_longText_isRefusedAtOnce() {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(Token.parse("aidc", "a".repeat(10_000_000))).isEmpty());
    }

    @Test
    void toString_showsTheIdAlone() {
        assertThat(token).hasToString("Token[id=%s]".formatted(token.id()));
    }
}
